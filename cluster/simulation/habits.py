"""What a crowd brings along beside good pictures, as shares of all files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil

# Below this many files a share is rounded, above it every habit shows at least once.
_EVERY_HABIT = 50


@dataclass(frozen=True)
class Habits:
    """Shares (0..1) of all files submitted; the rest are single pictures under their labels."""

    byte_duplicates: float = 0.03
    pixel_duplicates: float = 0.02
    near_duplicates: float = 0.04
    related: float = 0.02
    lookalikes: float = 0.01
    bursts: float = 0.04
    """Shots of a burst after its first."""
    mislabels: float = 0.02
    broken: float = 0.03
    odd: float = 0.02

    def count(self, images: int) -> Mapping[str, int]:
        """How many of so many files are of each kind but `original`."""
        shares = asdict(self)
        return {kind: _count(images, shares[habit]) for kind, habit in _HABIT_OF.items()}


# Only pictures, each different from all others, each under its label.
PLAIN = Habits(
    byte_duplicates=0,
    pixel_duplicates=0,
    near_duplicates=0,
    related=0,
    lookalikes=0,
    bursts=0,
    mislabels=0,
    broken=0,
    odd=0,
)
_HABIT_OF = {
    "byte_duplicate": "byte_duplicates",
    "pixel_duplicate": "pixel_duplicates",
    "near_duplicate": "near_duplicates",
    "related": "related",
    "lookalike": "lookalikes",
    "burst": "bursts",
    "mislabel": "mislabels",
    "broken": "broken",
    "odd": "odd",
}


def _count(images: int, share: float) -> int:
    if share > 0 and images >= _EVERY_HABIT:
        return ceil(images * share - 1e-9)
    return round(images * share)
