"""The pictures that every contender gets: drawn once, all different, kept between runs."""

from dataclasses import dataclass
from pathlib import Path

from cluster.simulation.crowd import Habits
from cluster.simulation.simulating import first_labels, simulate

SIZE = (1024, 768)
_LABELS = 12
_SEED = 3
# No copies and no broken files: then each picture received is a picture published.
_HABITS = Habits(byte_duplicates=0, pixel_duplicates=0, mislabels=0, broken=0)


@dataclass(frozen=True)
class Pictures:
    """A simulation's folder: its pictures and the CSV that submits them."""

    paths: list[Path]
    csv: Path

    @property
    def total_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.paths)


def draw(folder: Path, *, images: int) -> Pictures:
    """Draw what the folder lacks of so many pictures of 1024x768."""
    truth = simulate(
        folder, images=images, labels=first_labels(_LABELS), seed=_SEED, size=SIZE, habits=_HABITS
    )
    return Pictures([folder / row.path for row in truth.rows], folder / "submit.csv")
