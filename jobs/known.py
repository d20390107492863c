"""The pictures that a batch's are compared with, and what comparing them shows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.rules.equality import Stored, list_suspects
from hub.rules.keeping import EXACT_RULE_VERSION, Finding
from hub.rules.likeness import RULE_VERSION
from jobs.comparing import KNOWN, KNOWN_FILE


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

    def __len__(self) -> int:
        return len(self._rows)

    def take_up(self, kept: pa.Table) -> list[int]:
        """Take rows of kept pictures of earlier batches; return their numbers."""
        for row in kept.to_pylist():
            self._take_up(row)
        return [self._numbers[image_id] for image_id in kept["image_id"].to_pylist()]

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

    def numbers(self, image_ids: Iterable[str]) -> set[int]:
        """Return the numbers of pictures."""
        return {self._numbers[image_id] for image_id in image_ids}

    def order(self, image_id: str) -> tuple[int, str]:
        """Return where a picture stands in the order of receipt."""
        row = self._known_by(self._numbers[image_id])
        return row["receipt_no"], row["sha256"]

    def places(self) -> list[int]:
        """Return of each picture its place in the order of receipt."""
        rows = [self._known_by(number) for number in range(len(self))]
        ordered = sorted(range(len(rows)), key=lambda n: (rows[n]["receipt_no"], rows[n]["sha256"]))
        places = [0] * len(rows)
        for place, number in enumerate(ordered):
            places[number] = place
        return places

    def times(self) -> list[datetime | None]:
        """Return of each picture when it was taken, where that is known."""
        return [self._known_by(number)["taken_at"] for number in range(len(self))]

    def came_again(self) -> list[bool]:
        """Tell of each picture whether an earlier batch has it: that one's file is its own."""
        return [self._is_before(number) for number in range(len(self))]

    def _known_by(self, number: int) -> dict[str, Any]:
        row = self._rows[number]
        return self._before.get(row["image_id"], row)

    def save(self, folder: Path) -> None:
        """Lay the pictures out for the workers, in the order in which pairs number them."""
        known = pa.Table.from_pylist(self._rows, schema=KNOWN)
        unknown = pa.nulls(len(self._rows) - self._new, self._probes.type)
        probes = pa.chunked_array([*self._probes.chunks, unknown])
        pq.write_table(known.append_column("probes", probes), folder / KNOWN_FILE)

    def suspects(self, judged: pa.Table) -> set[int]:
        """Return the pictures whose full pixels are needed, by number."""
        pictures = {
            number: Stored(row["reduced_sha256"], row["format"])
            for number, row in enumerate(self._rows)
        }
        looks = judged.select(["newer", "kept", "look_distance"]).to_pydict().values()
        return list_suspects(pictures, zip(*looks, strict=True))

    def findings(self, judged: pa.Table, digests: Mapping[int, str]) -> list[Finding]:
        """Say of each pair once what it shows: equal pixels go before anything else.

        `judged` has the columns of `comparing.FOUND`; `digests` of full pixels are by number.
        """
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

    def _equal_pixels(self, digests: Mapping[int, str]) -> Iterator[tuple[int, int]]:
        """Pair pictures of equal pixels with the kept ones among them, and with the first.

        The first is kept, or repeats another by a rule that holds for the rest of them as well.
        """
        equal: defaultdict[str, list[int]] = defaultdict(list)
        for number in sorted(digests):
            equal[digests[number]].append(number)
        for crowd in equal.values():
            anchors = {crowd[0], *(one for one in crowd if self._is_before(one))}
            yield from ((one, anchor) for one in crowd for anchor in anchors if one not in anchors)
            yield from ((crowd[0], one) for one in anchors - {crowd[0]} if crowd[0] < self._new)

    def _is_before(self, number: int) -> bool:
        return self._rows[number]["image_id"] in self._before
