"""The ways to write pictures' bytes into a Delta table that are measured beside each other."""

import os
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession

from benchmarks.processes import BenchError
from hub.catalogue.batches import Batch
from hub.lake import tables
from jobs import schemas
from jobs.tables import Lake
from jobs.writing import DataFile, Target, write_files, written_by

_LABELS = 12
_PICTURES = 32
"""Rows of an Arrow batch: some 9 MB."""


class Writers:
    """The contenders, each with a table of its own below a folder."""

    def __init__(self, spark: SparkSession, root: Path, paths: Sequence[Path]) -> None:
        # Workers cannot import what is not installed: they get the functions below whole.
        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        self._spark = spark
        self._root = root
        self._paths = list(map(str, paths))
        # As many as publish would make: one a core.
        self._partitions = os.cpu_count() or 1
        self._batch = Batch(1, "benchmark", len(paths))
        self._rows: list[pa.RecordBatch] = []

    def hub(self) -> None:
        lake, target = self._lake("hub")
        files = written_by(self._keys(), write_read, target=target)
        self._commit(lake, files)

    def spark(self) -> None:
        _, target = self._lake("spark")
        rows = self._keys().mapInArrow(partial(return_read, target=target), schemas.IMAGES)
        written = rows.write.format("delta").mode("append").option("compression", "uncompressed")
        written.save(target.folder)

    def hub_alone(self) -> None:
        lake, target = self._lake("hub_alone")
        (told,) = write_files(self._rows, target=target)
        self._commit(lake, [DataFile(**file) for file in told.to_pylist()])

    def delta_rs(self) -> None:
        write_deltalake(self._folder("delta_rs"), pa.Table.from_batches(self._rows))

    def load(self) -> None:
        """Put the Arrow data of those that start with it into memory."""
        _, target = self._lake("loaded")
        keys = pa.RecordBatch.from_pylist([*map(_key, self._paths)])
        self._rows = [target.fit(rows) for rows in _read([keys])]

    def unload(self) -> None:
        self._rows = []

    def check(self, name: str) -> int:
        """Read every picture back; return the bytes that the table's files take.

        Raises BenchError unless each is what its file holds.
        """
        table = DeltaTable(self._folder(name))
        wanted = {_digest(Path(path).read_bytes()) for path in self._paths}
        batches = table.to_pyarrow_dataset().to_batches(columns=["content"], batch_size=_PICTURES)
        found = [_digest(value.as_py()) for rows in batches for value in rows["content"]]
        if len(found) != len(wanted) or {*found} != wanted:
            raise BenchError(f"{name} did not give back the {len(wanted)} pictures it was given")
        sizes = pa.table(table.get_add_actions(flatten=True))["size_bytes"]
        return int(pa.compute.sum(sizes).as_py())

    def clear(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)

    def _folder(self, name: str) -> str:
        return tables.table_path(str(self._root / name), "images")

    def _lake(self, name: str) -> tuple[Lake, Target]:
        lake = Lake(str(self._root / name), "benchmark")
        lake.make(self._spark, "images")
        return lake, lake.target("images", self._batch)

    def _commit(self, lake: Lake, files: Sequence[DataFile]) -> None:
        lake.append_files(self._spark, "images", files, batch=self._batch)

    def _keys(self) -> DataFrame:
        keys = self._spark.createDataFrame([*map(_key, self._paths)])
        # Sorted by label, as publish sorts them.
        by_label = keys.repartitionByRange(self._partitions, "label_key", "path")
        return by_label.sortWithinPartitions("label_key", "path")


def write_read(batches: Iterable[pa.RecordBatch], *, target: Target) -> Iterator[pa.RecordBatch]:
    """Read the files of keys and write them as the hub does, on a worker."""
    return write_files(_read(batches), target=target)


def return_read(batches: Iterable[pa.RecordBatch], *, target: Target) -> Iterator[pa.RecordBatch]:
    """Read the files of keys and return them to the JVM, on a worker."""
    return map(target.fit, _read(batches))


def _key(path: str) -> dict[str, str]:
    return {"path": path, "label_key": f"m_{zlib.crc32(path.encode()) % _LABELS:02d}"}


def _read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `images` with the bytes of the files, and NULL in what no file tells."""
    lacking = [name for name in schemas.IMAGES.fieldNames() if not name.startswith("batch_")]
    for batch in batches:
        for start in range(0, batch.num_rows, _PICTURES):
            rows = [_row(key) for key in batch.slice(start, _PICTURES).to_pylist()]
            columns = {name: [row.get(name) for row in rows] for name in lacking}
            yield pa.RecordBatch.from_pydict(columns)


def _row(key: Mapping[str, str]) -> dict[str, Any]:
    content = Path(key["path"]).read_bytes()
    return {
        "image_id": _digest(content),
        "label_key": key["label_key"],
        "size_bytes": len(content),
        "content": content,
    }


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
