"""Sums up the predictions of a lock's pictures: one table of all, and how many of what."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from hub.rules.spreadsheets import inert

_COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "split", "picked", "label")),
        ("probability", pa.float32()),
        ("error", pa.string()),
    ]
)
_COUNTED = ("split", "label", "is_right")

_Counts: TypeAlias = Counter[tuple[str, str | None, bool | None]]


def write_table(parts: Iterable[Path], path: Path) -> dict[str, Any]:
    """Write the rows of parts (PREDICTED) as CSV, without scores; return what they come to.

    Holds one part at a time, and goes through no row in Python.
    """
    counts: _Counts = Counter()
    options = csv.WriteOptions(quoting_style="needed")
    with csv.CSVWriter(path, _COLUMNS, write_options=options) as lines:
        for part in parts:
            with pq.ParquetFile(part) as file:
                table = file.read(columns=[*_COLUMNS.names, "is_right"])
            lines.write_table(_told(table))
            for row in table.group_by(_COUNTED).aggregate([([], "count_all")]).to_pylist():
                counts[row["split"], row["label"], row["is_right"]] += row["count_all"]
    return _summary(counts)


def _told(table: pa.Table) -> pa.Table:
    columns = {name: table[name] for name in _COLUMNS.names}
    columns["picked"] = pc.binary_join(columns["picked"], " + ")
    for name in ("picked", "label", "error"):
        columns[name] = _inert(columns[name])
    return pa.table(columns, _COLUMNS)


def _inert(column: pa.ChunkedArray) -> pa.Array:
    """Make text safe for spreadsheets: each one that occurs, once."""
    coded = column.combine_chunks().dictionary_encode()
    safe = pa.array(map(inert, coded.dictionary.to_pylist()), pa.string())
    return safe.take(coded.indices)


def _summary(counts: _Counts) -> dict[str, Any]:
    labels: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for (split, label, is_right), count in counts.items():
        if label is not None:
            labels[label] += count
        if is_right is not None:
            judged[split] += count
            right[split] += count * is_right
    return {
        "images": counts.total(),
        "failed": counts.total() - labels.total(),
        "per_label": dict(sorted(labels.items())),
        "accuracy": {split: right[split] / count for split, count in sorted(judged.items())},
    }
