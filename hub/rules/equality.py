"""Which pictures may have equal pixels though their bytes differ: few, as full ones are read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

EQUAL_LOOKS = 0.02
"""Looks of equal pixels differ by no more, in whatever formats the pixels are stored."""

Key = TypeVar("Key")


class Stored(NamedTuple):
    """What is known of a picture's pixels without reading them."""

    reduced_sha256: str
    format: str | None


def list_suspects(
    pictures: Mapping[Key, Stored], looks: Iterable[tuple[Key, Key, float]]
) -> set[Key]:
    """Return the pictures whose full pixels are needed to tell whether they equal another's.

    Those with equal reduced copies, and those of pairs with equal `looks` (two pictures, and the
    distance between them) of which one is not a JPEG: its reduced copy was made otherwise.
    """
    equal: defaultdict[str, list[Key]] = defaultdict(list)
    for key, stored in pictures.items():
        equal[stored.reduced_sha256].append(key)
    suspects = {key for keys in equal.values() if len(keys) > 1 for key in keys}
    for *both, distance in looks:
        is_jpeg = all(pictures[key].format == "jpeg" for key in both)
        if distance <= EQUAL_LOOKS and not is_jpeg:
            suspects.update(both)
    return suspects
