"""Makes a run folder of a subset's lock: all that a training reads, the same wherever made."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias

from pyspark.sql import SparkSession

from hub.config import Settings
from hub.errors import LakeUnreadable, TrainingError
from hub.exports.source import Source
from hub.exports.tables import csv_line
from hub.lake.derived_places import list_places
from hub.limits import bounds_of
from hub.rules.locks import Lock, lock_text
from hub.rules.runs import (
    ATTRIBUTION,
    LEFT_OUT,
    LOCK,
    SETTINGS,
    Run,
    TrainingFile,
    write_run,
)
from hub.rules.splits import SHARES
from hub.rules.spreadsheets import inert
from hub.rules.trainings import Options, weigh_classes
from hub.services.sources import open_source
from hub.services.training_rows import TrainingRows, training_rows, with_derived
from jobs.failures import StageFailed, failing_as
from jobs.progress import Track, shown, untracked
from jobs.train.dealing import deal
from jobs.train.filing import FILED, Filing, file_name, write_training_files, write_whole

_WORK = ".preparing"
"""A folder of the run folder that is there while it is made. Whoever makes it anew takes that of
another away, who then can finish no file."""


def write_run_folder(
    spark: SparkSession,
    settings: Settings,
    *,
    lock: Lock,
    options: Options,
    training_id: int,
    folder: Path,
    track: Track = untracked,
) -> Run:
    """Make a training's run folder, anew whatever is in it; the workers must see it.

    The same lock, options and lake give the same bytes in the same files, however many workers
    there are. `run.json` is written last. Raises TrainingError where there is nothing to train on,
    a picture cannot be read or the folder takes no files; the folder is no run folder then.
    """
    with _failing(folder):
        _clear(folder)
        source = open_source(settings, lock)
        rows = training_rows(source, options)
        if options.augmented:
            rows = with_derived(rows, list_places(settings.lake_root))
        preparing = _Preparing(spark, settings, options, root=lock.root, folder=folder, track=track)
        rows, files = preparing.write(rows)
        _write_beside(folder, source, rows)
        shutil.rmtree(folder / _WORK)
        class_images = rows.class_images()
        run = Run(
            training_id=training_id,
            root=lock.root,
            classes=rows.classes,
            seed=options.seed,
            options=asdict(options),
            batch=options.ranks * options.batch,
            is_multi_label=options.multi_label,
            files=files,
            class_images=class_images,
            left_out=dict(Counter(reason for _, reason in rows.left_out())),
            class_weights=weigh_classes(options, class_images),
        )
        write_run(folder, run)
    return run


def _clear(folder: Path) -> None:
    """Remove what an earlier attempt left; `run.json` first, so that nothing half there is whole.

    Checkpoints stay: the same files are made again.
    """
    (folder / SETTINGS).unlink(missing_ok=True)
    for name in (*SHARES, _WORK):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)


_Files: TypeAlias = dict[str, tuple[TrainingFile, ...]]


@dataclass(frozen=True)
class _Preparing:
    """A run folder while its training files are written."""

    spark: SparkSession
    settings: Settings
    options: Options
    root: str
    folder: Path
    track: Track

    def write(self, rows: TrainingRows) -> tuple[TrainingRows, _Files]:
        """Write the files of all splits; return the rows that are in them, and the files.

        A picture that cannot be decoded is found on the way. It is one in millions, for each was
        decoded before it was published; so all is dealt and written anew without it.
        """
        while True:
            if not rows.of_split("train").num_rows:
                raise TrainingError(_nothing_left(rows))
            files: _Files = {}
            undecoded: dict[str, str] = {}
            for split in SHARES:
                files[split], bad = self._write_split(split, rows)
                undecoded |= bad
            if not undecoded:
                return rows, files
            rows = rows.without(
                {image_id: f"cannot be decoded ({why})" for image_id, why in undecoded.items()}
            )
            _clear(self.folder)

    def _write_split(
        self, split: str, rows: TrainingRows
    ) -> tuple[tuple[TrainingFile, ...], dict[str, str]]:
        """Return the files, and why, by image_id, pictures cannot be decoded."""
        of_split, work = rows.of_split(split), self.folder / _WORK
        if not of_split.num_rows:
            return (), {}
        side, seed = self.options.side, self.options.seed
        dealt = deal(of_split, work, side=side, root=self.root, seed=seed)
        what = f"pictures of the {split} split prepared"
        with shown(work / "done", what, total=of_split.num_rows, track=self.track) as progress:
            filing = Filing(
                rows_path=dealt.path,
                folder=str(self.folder / split),
                work=str(work),
                lake_root=self.settings.lake_root,
                is_derived="offset" in of_split.schema.names,
                side=side,
                classes=len(rows.classes),
                is_multi_label=self.options.multi_label,
                bounds=bounds_of(self.settings),
                progress=progress,
            )
            filed = self._run(filing, files=len(dealt.rows))
        told = (json.loads(row["undecoded"] or "{}") for row in filed)
        undecoded = {image_id: why for some in told for image_id, why in some.items()}
        if undecoded:
            return (), undecoded
        assert [(row["file"], row["rows"]) for row in filed] == [*enumerate(dealt.rows)]
        _sync(self.folder / split)
        return tuple(_described(split, row) for row in filed), {}

    def _run(self, filing: Filing, *, files: int) -> list[dict[str, Any]]:
        """Return what came of each file, in their order."""
        cores = self.settings.partitions or self.spark.sparkContext.defaultParallelism
        numbers = self.spark.range(0, files, 1, min(files, cores))
        filed = numbers.mapInArrow(partial(write_training_files, filing=filing), FILED).collect()
        return sorted((row.asDict() for row in filed), key=itemgetter("file"))


def _described(split: str, row: Mapping[str, Any]) -> TrainingFile:
    path = f"{split}/{file_name(row['file'])}"
    return TrainingFile(path, row["rows"], row["size_bytes"], row["sha256"])


def _sync(folder: Path) -> None:
    """Return once the names of a folder's files are on disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _nothing_left(rows: TrainingRows) -> str:
    why = Counter(reason for _, reason in rows.left_out())
    told = "; ".join(f"{count:,} because it {reason}" for reason, count in sorted(why.items()))
    return (
        "No picture of the subset's train split is left to train on"
        f"{f' (left out: {told})' if told else ''}: pick others, or change the training's options."
    )


def _write_beside(folder: Path, source: Source, rows: TrainingRows) -> None:
    """Write the lock, what is left out, and whom to credit for what is not."""
    credits = (
        (one.image_id, inert(one.author), inert(one.licence), inert(one.source))
        for one in rows.used(source)
    )
    contents = {
        LOCK: [lock_text(source.lock).encode()],
        LEFT_OUT: map(csv_line, chain([("image_id", "reason")], rows.left_out())),
        ATTRIBUTION: map(csv_line, chain([("image_id", "author", "licence", "source")], credits)),
    }
    for name, pieces in contents.items():
        write_whole(folder / name, pieces, work=folder / _WORK)


@contextmanager
def _failing(folder: Path) -> Iterator[None]:
    try:
        with failing_as(f"preparing the run folder {folder}"):
            yield
    except (StageFailed, LakeUnreadable) as error:
        raise TrainingError(str(error)) from error
