"""Export `petastorm`: plain Parquet that Petastorm's `make_batch_reader` reads with pyarrow 14.

Petastorm drops what is no plain column (struct, large, dictionary) and turns NULL into values, so
there is none of them; lists are JSON text. No `_common_metadata` is written, which Petastorm would
unpickle.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.exports import beside
from hub.exports.columns import ROWS_A_STEP
from hub.exports.shards import Shard, shards
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, numbered_record
from hub.exports.target import Target
from hub.rules.manifests import Picture

ABOUT = """
- `<split>/part-<number>.parquet`: one row group, a row a picture: `image`, its bytes; `label`, the
  class it was picked by (of several the first; -1: none, it is there for what it does not show).
  JSON text: `labels`, all classes it shows; `negatives`, those it is verified not to show; `boxes`,
  in shares of the upright picture's sides.
- `classes.csv`: the names of the class numbers, which count from 0.
"""

SHARD_BYTES = 64 << 20
"""Of a file, which is one row group: Petastorm's workers each hold some of them."""

_TEXTS = (
    *("image_id", "format", "split", "group_id", "labels", "negatives", "boxes", "licence"),
    *("author", "source", "taken_at", "country", "city", "neighbourhood"),
)
_SCHEMA = pa.schema(
    [
        pa.field("image", pa.binary(), nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in ("label", "width", "height")),
        *(pa.field(name, pa.string(), nullable=False) for name in _TEXTS),
    ]
)


def write(source: Source, target: Target) -> None:
    """Write the shards and the names of the classes."""
    classes = list_classes(source.pictures())
    for shard in shards(source, most_bytes=SHARD_BYTES):
        table = pa.Table.from_batches(_batches(source, shard, classes), schema=_SCHEMA)
        with target.create(f"{shard.split}/part-{shard.number:05d}.parquet") as file:
            pq.write_table(
                table,
                file,
                row_group_size=len(table),
                compression="none",
                use_dictionary=False,
                write_statistics=False,
                store_schema=False,
                write_batch_size=ROWS_A_STEP,
            )
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=lambda picture: picture.file_name)


def _batches(source: Source, shard: Shard, classes: Classes) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a shard few at a time, so that its bytes are in memory once."""
    contents = source.contents(shard.pictures)
    while some := list(islice(contents, ROWS_A_STEP)):
        rows = [_row(*each, classes) for each in some]
        yield pa.RecordBatch.from_pylist(rows, schema=_SCHEMA)


def _row(one: Picture, content: bytes, classes: Classes) -> dict[str, Any]:
    said = numbered_record(one, classes)
    return {
        **said,
        "image": content,
        "format": one.format,
        "label": next(iter(said["picked"]), -1),
        **{name: json.dumps(said[name]) for name in ("labels", "negatives", "boxes")},
    }
