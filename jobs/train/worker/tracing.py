"""A log of the pictures that a rank trains on, for those who ask for it."""

from pathlib import Path
from typing import Any


class Trace:
    """A line `epoch step image_id` for each picture of each step begun, steps counted from 1."""

    def __init__(self, folder: Path | None, *, attempt: int, rank: int) -> None:
        self._path = folder and folder / f"attempt-{attempt}-rank-{rank}.txt"

    def write(self, epoch: int, step: int, image_ids: Any, weights: Any) -> None:
        if self._path is None:
            return
        rows = zip(image_ids.numpy().tolist(), weights.numpy().tolist(), strict=True)
        lines = [f"{epoch} {step} {image_id.decode()}\n" for image_id, weight in rows if weight]
        with self._path.open("a") as file:
            file.write("".join(lines))
