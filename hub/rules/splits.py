"""Which split a picture falls into: a hash of its group, so that groups never straddle two."""

import hashlib

# Shares of 80/10/10, as upper bounds in hundredths.
_BOUNDS = ((80, "train"), (90, "validation"), (100, "test"))


def split_of(group_id: str) -> str:
    """Return 'train', 'validation' or 'test': the same for a group on every machine, for ever."""
    digest = hashlib.sha256(f"split:{group_id}".encode()).digest()
    hundredth = int.from_bytes(digest[:8], "big") % 100
    return next(split for bound, split in _BOUNDS if hundredth < bound)
