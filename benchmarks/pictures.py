"""The pictures that every contender gets: drawn once, all different, kept between runs."""

from dataclasses import dataclass
from pathlib import Path

from cluster.cli.output import progress
from cluster.simulation.habits import PLAIN
from cluster.simulation.simulating import DRAWING, first_labels, simulate

SIZE = (1024, 768)
_LABELS = 12
_SEED = 3


@dataclass(frozen=True)
class Pictures:
    """A simulation's folder: its pictures and the CSV that submits them."""

    folder: Path
    paths: list[Path]

    @property
    def csv(self) -> Path:
        return self.folder / "submit.csv"

    @property
    def total_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.paths)


def draw(work: Path, *, images: int) -> Pictures:
    """Draw what is lacking of so many pictures of 1024x768, below the work folder."""
    # Pictures of an older way of drawing are others: they get a folder of their own.
    folder = work / f"pictures-{images}-{DRAWING}"
    truth = simulate(
        folder,
        images=images,
        labels=first_labels(_LABELS),
        seed=_SEED,
        size=SIZE,
        # Then each picture received is a picture published.
        habits=PLAIN,
        progress=lambda done, total: progress(done, "drawing", total=total),
    )
    return Pictures(folder, [folder / row.path for row in truth.rows])
