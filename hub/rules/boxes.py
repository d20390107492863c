"""Boxes as shares of the upright picture: turned with it, clipped, rounded."""

import math
from dataclasses import dataclass

_DECIMALS = 6
"""A tenth of a pixel in a picture of 100,000."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is in a picture: 0 is the left and the top edge, 1 the right and lower."""

    x_min: float
    x_max: float
    y_min: float
    y_max: float


class BadBox(ValueError):
    """A box that is no place in the picture; the message says why."""


def clean_place(place: Place) -> Place:
    """Return the part that lies in the picture, to six decimals.

    Raises BadBox if that is nothing, or if a side is no number.
    """
    sides = (place.x_min, place.x_max, place.y_min, place.y_max)
    if not all(map(math.isfinite, sides)):
        raise BadBox("a side of the box is not a number")
    if place.x_min >= place.x_max or place.y_min >= place.y_max:
        raise BadBox("the box has no width or no height")
    # Not -0.0, which is equal to 0.0 and written otherwise.
    x_min, x_max, y_min, y_max = (
        round(min(max(side, 0.0), 1.0), _DECIMALS) + 0.0 for side in sides
    )
    if x_min >= x_max or y_min >= y_max:
        raise BadBox("the box lies outside the picture, or is too small to be told")
    return Place(x_min, x_max, y_min, y_max)


def turn_place(place: Place, orientation: int) -> Place:
    """Return where a place of the stored pixels is once the picture stands upright.

    `orientation` is EXIF's, 1 to 8 (CIPA DC-008, 4.6.4.A).
    """
    one = _turn(place.x_min, place.y_min, orientation)
    other = _turn(place.x_max, place.y_max, orientation)
    (x_min, x_max), (y_min, y_max) = map(sorted, zip(one, other, strict=True))
    return Place(x_min, x_max, y_min, y_max)


def _turn(x: float, y: float, orientation: int) -> tuple[float, float]:
    # From 5 on the sides change places; then each is mirrored or not.
    across, down = (y, x) if orientation >= 5 else (x, y)
    return (
        1 - across if orientation in (2, 3, 6, 7) else across,
        1 - down if orientation in (3, 4, 7, 8) else down,
    )
