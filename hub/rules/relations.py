"""What it means that one picture repeats or resembles another, in words."""

RELATIONS = ("pixels", "near", "mirrored", "turned", "cropped", "alike", "burst")
"""What may hold between two pictures that are both published: the first two after an undo."""

DUPLICATES = ("bytes", "pixels", "near")
"""What makes a file one that is not published."""

_EXACT = {"bytes": "the same bytes", "pixels": "equal, pixel by pixel"}
_HASH_BITS = 64


def rule_name(relation: str, version: int | None) -> str:
    """Name the rule that found a relation: exact ones have no versions to tell apart."""
    return relation if relation in _EXACT else f"{relation}-{version}"


def in_words(relation: str, *, distance: int | None, look_distance: float | None) -> str:
    """Say how far apart two pictures are: bits of 64, and the looks' distance of 0..1 as a share.

    Shots of one scene are compared by where it is light and of which colours, as things move
    between them. A number that was not taken is left out.
    """
    if relation in _EXACT:
        return _EXACT[relation]
    bits = f"{distance} of {_HASH_BITS} bits apart" if distance is not None else ""
    what = "light and colours" if relation == "burst" else "pictures"
    looks = f"{what} {_apart(look_distance)} apart" if look_distance is not None else ""
    return ", ".join(filter(None, (bits, looks))) or "not measured"


def _apart(look_distance: float) -> str:
    told = share(look_distance)
    return "less than 0.1%" if told == "0%" else told


def share(number: float) -> str:
    """Write a share of 0..1 in per cent, to a tenth: `2%`, `0.4%`."""
    return f"{round(number * 100, 1):g}%"
