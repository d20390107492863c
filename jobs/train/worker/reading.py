"""A rank's rows of an epoch, step by step, by Petastorm from the training files the plan names."""

import math
import time
import warnings
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from petastorm import make_batch_reader
from petastorm.workers_pool import EmptyResultError

from hub.errors import TrainingError
from hub.rules.epochs import EpochPlan, Read
from hub.rules.runs import Run, TrainingFile
from jobs.train.worker.digests import DataError, digest_file

_ALIGNMENT = 64
_NAP_SECONDS = 0.001

COLUMNS = ["image", "image_id", "number", "label", "states"]


class ShortRead(TrainingError):
    """Fewer or more rows came than the plan says: nothing of the epoch may be believed."""


@dataclass(frozen=True)
class Batch:
    """Rows of one rank in one step, n of them; the last may be filled up with weight zero."""

    images: npt.NDArray[np.uint8]
    """(n, side, side, 3), red, green and blue."""
    image_ids: list[str]
    """Empty for what is filled up."""
    numbers: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    """(n,): the number of the class; (n, classes) with several labels: 1, 0 or -1, unknown."""
    weights: npt.NDArray[np.float32]


@dataclass
class Source:
    """The files of a split, each checked when it is first read."""

    folder: Path
    run: Run
    split: str
    _checked: set[int] = field(default_factory=set)

    @property
    def files(self) -> Sequence[TrainingFile]:
        return self.run.files.get(self.split, ())

    def check_sizes(self) -> None:
        """Raise DataError for a file that is missing or has another size, or one not ours.

        Petastorm unpickles what it finds in files of Parquet's metadata beside the data.
        """
        for folder in {(self.folder / file.path).parent for file in self.files}:
            for foreign in (*folder.glob("_common_metadata"), *folder.glob("_metadata")):
                raise DataError(f"{foreign} is not part of this training: remove it.")
        for number in range(len(self.files)):
            self._check_size(number)

    def check(self, number: int) -> None:
        """Raise DataError if a file's bytes are not those that were written for this training."""
        if number in self._checked:
            return
        self._check_size(number)
        file = self.files[number]
        if digest_file(self.folder / file.path) != file.sha256:
            raise DataError(
                f"{self.folder / file.path} has changed since it was written: run the training"
                " anew, which writes its files again."
            )
        self._checked.add(number)

    def _check_size(self, number: int) -> None:
        file = self.files[number]
        try:
            size = (self.folder / file.path).stat().st_size
        except FileNotFoundError as error:
            raise DataError(
                f"{self.folder / file.path} is missing: run the training anew, which writes its"
                " files again."
            ) from error
        if size != file.size_bytes:
            raise DataError(
                f"{self.folder / file.path} has {size:,} bytes instead of {file.size_bytes:,}: run"
                " the training anew, which writes its files again."
            )


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
        source._check_size(read.file)
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


def open_reader(urls: list[str]) -> Any:
    """Open Petastorm's reader of files in the order given, which ends only when all are read."""
    # Petastorm uses of pyarrow 14 what later ones have no more.
    warnings.filterwarnings("ignore", category=FutureWarning, module="petastorm")
    # One thread reads in order, and no more than four files ahead.
    reader = make_batch_reader(
        urls,
        schema_fields=[f"^{name}$" for name in COLUMNS],
        workers_count=1,
        shuffle_row_groups=False,
    )
    reader._results_queue_reader = _Tables()
    _wait_for_all(reader._workers_pool)
    return reader


def _wait_for_all(pool: Any) -> None:
    """Correct when a reader thinks that it is done.

    Petastorm 0.13.1 counts what its workers have done before it asks whether all was handed out
    to them: between the two the last files can be handed out, and are never read. The other way
    round, nothing can come in between.
    """
    are_workers_done = pool.all_workers_done

    def is_all_done() -> bool:
        if pool._ventilator.completed():
            return bool(are_workers_done())
        if are_workers_done():
            # Asked again at once, over and over, until more is handed out.
            time.sleep(_NAP_SECONDS)
        return False

    pool.all_workers_done = is_all_done


class _Tables:
    """Takes from Petastorm what it has read as it has read it, a table a file."""

    batched_output = True

    def read_next(self, pool: Any, _schema: Any, _ngram: Any) -> pa.Table:
        try:
            return pool.get_results()
        except EmptyResultError:
            raise StopIteration from None


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
