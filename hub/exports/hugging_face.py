"""Export `parquet`: Parquet files by split with typed features, as Hugging Face `datasets` reads.

Source of the format: the schema's metadata `huggingface` as `datasets.Features` writes it, and
https://huggingface.co/docs/hub/datasets-image (pictures as struct of bytes and path).
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.exports import beside
from hub.exports.columns import LISTS, ROWS_A_STEP, SIDES, TEXTS, record_fields
from hub.exports.shards import Shard, shards
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, numbered_record
from hub.exports.target import Target
from hub.rules.manifests import Picture

ABOUT = """
- `data/<split>-<number>-of-<count>.parquet`: a row a picture: `image`, its bytes and name;
  `labels`, what it shows; `picked`, of these, what it was picked by; `negatives`, what it is
  verified not to show; `boxes` in shares of the upright picture's sides; split, licence and more.
- `classes.csv`: the keys of the classes, whose names stand in the files, too.
"""

SHARD_BYTES = 256 << 20
_GROUP_BYTES, _GROUP_ROWS = 16 << 20, 100

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_SCHEMA = pa.schema([("image", _IMAGE), *record_fields(pa.int64())])


def write(source: Source, target: Target) -> None:
    """Write the shards."""
    classes = list_classes(source.pictures())
    schema = _SCHEMA.with_metadata({"huggingface": _features(classes)})
    for shard in shards(source, most_bytes=SHARD_BYTES):
        name = f"data/{shard.split}-{shard.number:05d}-of-{shard.of:05d}.parquet"
        # JPEG does not shrink.
        with (
            target.create(name) as file,
            pq.ParquetWriter(
                file,
                schema,
                compression="none",
                use_dictionary=False,
                write_statistics=False,
                write_batch_size=ROWS_A_STEP,
            ) as out,
        ):
            for rows in _groups(source, shard, classes):
                out.write_table(pa.Table.from_pylist(rows, schema=schema))
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=lambda picture: picture.file_name)


def _groups(source: Source, shard: Shard, classes: Classes) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    size = 0
    for picture, content in source.contents(shard.pictures):
        rows.append(_row(picture, content, classes))
        size += len(content)
        if size >= _GROUP_BYTES or len(rows) == _GROUP_ROWS:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _row(one: Picture, content: bytes, classes: Classes) -> dict[str, Any]:
    image = {"bytes": content, "path": one.file_name}
    return {**numbered_record(one, classes), "image": image}


def _features(classes: Classes) -> str:
    label = {"names": list(classes.names), "_type": "ClassLabel"}
    box = {
        "label": label,
        **{side: _value("float64") for side in SIDES},
        "source": _value("string"),
        "is_group_of": _value("bool"),
    }
    features = {
        "image": {"_type": "Image"},
        **{name: {"feature": label, "_type": "Sequence"} for name in LISTS},
        "boxes": [box],
        **{name: _value("int64") for name in ("width", "height")},
        **{name: _value("string") for name in TEXTS},
    }
    return json.dumps({"info": {"features": features}})


def _value(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}
