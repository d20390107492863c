"""The perceptual hashes that lie within a few bits of a batch's, found without all pairs.

A hash is cut into three bands. Where two hashes differ in at most 5 bits, one of the bands differs
in at most one of them, for three bands of two differing bits each would make 6: so who looks up
each band, and each band with one bit turned, misses nothing. That the cut leaves one of the 64
bits out changes nothing: pairs within 5 bits are within 5 of the other 63, and what is found is
compared whole. The batch, the small side, is the index; the hub's hashes stream through it.
(Source: M. Norouzi, A. Punjani, D. Fleet, "Fast Exact Search in Hamming Space with Multi-Index
Hashing", 2014, proposition 1.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.errors import HubError

RADIUS = 5
"""Most bits in which two hashes that are found differ."""

_BANDS, _BAND_BITS = 3, 21
_BAND_VALUES = 1 << _BAND_BITS
_UNTURNED = np.zeros(1, dtype=np.int64)
_TURNS = np.concatenate([_UNTURNED, 1 << np.arange(_BAND_BITS)])
# Up to this number of probes the index holds every probe under its turned bands too: 22 times the
# entries (264 MB at most), so that a streamed hash is looked up 3 times and not 66.
_MOST_TURNED = 1_000_000
# Rows and candidate pairs that are worked on at once: small enough to stay in a core's cache.
_ROWS_AT_ONCE, _PAIRS_AT_ONCE = 1 << 14, 1 << 17
# Pairs within the radius that are held at once, 24 bytes each.
_MATCHES_AT_ONCE = 1 << 22

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.int64]
"""64-bit hashes as signed numbers, as the tables store them."""

_Pairs = tuple[Integers, npt.NDArray[Any], npt.NDArray[Any]]


@dataclass(frozen=True)
class Matches:
    """Pairs within the radius, by row and then by owner; all arrays have one length.

    For each (row, owner) there is one pair: that of the owner's closest probe, and of equally
    close ones the probe with the smallest number.
    """

    row: Integers
    """Where the hash stands in the array that was searched for."""
    owner: Integers
    number: Integers
    """Which of the owner's probes it is."""
    distance: Integers
    """Bits that differ, 0 to RADIUS."""

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class BandIndex:
    """The probes of a batch, by the values of their bands. Made by `build`, never changed."""

    hashes: Hashes
    """(probes,) distinct within an owner, by owner and then by number."""
    owners: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    """(bands, 2^21 + 1): the entries of band value v stand from starts[v] up to starts[v + 1]."""
    entries: npt.NDArray[np.int32]
    """(bands, entries): positions in `hashes`."""

    @classmethod
    def build(cls, probes: Hashes, owners: Integers, *, numbers: Integers) -> "BandIndex":
        """Index `probes`, three arrays of one length without nulls, in any order.

        `owners` (0 to 2^31 - 1) says whose each probe is and `numbers` (0 to 2^12 - 1) which of
        its owner's. Raises HubError where they are not so.
        """
        if not len(probes) == len(owners) == len(numbers):
            raise HubError(
                "The search got probes, owners and numbers of unequal counts: pair them."
            )
        _require_range(owners, "owners", 1 << 31)
        _require_range(numbers, "numbers", 1 << 12)
        probes = np.asarray(probes, dtype=np.int64)
        kept = _distinct(probes, owners, numbers)
        probes = probes[kept]
        turns = _TURNS if len(probes) <= _MOST_TURNED else _UNTURNED
        starts, entries = _tables(probes, turns)
        return cls(
            hashes=probes,
            owners=owners[kept].astype(np.int32),
            numbers=numbers[kept].astype(np.int32),
            starts=starts,
            entries=entries,
        )

    def save(self, folder: Path) -> None:
        """Write one .npy file an array into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "BandIndex":
        """Map what `save` wrote: processes of one machine share its memory."""
        return cls(**{field.name: _mapped(folder / f"{field.name}.npy") for field in fields(cls)})

    def search(self, hashes: Hashes) -> Matches:
        """Return all pairs of `hashes` (any number, without nulls) and owners within RADIUS."""
        found = list(self.search_in_parts(hashes))
        names = [field.name for field in fields(Matches)]
        none = np.zeros(0, dtype=np.int64)
        return Matches(
            **{name: np.concatenate([none, *(getattr(f, name) for f in found)]) for name in names}
        )

    def search_in_parts(self, hashes: Hashes) -> Iterator[Matches]:
        """As `search`, in parts of bounded memory: for rows that match very many owners."""
        hashes = np.asarray(hashes, dtype=np.int64)
        # The last stands first in the order of the rows.
        spans = [
            (first, min(first + _ROWS_AT_ONCE, len(hashes)))
            for first in reversed(range(0, len(hashes), _ROWS_AT_ONCE))
        ]
        while spans:
            first, end = spans.pop()
            pairs = self._near(hashes[first:end])
            if pairs is None:
                middle = (first + end) // 2
                spans += [(middle, end), (first, middle)]
            else:
                yield self._closest(*pairs, first=first)

    def _near(self, hashes: Hashes) -> _Pairs | None:
        """Pair rows with probes within the radius: row, probe, distance.

        A pair may come once a band. None where several rows have more than _MATCHES_AT_ONCE.
        """
        parts: list[_Pairs] = [(np.zeros(0, dtype=np.int64),) * 3]
        found = 0
        for near in self._near_runs(hashes):
            parts.append(near)
            found += len(near[0])
            if found > _MATCHES_AT_ONCE and len(hashes) > 1:
                return None
        rows, probes, distances = map(np.concatenate, zip(*parts, strict=True))
        return rows, probes, distances.astype(np.int64)

    def _near_runs(self, hashes: Hashes) -> Iterator[_Pairs]:
        """As `_near`, a bounded number of candidate pairs at a time."""
        # Unsigned: of a negative number bitwise_count would count its absolute value's bits.
        unsigned, probed = hashes.view(np.uint64), self.hashes.view(np.uint64)
        for band, starts, counts in self._look_up(hashes):
            for runs, lengths, places in _runs(starts, counts):
                probes = self.entries[band].take(places)
                differing = probed.take(probes)
                differing ^= np.repeat(unsigned[runs], lengths)
                distances = np.bitwise_count(differing)
                near = np.flatnonzero(distances <= RADIUS)
                if len(near):
                    rows = np.repeat(np.arange(runs.start, runs.stop), lengths)
                    yield rows[near], probes[near], distances[near]

    def _look_up(
        self, hashes: Hashes
    ) -> Iterator[tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
        """Say of each hash where in a band's entries its candidates begin, and how many there are.

        Once a band if the index holds the probes under their turned bands, else once a turn.
        """
        turned = self.entries.shape[1] != len(self.hashes)
        for band in range(_BANDS):
            values = _band(hashes, band)
            for turn in _UNTURNED if turned else _TURNS:
                starts = self.starts[band].take(values ^ turn)
                yield band, starts, self.starts[band].take((values ^ turn) + 1) - starts

    def _closest(
        self,
        rows: Integers,
        probes: npt.NDArray[Any],
        distances: npt.NDArray[Any],
        *,
        first: int,
    ) -> Matches:
        """Leave one pair a (row, owner), by one sort of (row, owner, distance, number) as a number.

        Rows below 2^14, owners below 2^31, distances below 2^3, numbers below 2^12: 60 bits.
        """
        keys = rows << 46 | distances << 12 | self.numbers[probes]
        keys |= self.owners[probes].astype(np.int64) << 15
        keys.sort()
        keys = keys[np.flatnonzero(np.diff(keys >> 15, prepend=-1))]
        owner = keys >> 15 & (1 << 31) - 1
        return Matches((keys >> 46) + first, owner, keys & (1 << 12) - 1, keys >> 12 & 7)


def _mapped(path: Path) -> npt.NDArray[Any]:
    # As a plain array: every operation on a memmap makes another memmap, which takes longer.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _require_range(values: Integers, name: str, end: int) -> None:
    if len(values) and not 0 <= values.min() <= values.max() < end:
        raise HubError(f"The search got {name} outside 0 to {end - 1}: count them from 0.")


def _distinct(probes: Hashes, owners: Integers, numbers: Integers) -> Integers:
    """Return the probes that count, in order: of equal ones of an owner that of least number."""
    by_hash = np.argsort(probes)
    is_equal = np.diff(probes[by_hash]) == 0
    several = np.zeros(len(probes), dtype=bool)
    several[1:] |= is_equal
    several[:-1] |= is_equal
    # Only those that some other probe equals need the slower sort by all three.
    crowd = by_hash[several]
    crowd = crowd[np.lexsort((numbers[crowd], owners[crowd], probes[crowd]))]
    is_first = (np.diff(probes[crowd], prepend=0) != 0) | (np.diff(owners[crowd], prepend=-1) != 0)
    kept = np.concatenate([by_hash[~several], crowd[is_first]])
    in_order: Integers = kept[np.argsort(owners[kept].astype(np.int64) << 12 | numbers[kept])]
    return in_order


def _band(hashes: Hashes, band: int) -> Integers:
    return hashes >> np.int64(band * _BAND_BITS) & np.int64(_BAND_VALUES - 1)


def _tables(hashes: Hashes, turns: Integers) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return `starts` and `entries` of hashes under each turn of their bands."""
    starts = np.zeros((_BANDS, _BAND_VALUES + 1), dtype=np.int32)
    entries = np.empty((_BANDS, len(turns) * len(hashes)), dtype=np.int32)
    # One piece of memory for all bands: to be given new pages costs more than to sort them.
    keys = np.empty((len(turns), len(hashes)), dtype=np.int64)
    in_one = keys.reshape(-1)
    for band in range(_BANDS):
        np.bitwise_xor(_band(hashes, band), turns[:, None], out=keys)
        keys <<= 32
        keys |= np.arange(len(hashes))
        in_one.sort()
        # The lower half, without the band.
        np.copyto(entries[band], in_one, casting="unsafe")
        keys >>= 32
        np.cumsum(np.bincount(in_one, minlength=_BAND_VALUES), out=starts[band, 1:])
    return starts, entries


def _runs(
    starts: npt.NDArray[np.int32], counts: npt.NDArray[np.int32]
) -> Iterator[tuple[slice, Integers, Integers]]:
    """Write out the runs `starts[i] .. starts[i] + counts[i]`: which, how long, and the places.

    At most _PAIRS_AT_ONCE places at a time, also where one run alone is longer: many probes may
    share one band.
    """
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    offsets = starts - (ends - counts)
    for begin in range(0, total, _PAIRS_AT_ONCE):
        end = min(begin + _PAIRS_AT_ONCE, total)
        first, last = np.searchsorted(ends, (begin, end - 1), side="right")
        runs = slice(int(first), int(last) + 1)
        lengths = np.diff(ends[runs].clip(max=end), prepend=begin)
        places = np.repeat(offsets[runs], lengths) + np.arange(begin, end)
        yield runs, lengths, places
