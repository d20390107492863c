"""What the values of a data file lie between, as the table's log keeps it to skip files."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_LONGEST = 32
"""Characters of a bound that the log keeps, as Spark does."""
_LAST_CHARACTER = chr(0x10FFFF)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bounds:
    """Collects the bounds and counts the NULLs of every column; of bytes and lists NULLs alone."""

    def __init__(self) -> None:
        self._rows = 0
        self._nulls: dict[str, int] = {}
        self._lows: dict[str, Any] = {}
        self._highs: dict[str, Any] = {}

    def add(self, rows: pa.Table) -> None:
        self._rows += rows.num_rows
        for field in rows.schema:
            column = rows[field.name]
            self._nulls[field.name] = self._nulls.get(field.name, 0) + column.null_count
            if pa.types.is_binary(field.type) or pa.types.is_nested(field.type):
                continue
            found = pc.min_max(column)
            if found["min"].is_valid:
                low, high = _low(found["min"]), _high(found["max"])
                self._lows[field.name] = min(self._lows.get(field.name, low), low)
                self._highs[field.name] = max(self._highs.get(field.name, high), high)

    def to_json(self) -> str:
        """Return numRecords, minValues, maxValues and nullCount, by column:
        https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics
        """
        return json.dumps(
            {
                "numRecords": self._rows,
                "minValues": self._lows,
                "maxValues": self._highs,
                "nullCount": self._nulls,
            },
            ensure_ascii=False,
        )


def _low(value: pa.Scalar) -> Any:
    """Return a bound that is not above the value, and as short as the log keeps it."""
    if pa.types.is_timestamp(value.type):
        return _milliseconds(value.value // 1000)
    low = value.as_py()
    return low[:_LONGEST] if isinstance(low, str) else low


def _high(value: pa.Scalar) -> Any:
    """Return a bound that is not below the value, and as short as the log keeps it."""
    if pa.types.is_timestamp(value.type):
        return _milliseconds(-(-value.value // 1000))
    high = value.as_py()
    if not isinstance(high, str) or len(high) <= _LONGEST:
        return high
    # Nothing sorts after the last character, unless the string goes on with just that.
    rest = high[_LONGEST:]
    run = len(rest) - len(rest.lstrip(_LAST_CHARACTER))
    return high[:_LONGEST] + _LAST_CHARACTER * (1 + run)


def _milliseconds(since_epoch: int) -> str:
    """Name a moment as the log does; as text, too, later ones are greater."""
    moment = _EPOCH + timedelta(milliseconds=since_epoch)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
