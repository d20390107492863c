"""Which split a picture falls into: a hash of its group, so that groups never straddle two."""

import hashlib
import math
from itertools import accumulate

SHARES = {"train": 80, "validation": 10, "test": 10}
"""Of all groups, in hundredths."""

SPLITS = (*SHARES, "none")
"""All that a picture can be in; `none` is near pictures of two others."""

_BOUNDS = tuple(zip(accumulate(SHARES.values()), SHARES, strict=True))


def split_of(group_id: str) -> str:
    """Return 'train', 'validation' or 'test': the same for a group on every machine, for ever."""
    digest = hashlib.sha256(f"split:{group_id}".encode()).digest()
    hundredth = int.from_bytes(digest[:8], "big") % 100
    return next(split for bound, split in _BOUNDS if hundredth < bound)


def deviation(split: str, share: float, *, images: int, squares: int) -> float:
    """Return how many standard errors the share of a split, 0..1, lies above what is meant.

    Groups fall into splits, not pictures: of `images` pictures in groups of n each, the share has
    the variance p (1 - p) sum(n^2) / images^2, where `squares` is that sum. (A sum of independent
    Bernoulli variables with weights; equal to the binomial one where every group has one picture.)
    """
    meant = SHARES[split] / 100
    return (share - meant) * images / math.sqrt(meant * (1 - meant) * squares)
