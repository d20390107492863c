"""Export `imagefolder`: pictures by split with what is known of them, as Hugging Face reads it.

Source of the format: https://huggingface.co/docs/datasets/image_dataset#imagefolder. Beside
the pictures the metadata are Parquet: JSON Lines and CSV have no types, and `datasets` refuses
splits of which one has, say, no verified negative at all.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.exports import beside
from hub.exports.columns import record_fields
from hub.exports.source import Source
from hub.exports.states import Classes, record, survey
from hub.exports.target import Target
from hub.rules.manifests import Picture

ABOUT = """
- `<split>/`: the pictures; `<split>/metadata.parquet`: of each `labels`, what it shows; `picked`,
  of these, what it was picked by; `negatives`, what it is verified not to show; `boxes` in shares
  of the upright picture's sides; split, licence, author and more.
- `metadata.jsonl`: the same of all splits, for readers of JSON Lines.
- `classes.csv`: all labels.
"""

_BATCH_ROWS = 1000
_SCHEMA = pa.schema([("file_name", pa.string()), *record_fields(pa.string())])


def write(source: Source, target: Target) -> None:
    """Write pictures and metadata by split."""
    target.put_pictures(source, _path)
    known = survey(source.pictures())
    classes = known.classes
    for split in known.splits:
        with (
            target.create(f"{split}/metadata.parquet") as file,
            pq.ParquetWriter(file, _SCHEMA) as out,
        ):
            for batch in _batches(source, split, classes):
                out.write_table(pa.Table.from_pylist(batch, schema=_SCHEMA))
    rows = ({**record(one, classes), "file_name": _path(one)} for one in source.pictures())
    target.put("metadata.jsonl", map(beside.json_line, rows))
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=_path, head=_head(known.splits))


def _path(picture: Picture) -> str:
    return f"{picture.split}/{picture.file_name}"


def _batches(source: Source, split: str, classes: Classes) -> Iterator[list[dict[str, Any]]]:
    rows = (
        {**record(one, classes), "file_name": one.file_name}
        for one in source.pictures()
        if one.split == split
    )
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


def _head(splits: list[str]) -> str:
    """Return the card's header, which tells `datasets` of a split that it would not guess."""
    files = [{"split": split, "path": f"{split}/*"} for split in splits]
    return f"---\nconfigs: {json.dumps([{'config_name': 'default', 'data_files': files}])}\n---\n"
