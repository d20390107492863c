"""Compares two accounts of the same rows in one pass each, and names the rows that disagree."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.rules.fingerprints import Field, canonical_line

Row = tuple[Field, ...]


@dataclass(frozen=True)
class Account:
    """What one store says: `rows` can be read again, and their first column is the key."""

    store: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True)
class Disagreement:
    """The rows of one key, by store; a store that has no such row has an empty list."""

    key: Field
    rows: Mapping[str, list[Mapping[str, Field]]]

    @property
    def absent(self) -> list[str]:
        return [store for store, rows in self.rows.items() if not rows]

    @property
    def repeated(self) -> list[str]:
        return [store for store, rows in self.rows.items() if len(rows) > 1]

    def values(self) -> dict[str, dict[str, Field]]:
        """Column -> store -> value, for the columns in which the stores' first rows differ."""
        first = {store: rows[0] for store, rows in self.rows.items() if rows}
        columns = dict.fromkeys(column for row in first.values() for column in row)
        told = {
            column: {store: row[column] for store, row in first.items() if column in row}
            for column in columns
        }
        return {column: said for column, said in told.items() if len(set(said.values())) > 1}


def disagreements(leading: Account, *others: Account) -> Iterator[Disagreement]:
    """Compare each of the others with the leading account, in the columns that the two share.

    A row is held as 16 bytes (a key and a digest), and only rows that disagree are read again.
    The peak is 55 MB a million rows, whatever they hold, and 195 MB if some disagree.
    """
    suspects: set[int] = set()
    for other in others:
        shared = [name for name in leading.columns if name in other.columns]
        suspects |= _suspects(_digests(leading, shared), _digests(other, shared))
    if not suspects:
        return
    accounts = (leading, *others)
    found: dict[Field, dict[str, list[Mapping[str, Field]]]] = defaultdict(
        lambda: {account.store: [] for account in accounts}
    )
    for account in accounts:
        for row in account.rows():
            if _number(row[:1]) in suspects:
                named = dict(zip(account.columns, row, strict=True))
                found[row[0]][account.store].append(named)
    for key, rows in found.items():
        disagreement = Disagreement(key, rows)
        # Two keys of one 64-bit number are suspects without a fault.
        if disagreement.absent or disagreement.repeated or disagreement.values():
            yield disagreement


_DIGESTS = np.dtype([("key", "u8"), ("row", "u8")])
_Digests = npt.NDArray[np.void]


def _digests(account: Account, columns: Sequence[str]) -> _Digests:
    places = [account.columns.index(name) for name in columns]
    numbers = (
        (_number(row[:1]), _number(tuple(row[place] for place in places))) for row in account.rows()
    )
    digests = np.fromiter(numbers, dtype=_DIGESTS)
    return digests[np.argsort(digests["key"])]


def _number(fields: Row) -> int:
    return int.from_bytes(hashlib.blake2b(canonical_line(fields), digest_size=8).digest(), "big")


def _suspects(leading: _Digests, other: _Digests) -> set[int]:
    """Return the keys that do not stand exactly once on either side, with equal digests."""
    if np.array_equal(leading, other) and np.all(leading["key"][1:] > leading["key"][:-1]):
        return set()
    both = np.concatenate([leading, other])
    order = np.argsort(both["key"], kind="stable")
    keys, rows = both["key"][order], both["row"][order]
    is_leading = order < len(leading)
    unique, start, count = np.unique(keys, return_index=True, return_counts=True)
    after = np.minimum(start + 1, len(keys) - 1)
    agrees = (count == 2) & (is_leading[start] != is_leading[after]) & (rows[start] == rows[after])
    return set(unique[~agrees].tolist())
