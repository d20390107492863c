"""A rank's rows of an epoch, step by step, by Petastorm from the training files the plan names."""

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.errors import TrainingError
from hub.rules.epochs import EpochPlan, Read
from hub.rules.runs import Run
from jobs.train.worker.digests import DataError
from jobs.train.worker.sources import Source
from jobs.train.worker.tables import COLUMNS, open_reader

_ALIGNMENT = 64


class ShortRead(TrainingError):
    """Fewer or more rows came than the plan says: nothing of the epoch may be believed."""


@dataclass(frozen=True)
class Batch:
    """Rows of one rank in one step, n of them; or a blank one of weight zero, where it has none."""

    images: npt.NDArray[np.uint8]
    """(n, side, side, 3), red, green and blue."""
    image_ids: list[str]
    """Empty for a blank one."""
    numbers: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    """(n,): the number of the class; (n, classes) with several labels: 1, 0 or -1, unknown."""
    weights: npt.NDArray[np.float32]


def read_batches(
    source: Source, plan: EpochPlan, *, rank: int, ranks: int, first_step: int = 0
) -> Iterator[Batch]:
    """Yield a rank's rows of each step of an epoch from `first_step` on, read in order.

    A rank that has no row in a step gets one of weight zero, so that all have as many steps.
    Raises DataError, naming the file, and ShortRead.
    """
    lanes: dict[int, deque[_Rows]] = {}
    files = _read_files(source, plan, rank=rank, ranks=ranks, first_step=first_step)
    for step in range(first_step, plan.steps):
        rows = []
        for lane in plan.lanes_of(step, rank=rank, ranks=ranks).tolist():
            while not lanes.get(lane):
                opened = next(files, None)
                if opened is None:
                    raise ShortRead(_short(source, f"a row of step {step + 1} is not there"))
                lanes.setdefault(opened.lane, deque()).append(opened)
            rows.append(lanes[lane][0].take())
            if lanes[lane][0].is_used_up:
                lanes[lane].popleft()
        yield _batch(rows, source.run)
    if next(files, None) is not None or any(lanes.values()):
        raise ShortRead(_short(source, "there are more rows than the plan has"))


def _short(source: Source, what: str) -> str:
    return f"Reading {source.folder / source.split} went wrong: {what}. Start the training again."


@dataclass
class _Rows:
    """The rows of an open file that are still to come."""

    lane: int
    order: npt.NDArray[np.int64]
    images: npt.NDArray[np.uint8]
    columns: Mapping[str, Sequence[Any]]
    taken: int = 0

    @property
    def is_used_up(self) -> bool:
        return self.taken == self.order.size

    def take(self) -> tuple[Any, ...]:
        """Return what the next row has in each of `COLUMNS`."""
        row = self.order[self.taken]
        self.taken += 1
        return self.images[row], *(self.columns[name][row] for name in COLUMNS[1:])


def _read_files(
    source: Source, plan: EpochPlan, *, rank: int, ranks: int, first_step: int
) -> Iterator[_Rows]:
    if not plan.images:
        return
    reads = list(plan.reads(rank=rank, ranks=ranks, first_step=first_step))
    if not reads:
        return
    for read in reads:
        source.check_size(read.file)
    urls = [f"file://{(source.folder / source.files[read.file].path).resolve()}" for read in reads]
    try:
        with open_reader(urls) as reader:
            # Read and rows side by side: whichever is longer is an error.
            for read, table in zip(reads, reader, strict=True):
                yield _checked_rows(source, read, table)
    except (DataError, ShortRead):
        raise
    except Exception as error:
        # What Petastorm trips over is a file that has changed, if it is not a fault of its own.
        for read in reads:
            source.check(read.file)
        raise ShortRead(_short(source, str(error))) from error


def _checked_rows(source: Source, read: Read, table: pa.Table) -> _Rows:
    source.check(read.file)
    file, side = source.files[read.file], source.run.side
    if table.num_rows != file.rows:
        raise ShortRead(
            _short(source, f"{file.path} gave {table.num_rows:,} of {file.rows:,} rows")
        )
    columns = {name: table.column(name).to_pylist() for name in COLUMNS[1:]}
    images = _pixels(table.column("image"), side * side * 3)
    return _Rows(read.lane, read.order, images.reshape(-1, side, side, 3), columns)


def _pixels(column: pa.ChunkedArray, size: int) -> npt.NDArray[np.uint8]:
    """Return the bytes of pictures of one size, where they lie; Petastorm would make an object of
    each."""
    # One piece, but of a file of 2 GB and more; to combine them copies also a single one.
    images = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    _, ends, data = images.buffers()
    starts = np.frombuffer(ends, np.int32, count=len(images) + 1, offset=4 * images.offset)
    if (np.diff(starts) != size).any():
        raise ValueError(f"a picture has not the {size:,} bytes of its pixels")
    return np.frombuffer(data, np.uint8, count=len(images) * size, offset=int(starts[0]))


def _batch(rows: list[tuple[Any, ...]], run: Run) -> Batch:
    shape = (run.side, run.side, 3)
    count = max(1, len(rows))
    targets_shape = (count, len(run.classes)) if run.is_multi_label else (count,)
    batch = Batch(
        _aligned((count, *shape)),
        [str(image_id) for _, image_id, *_ in rows] or [""],
        np.array([row[2] for row in rows] or [0], np.int64),
        np.zeros(targets_shape, np.int64),
        np.full(count, 1 if rows else 0, np.float32),
    )
    for place, (image, _, _, label, states) in enumerate(rows):
        batch.images[place] = image
        batch.targets[place] = np.frombuffer(states, np.int8) if run.is_multi_label else label
    if not rows:
        batch.images[:] = 0
    return batch


def _aligned(shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """Return pixels that TensorFlow takes where they lie, instead of copying them."""
    size = math.prod(shape)
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].reshape(shape)
