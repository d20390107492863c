"""Writes training files on Spark's workers: pictures as pixels, their classes, and nothing else."""

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import IntegerType, LongType, StringType, StructType

from hub.guarded import Bounds
from hub.lake.derived_places import DerivedReader
from hub.lake.locating import shared_locator
from hub.lake.reading import read_in_order
from hub.redecoding import Redecoder, redecode
from hub.rules.reasons import Reason
from hub.rules.runs import LABEL_UNKNOWN
from jobs.progress import noting

FILED = (
    StructType()
    .add("file", IntegerType())
    .add("rows", LongType())
    .add("size_bytes", LongType())
    .add("sha256", StringType())
    .add("undecoded", StringType())
)
"""What comes back of a training file; `undecoded`: JSON, why a picture cannot be, by image_id. A
file with such a picture is not written."""
_FILED = to_arrow_schema(FILED)

_COLUMNS = pa.schema(
    [
        pa.field("image", pa.binary(), nullable=False),
        pa.field("image_id", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
        pa.field("label", pa.int64(), nullable=False),
        pa.field("states", pa.binary(), nullable=False),
    ]
)
"""As `hub.rules.runs.TrainingFile` says."""


@dataclass(frozen=True)
class Filing:
    """What workers must know beside the rows that are dealt."""

    rows_path: str
    folder: str
    """Where the files go."""
    work: str
    """Where they are until they are whole: in the same file system."""
    lake_root: str
    is_derived: bool
    side: int
    classes: int
    is_multi_label: bool
    bounds: Bounds
    progress: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of `hub.services.training_rows.ROWS`, or of those with the places of derived ones."""

    file: int
    image_id: str
    number: int
    label_key: str
    size_bytes: int
    crc32: int
    shown: Sequence[int]
    not_shown: Sequence[int]
    path: str = ""
    row_group: int = 0
    row: int = 0
    offset: int = 0
    length: int = 0


def write_training_files(
    numbers: Iterator[pa.RecordBatch], *, filing: Filing
) -> Iterator[pa.RecordBatch]:
    """Write the training files of these numbers (`id`); yield a row of FILED for each.

    Holds one file's pixels at a time. Raises PictureUnreadable or LakeUnreadable where the lake
    does not give a picture, OSError where the folder takes no file.
    """
    with redecode(filing.bounds) as decoder, pq.ParquetFile(filing.rows_path) as dealt:
        files = (number for batch in numbers for number in batch["id"].to_pylist())
        rows = (row for number in files for row in _rows_of(dealt, number))
        read = noting(_contents(rows, filing), filing.progress)
        for number, some in groupby(read, key=lambda pair: pair[0].file):
            filed = _file(number, some, filing=filing, decoder=decoder)
            yield pa.RecordBatch.from_pylist([filed], schema=_FILED)


def _rows_of(dealt: pq.ParquetFile, number: int) -> Iterator[_Row]:
    known = [name for name in dealt.schema_arrow.names if name in _Row.__slots__]
    for row in dealt.read_row_group(number, columns=known).to_pylist():
        yield _Row(file=number, **{**row, "image_id": row["image_id"].hex()})


def _contents(rows: Iterator[_Row], filing: Filing) -> Iterator[tuple[_Row, bytes]]:
    if filing.is_derived:
        with DerivedReader() as reader:
            yield from reader.read(rows)
    else:
        yield from read_in_order(shared_locator(filing.lake_root), rows)


def _file(
    number: int,
    pictures: Iterable[tuple[_Row, bytes]],
    *,
    filing: Filing,
    decoder: Redecoder,
) -> dict[str, object]:
    rows: list[dict[str, object]] = []
    undecoded: dict[str, str] = {}
    for row, content in pictures:
        fitted = decoder.fit(content, side=filing.side)
        if isinstance(fitted, Reason):
            undecoded[row.image_id] = fitted.value
        else:
            rows.append(_columns_of(row, fitted, filing))
    if undecoded:
        return {"file": number, "undecoded": json.dumps(undecoded)}
    content = _parquet(rows)
    write_whole(Path(filing.folder) / file_name(number), [content], work=Path(filing.work))
    digest = sha256(content).hexdigest()
    return {"file": number, "rows": len(rows), "size_bytes": content.size, "sha256": digest}


def _columns_of(row: _Row, pixels: bytes, filing: Filing) -> dict[str, object]:
    is_multi = filing.is_multi_label
    return {
        "image": pixels,
        "image_id": row.image_id,
        "number": row.number,
        "label": LABEL_UNKNOWN if is_multi else row.shown[0],
        "states": _states(row, classes=filing.classes) if is_multi else b"",
    }


def _states(row: _Row, *, classes: int) -> bytes:
    states = array("b", [LABEL_UNKNOWN]) * classes
    for numbers, state in ((row.not_shown, 0), (row.shown, 1)):
        for number in numbers:
            states[number] = state
    return states.tobytes()


def _parquet(rows: list[dict[str, object]]) -> pa.Buffer:
    """Return the file: the same bytes for the same rows with one version of pyarrow."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pylist(rows, schema=_COLUMNS),
        sink,
        row_group_size=len(rows),
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        store_schema=False,
    )
    return sink.getvalue()


def file_name(number: int) -> str:
    return f"{number:05d}.parquet"


def write_whole(path: Path, pieces: Iterable[bytes | pa.Buffer], *, work: Path) -> None:
    """Write a file that is there whole or not at all; `work` is for what is neither.

    Raises OSError, and leaves nothing then.
    """
    incoming = work / uuid4().hex
    try:
        with incoming.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)
