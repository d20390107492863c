"""Perceptual hashes drawn at random, of pictures that there need not be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]

ALIKE_SHARE = 0.01
_CLUSTER = 5
_MOST_TURNED = 5

CASES = {
    "uniform": "every hash drawn for itself",
    "clustered": (
        f"{ALIKE_SHARE:.0%} of the pictures in clusters of {_CLUSTER}:"
        f" a hash and {_CLUSTER - 1} copies of it with 0 to {_MOST_TURNED} bits turned"
    ),
    "one hot cluster": (
        f"{ALIKE_SHARE:.0%} of the pictures are copies of one hash with 0 to {_MOST_TURNED} bits"
        " turned, so that the pairs to be found grow with the square of the pictures"
    ),
}


@dataclass(frozen=True)
class Drawn:
    """Hashes in mixed order."""

    hashes: Hashes
    alike: npt.NDArray[np.int64]
    """Where those stand that were made alike."""


def draw(count: int, *, case: str, seed: int = 1) -> Drawn:
    """Return `count` 64-bit hashes, as one of CASES says."""
    source = np.random.default_rng([seed, count, list(CASES).index(case)])
    hashes = any_hashes(count, source)
    alike = 0 if case == "uniform" else int(count * ALIKE_SHARE)
    if case == "clustered":
        hashes[:alike] = np.repeat(hashes[: alike // _CLUSTER], _CLUSTER)[:alike]
        copied = np.arange(alike) % _CLUSTER != 0
        hashes[:alike][copied] = turned(hashes[:alike][copied], source)
    elif case == "one hot cluster":
        hashes[:alike] = turned(np.repeat(hashes[0], alike), source)
    mixed = source.permutation(count)
    return Drawn(hashes[mixed], np.flatnonzero(mixed < alike))


def any_hashes(count: int, source: np.random.Generator) -> Hashes:
    return source.integers(-(2**63), 2**63 - 1, count, endpoint=True)


def turned(hashes: Hashes, source: np.random.Generator) -> Hashes:
    """Return the hashes, each with 0 to 5 of its bits turned: how many is drawn first."""
    counts = source.integers(0, _MOST_TURNED + 1, len(hashes))
    bits = source.permuted(np.tile(np.arange(64, dtype=np.uint8), (len(hashes), 1)), axis=1)
    for number in range(_MOST_TURNED):
        flips = np.left_shift(np.int64(1), bits[:, number].astype(np.int64))
        hashes = np.where(counts > number, hashes ^ flips, hashes)
    return hashes
