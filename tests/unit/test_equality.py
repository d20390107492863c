"""Which pictures' full pixels are compared."""

import pytest

from hub.rules.equality import EQUAL_LOOKS, Stored, list_suspects

PICTURES = {
    "jpeg": Stored("a", "jpeg"),
    "other jpeg": Stored("b", "jpeg"),
    "png": Stored("c", "png"),
}


def test_pictures_of_one_reduced_copy_are_suspects():
    again = {"again": Stored("a", "jpeg")}
    assert list_suspects(PICTURES | again, []) == {"jpeg", "again"}


@pytest.mark.parametrize(
    ("pair", "distance", "is_suspect"),
    [
        (("jpeg", "png"), EQUAL_LOOKS, True),
        (("jpeg", "png"), EQUAL_LOOKS + 0.001, False),
        # Of two JPEGs the reduced copies were made alike, and differ.
        (("jpeg", "other jpeg"), 0.0, False),
    ],
)
def test_pictures_of_equal_looks_are_suspects_across_formats(pair, distance, is_suspect):
    assert list_suspects(PICTURES, [(*pair, distance)]) == ({*pair} if is_suspect else set())
