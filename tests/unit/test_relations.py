import pytest

from hub.rules.relations import in_words, rule_name


@pytest.mark.parametrize(
    ("relation", "version", "name"),
    [("bytes", 1, "bytes"), ("pixels", None, "pixels"), ("near", 2, "near-2")],
)
def test_the_rule_is_named_with_its_version_where_it_has_several(relation, version, name):
    assert rule_name(relation, version) == name


@pytest.mark.parametrize(
    ("relation", "distance", "look", "words"),
    [
        ("bytes", 0, 0.0, "the same bytes"),
        ("pixels", 0, 0.0, "equal, pixel by pixel"),
        ("near", 3, 0.02, "3 of 64 bits apart, pictures 2% apart"),
        ("near", 0, 0.0003, "0 of 64 bits apart, pictures less than 0.1% apart"),
        ("near", 0, 0.0041, "0 of 64 bits apart, pictures 0.4% apart"),
        ("burst", None, 0.12, "light and colours 12% apart"),
        ("alike", None, None, "not measured"),
    ],
)
def test_how_far_apart_two_pictures_are_is_said_in_words(relation, distance, look, words):
    assert in_words(relation, distance=distance, look_distance=look) == words
