"""What a batch's pictures are compared with: the pairs, and what comparing them shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.rules.keeping import EQUAL_LOOKS, EXACT_RULE_VERSION, Finding
from hub.rules.likeness import RULE_VERSION
from hub.rules.searching import Integers
from jobs import alike
from jobs.comparing import KNOWN, KNOWN_FILE, PAIR

_NO_LINES = np.zeros((0, 3), dtype=np.int64)


class KnownPictures:
    """The batch's pictures, numbered first, and those of earlier batches that may be like them."""

    def __init__(self, pictures: pa.Table) -> None:
        """`pictures` of the batch are in order of receipt."""
        self._probes = pictures["probes"]
        rows = pictures.drop_columns("probes").to_pylist()
        self._rows: list[dict[str, Any]] = [row | {"is_new": True} for row in rows]
        self._new = len(self._rows)
        self._numbers = {row["image_id"]: number for number, row in enumerate(self._rows)}
        self._before: dict[str, dict[str, Any]] = {}
        self._met: list[Integers] = []
        self._own: list[Integers] = []

    def add_matches(self, matches: pa.Table) -> None:
        """Take rows of pictures of earlier batches, `alike.MATCH` beside."""
        for kept in matches.drop_columns(alike.MATCH.names).to_pylist():
            self._take_up(kept)
        numbers = [self._numbers[image_id] for image_id in matches["image_id"].to_pylist()]
        newer, distance = (matches[name].combine_chunks() for name in alike.MATCH.names)
        others = np.array(numbers, dtype=np.int64)[pc.list_parent_indices(newer).to_numpy()]
        self._met.append(_lines(newer.flatten().to_numpy(), others, distance.flatten().to_numpy()))

    def add_own(self, found: alike.Found) -> None:
        """Take pairs of the batch's pictures, which are numbered as their rows."""
        self._own.append(_lines(found[:, 1], found[:, 0], found[:, 2]))

    def add_neighbours(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take pairs of the batch's pictures that may be of one burst."""
        later, earlier = np.array([*pairs], dtype=np.int64).reshape(-1, 2).T
        self._own.append(_lines(later, earlier, alike.NO_DISTANCE))

    def _take_up(self, row: dict[str, Any]) -> None:
        image_id = row["image_id"]
        self._before[image_id] = row
        if image_id not in self._numbers:
            self._numbers[image_id] = len(self._rows)
            self._rows.append(row | {"is_new": False})

    @property
    def kept_before(self) -> dict[str, str]:
        """sha256 of the file that brought each picture of an earlier batch, by image_id."""
        return {image_id: row["sha256"] for image_id, row in self._before.items()}

    def group_before(self, image_id: str) -> str | None:
        """Return the group of a picture of an earlier batch, None of one of this batch."""
        row = self._before.get(image_id)
        return row["group_id"] if row else None

    def order(self, image_id: str) -> tuple[int, str]:
        """Return where a picture stands in the order of receipt."""
        row = self._before.get(image_id) or self._rows[self._numbers[image_id]]
        return row["receipt_no"], row["sha256"]

    def save(self, folder: Path) -> None:
        """Lay the pictures out for the workers, in the order in which pairs number them."""
        known = pa.Table.from_pylist(self._rows, schema=KNOWN)
        unknown = pa.nulls(len(self._rows) - self._new, self._probes.type)
        probes = pa.chunked_array([*self._probes.chunks, unknown])
        pq.write_table(known.append_column("probes", probes), folder / KNOWN_FILE)

    def pairs(self) -> pa.Table:
        """Return every pair that is to be judged, once; the later of two is the newer one.

        A picture of an earlier batch that came again is known by the file that it was kept with, so
        that it makes no difference in how many batches the receipts are taken.
        """
        came_again = np.fromiter(map(self._is_before, range(len(self._rows))), dtype=bool)
        met, own = _joined(self._met), _joined(self._own)
        met = met[~came_again[met[:, 0]]]
        own = own[~came_again[own[:, :2]].any(axis=1)]
        own[:, :2] = np.sort(own[:, :2], axis=1)[:, ::-1]
        lines = np.concatenate([met, own])
        lines = lines[lines[:, 0] != lines[:, 1]]
        pairs, places = np.unique(lines[:, 0] << 32 | lines[:, 1], return_inverse=True)
        is_near = lines[:, 2] < alike.NO_DISTANCE
        near, burst = np.zeros((2, len(pairs)), dtype=bool)
        near[places[is_near]] = True
        burst[places[~is_near]] = True
        return pa.table([pairs >> 32, pairs & (1 << 32) - 1, near, burst], schema=PAIR)

    def suspects(self, judged: pa.Table) -> pa.Table:
        """Return the pictures whose full pixels are needed: `picture`, each once.

        Those whose reduced copies are equal while their published bytes are not, and those of
        pairs with equal looks of which one is not a JPEG: its reduced copy was made otherwise.
        """
        numbers = {number for crowd in self._crowds() for number in crowd}
        for pair in judged.to_pylist():
            both = (pair["newer"], pair["kept"])
            is_jpeg = all(self._rows[number]["format"] == "jpeg" for number in both)
            if pair["look_distance"] <= EQUAL_LOOKS and not is_jpeg:
                numbers.update(both)
        return pa.table({"picture": pa.array(sorted(numbers), pa.int64())})

    def _crowds(self) -> Iterator[list[int]]:
        alike: defaultdict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            alike[row["reduced_sha256"]].append(number)
        yield from (crowd for crowd in alike.values() if len(crowd) > 1)

    def findings(self, judged: pa.Table, digests: pa.Table) -> list[Finding]:
        """Say of each pair once what it shows: equal pixels go before anything else."""
        found = {
            (pair["newer"], pair["kept"]): self._finding(pair, RULE_VERSION)
            for pair in judged.to_pylist()
        }
        for newer, kept in self._equal_pixels(digests):
            found.pop((kept, newer), None)
            exact = {"newer": newer, "kept": kept, "relation": "pixels"}
            pair = exact | {"distance": 0, "look_distance": 0.0}
            found[newer, kept] = self._finding(pair, EXACT_RULE_VERSION)
        return list(found.values())

    def _finding(self, pair: dict[str, Any], rule_version: int) -> Finding:
        return Finding(
            image_id=self._rows[pair["newer"]]["image_id"],
            other=self._rows[pair["kept"]]["image_id"],
            relation=pair["relation"],
            distance=pair["distance"],
            look_distance=pair["look_distance"],
            rule_version=rule_version,
        )

    def _equal_pixels(self, digests: pa.Table) -> Iterator[tuple[int, int]]:
        """Pair pictures of equal pixels with the kept ones among them, and with the first.

        The first is kept, or repeats another by a rule that holds for the rest of them as well.
        """
        equal: defaultdict[str, list[int]] = defaultdict(list)
        for row in digests.sort_by("picture").to_pylist():
            equal[row["pixels_sha256"]].append(row["picture"])
        for crowd in equal.values():
            anchors = {crowd[0], *(one for one in crowd if self._is_before(one))}
            yield from ((one, anchor) for one in crowd for anchor in anchors if one not in anchors)
            yield from ((crowd[0], one) for one in anchors - {crowd[0]} if crowd[0] < self._new)

    def _is_before(self, number: int) -> bool:
        return self._rows[number]["image_id"] in self._before


def _joined(lines: list[Integers]) -> Integers:
    """Return all lines but those of digests alone, that stand beside no picture."""
    joined = np.concatenate([_NO_LINES, *lines])
    paired: Integers = joined[joined[:, 0] != alike.NO_PICTURE]
    return paired


def _lines(newer: Integers, other: Integers, distance: Integers | int) -> Integers:
    """Put pictures beside those that they may be like: (newer, other, distance) a line."""
    return np.stack(np.broadcast_arrays(newer, other, distance), axis=1).astype(np.int64)
