"""Where boxes lie in the upright picture, whatever they were measured in."""

from collections.abc import Iterator

from hub.imports.found import BoxSaid, Found
from hub.imports.headers import Header
from hub.rules.boxes import BadBox, Place, clean_place, turn_place
from hub.rules.turning import ORIENTATIONS

_ALIKE = 0.02
"""By so much the sides' ratio may differ: smaller copies of a picture have rounded sides."""


def needs_header(found: Found) -> bool:
    """Tell whether the boxes cannot be placed without the size or orientation of the file."""
    return bool(found.boxes) and (found.in_pixels or found.turn_degrees != 0)


def place_boxes(found: Found, header: Header | None) -> Iterator[tuple[BoxSaid, Place | BadBox]]:
    """Yield each box with its place in shares of the upright picture, or why it has none.

    Shares are of the upright picture, unless the format says how far the stored one is to be
    turned. Pixels are of the picture as the format states its size: of the stored or the upright
    one, whichever has such sides; where both have, of the upright one, as viewers show it.
    """
    try:
        frame = _frame(found, header)
    except BadBox as wrong:
        yield from ((box, wrong) for box in found.boxes)
        return
    for box in found.boxes:
        try:
            yield box, clean_place(_placed(box.place, frame))
        except BadBox as wrong:
            yield box, wrong


_Frame = tuple[tuple[int, int], int]
"""Width and height that are 1, and the orientation by which boxes turn."""


def _frame(found: Found, header: Header | None) -> _Frame:
    if not found.in_pixels:
        return (1, 1), _orientation(found, header)
    if header is None:
        raise BadBox("its size in pixels cannot be told, since the file is no sound picture")
    if found.stated_px is None:
        return header.upright_px, 1
    if _is_alike(found.stated_px, header.upright_px):
        return found.stated_px, 1
    if _is_alike(found.stated_px, (header.width_px, header.height_px)):
        return found.stated_px, header.orientation
    stated, has = ("{}x{}".format(*sides) for sides in (found.stated_px, header.upright_px))
    raise BadBox(f"the boxes are of a picture of {stated} pixels, and the file has {has}")


def _orientation(found: Found, header: Header | None) -> int:
    if found.turn_degrees == 0 or header is None:
        return 1
    wanted = ORIENTATIONS[found.turn_degrees]
    # 1: it could not be told to turn, and is published as it is stored.
    if header.orientation in (1, wanted):
        return header.orientation
    raise BadBox("its file says by EXIF to be turned otherwise than the format does")


def _is_alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] * other[1] - one[1] * other[0]) <= _ALIKE * one[1] * other[0]


def _placed(place: Place, frame: _Frame) -> Place:
    (across, down), orientation = frame
    shares = Place(
        place.x_min / across, place.x_max / across, place.y_min / down, place.y_max / down
    )
    return turn_place(shares, orientation)
