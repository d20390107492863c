from dataclasses import dataclass

from hub.rules.health import check_label
from hub.rules.histograms import histogram


@dataclass
class Picture:
    width_px: int = 1024
    height_px: int = 768
    brightness_p99: float | None = 0.9
    sharpness: float | None = 0.6
    is_related: bool = False


def checks(**given):
    facts = {
        "trainable": 100,
        "least": 100,
        "splits": {"train": 80, "validation": 10, "test": 10},
        "children": {},
        "sample": [Picture()] * 100,
    }
    return {check.name: check for check in check_label(**facts | given)}


def bad(**given):
    return {name for name, check in checks(**given).items() if not check.is_good}


def test_a_good_label_has_nothing_to_mend():
    assert bad() == set()
    assert all(check.remedy == "" for check in checks().values())


def test_a_label_of_too_few_pictures_says_how_many_it_lacks():
    found = checks(trainable=99)["Enough to train"]
    assert not found.is_good
    assert "Submit 1 more" in found.remedy


def test_a_split_without_pictures_is_named():
    found = checks(splits={"train": 5, "test": 1, "none": 3})["All splits"]
    assert "validation" in found.remedy
    assert "test" not in found.remedy


def test_children_of_very_different_numbers_are_named():
    assert bad(children={"Apple": 100, "Pear": 10, "Fig": 0}) == set()
    found = checks(children={"Apple": 101, "Pear": 10})["Balance below"]
    assert not found.is_good
    assert "Pear" in found.remedy
    assert "10.1 times" in found.found


def test_small_dark_blurred_and_like_pictures_are_told_by_their_share():
    rest = [Picture()] * 80
    for odd, name in (
        (Picture(height_px=298), "Size"),
        (Picture(brightness_p99=0.31), "Light"),
        (Picture(sharpness=0.28), "Sharpness"),
        (Picture(is_related=True), "Variety"),
    ):
        assert bad(sample=[*rest, *[odd] * 20]) == {name}
        assert checks(sample=[*rest, *[odd] * 20])[name].found.startswith("20% of the newest 100")


def test_what_was_not_measured_is_not_held_against_a_label():
    assert bad(sample=[Picture(brightness_p99=None, sharpness=None)]) == set()


def test_a_label_without_pictures_is_told_only_that():
    assert {*checks(trainable=0, splits={}, sample=[])} == {"Enough to train"}


def test_values_fall_between_edges_and_empty_ends_are_left_out():
    bars = histogram([0.1, 0.2, 0.25, 0.3, None], edges=(0.1, 0.2, 0.3, 0.4))
    assert [(bar.name, bar.count) for bar in bars] == [
        ("0.1 to 0.2", 1),
        ("0.2 to 0.3", 2),
        ("0.3 to 0.4", 1),
    ]
    assert histogram([None], edges=(1, 2)) == []
    assert [bar.name for bar in histogram([0, 5000], edges=(1000, 2000))] == [
        "below 1,000",
        "1,000 to 2,000",
        "from 2,000",
    ]
