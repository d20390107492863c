"""What a batch's pictures are compared with: the pairs, and what comparing them shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.rules.keeping import EQUAL_LOOKS, EXACT_RULE_VERSION, Finding
from hub.rules.likeness import RULE_VERSION
from jobs.alike import NO_DISTANCE, NO_PICTURE
from jobs.comparing import KNOWN, KNOWN_FILE, PAIR


class KnownPictures:
    """The batch's pictures, numbered first, and those of earlier batches that may be like them."""

    def __init__(self, pictures: pa.Table) -> None:
        """`pictures` of the batch are in order of receipt."""
        self._probes = pictures["probes"]
        rows = pictures.drop_columns("probes").to_pylist()
        self._rows: list[dict[str, Any]] = [row | {"is_new": True} for row in rows]
        self._new = len(self._rows)
        self._numbers = {row["image_id"]: number for number, row in enumerate(self._rows)}
        self._pairs: dict[tuple[int, int], dict[str, bool]] = {}
        self._before: dict[str, dict[str, Any]] = {}

    def add_matches(self, matches: pa.Table) -> None:
        """Take rows of pictures with `alike.MATCH` beside: of earlier batches, then of this one.

        A picture of an earlier batch that came again is known by the file that it was kept with, so
        that it makes no difference in how many batches the receipts are taken.
        """
        for row in matches.to_pylist():
            newer, distance = row.pop("newer"), row.pop("distance")
            del row["probe"]
            if row["group_id"] is None and row["image_id"] in self._before:
                continue
            other = self._number(row)
            if newer != NO_PICTURE and newer != other:
                self._add_pair(
                    newer, other, "is_near" if distance < NO_DISTANCE else "may_be_burst"
                )

    def add_neighbours(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take pairs of this batch's pictures that may be of one burst, after the matches."""
        for one, other in pairs:
            if not self._is_before(other):
                self._add_pair(one, other, "may_be_burst")

    def _number(self, row: dict[str, Any]) -> int:
        image_id = row["image_id"]
        number = self._numbers.get(image_id)
        if row["group_id"] is not None:
            self._before[image_id] = row
        if number is None:
            number = self._numbers[image_id] = len(self._rows)
            self._rows.append(row | {"is_new": False})
        return number

    def _add_pair(self, one: int, other: int, what: str) -> None:
        if self._is_before(one):
            return
        is_earlier = other >= self._new or self._is_before(other)
        # Of two of the batch the later is the newer one, whichever of them was streamed.
        newer, kept = (one, other) if is_earlier else (max(one, other), min(one, other))
        self._pairs.setdefault((newer, kept), {})[what] = True

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
        """Return every pair that is to be judged, once."""
        rows = [{"newer": newer, "kept": kept, **why} for (newer, kept), why in self._pairs.items()]
        return pa.Table.from_pylist(rows, schema=PAIR)

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
