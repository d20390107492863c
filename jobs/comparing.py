"""Compares pairs of pictures on the workers: by their looks, and by their full pixels."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import PictureUnreadable
from hub.guarded import Bounds
from hub.lake.packs import Packed, read_pack
from hub.lake.pictures import Wanted, read_pictures
from hub.objects.local import Objects
from hub.redecoding import Redecoder, redecode
from hub.rules.hashing import Hashes
from hub.rules.likeness import BURST_LEVELS, Seen, burst_levels, judge, scene_of
from jobs.landing import read_landed

KNOWN_FILE = "known.parquet"

KNOWN = pa.schema(
    [
        ("image_id", pa.string()),
        ("batch_key", pa.string()),
        ("pack", pa.int32()),
        ("sha256", pa.string()),
        ("label_key", pa.string()),
        ("size_bytes", pa.int64()),
        ("crc32", pa.int64()),
        ("width_px", pa.int32()),
        ("height_px", pa.int32()),
        ("phash", pa.int64()),
        ("phash_crop5", pa.int64()),
        ("phash_crop10", pa.int64()),
        ("is_new", pa.bool_()),
    ]
)
"""A picture that is compared. `probes` stand beside: of this batch's alone, whose landing files
are there."""

PAIR = pa.schema(
    [
        ("newer", pa.int64()),
        ("kept", pa.int64()),
        ("is_near", pa.bool_()),
        ("may_be_burst", pa.bool_()),
    ]
)
"""Two rows of the known pictures; whether their hashes met, and whether time and place allow that
they are shots of one scene."""

FOUND = pa.schema(
    [
        *PAIR,
        ("relation", pa.string()),
        ("distance", pa.int32()),
        ("look_distance", pa.float64()),
        ("fault", pa.string()),
    ]
)
"""What was asked, with the pair's relation; or, of an earlier picture whose bytes the lake does
not give, `newer` alone with what is wrong with it."""

_SIDES = ("newer", "kept")

DIGEST = pa.schema(
    [("picture", pa.int64()), ("pixels_sha256", pa.string()), ("fault", pa.string())]
)
"""Of a picture its digest, or what is wrong with its bytes in the lake."""


class _Known:
    """The pictures that pairs name by their rows, with their looks and bytes."""

    def __init__(self, folder: str, *, objects_root: str, lake_root: str) -> None:
        self._known = pq.read_table(Path(folder) / KNOWN_FILE)
        self._objects_root = objects_root
        self._lake_root = lake_root
        self.rows: dict[int, dict[str, Any]] = {}
        self.faults: dict[int, str] = {}
        """What is wrong with held pictures that were to be read from the lake."""

    def hold(self, numbers: Collection[int]) -> None:
        """Take up the rows of some pictures, and let go of others."""
        rows = self._known.take(pa.array([*numbers], pa.int64())).to_pylist()
        self.rows = dict(zip(numbers, rows, strict=True))
        self.faults = {}

    def looks(self, decoder: Redecoder) -> dict[int, bytes]:
        """Read the looks of what is held from the packs, or make them from the picture's bytes."""
        packed = {
            Packed(row["batch_key"], row["pack"], row["image_id"]): number
            for number, row in self.rows.items()
            if row["pack"] is not None
        }
        found = {packed[one]: look for one, look in read_pack(self._objects_root, packed, "look")}
        for number, content in self.contents(self.rows.keys() - found.keys()):
            if look := decoder.look(content):
                found[number] = look
        return found

    def seen(self, number: int, look: bytes) -> Seen:
        row = self.rows[number]
        stored = (row["phash"], row["phash_crop5"], row["phash_crop10"])
        hashes = Hashes(*stored, probes=tuple(row["probes"] or ()))
        return Seen(row["width_px"], row["height_px"], hashes=hashes, look=look)

    def contents(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the bytes of pictures: the batch's as they were received, others from the lake.

        A picture of a hub older than its size was kept with is left out, and one that is damaged
        is noted.
        """
        earlier: dict[str, tuple[int, dict[str, Any]]] = {}
        for number in numbers:
            row = self.rows[number]
            if row["is_new"]:
                yield number, read_landed(Objects(self._objects_root), row["sha256"])
            elif row["size_bytes"] is not None:
                earlier[row["image_id"]] = (number, row)
        wanted = [
            Wanted(image_id, row["label_key"], row["size_bytes"], row["crc32"], image_id)
            for image_id, (_, row) in earlier.items()
        ]
        unreadable: list[PictureUnreadable] = []

        def note(one: Wanted, fault: str) -> None:
            said = unreadable[0] if unreadable else f"picture {one.image_id} {fault}"
            self.faults[earlier[one.image_id][0]] = str(said)

        for one, content in read_pictures(
            self._lake_root, wanted, on_fault=note, on_unreadable=unreadable.append
        ):
            yield earlier[one.image_id][0], content


def judge_pairs(
    batches: Iterator[pa.RecordBatch], *, bounds: Bounds, **places: str
) -> Iterator[pa.RecordBatch]:
    """Turn `PAIR` rows into those that have a relation, as `FOUND`. Raises LandingError."""
    known = _Known(**places)
    with redecode(bounds) as decoder:
        for batch in batches:
            pairs = batch.to_pylist()
            known.hold({pair[side] for pair in pairs for side in _SIDES})
            looks = known.looks(decoder)
            seen = [pair for pair in pairs if {pair["newer"], pair["kept"]} <= looks.keys()]
            related = [*_related(known, looks, seen)]
            ended = {(pair["newer"], pair["kept"]) for pair in related}
            rest = [pair for pair in seen if (pair["newer"], pair["kept"]) not in ended]
            faults = [{"newer": one, "fault": fault} for one, fault in known.faults.items()]
            found = [*related, *_bursts(looks, rest), *faults]
            yield pa.RecordBatch.from_pylist(found, schema=FOUND)


def digest_pixels(
    batches: Iterator[pa.RecordBatch], *, bounds: Bounds, **places: str
) -> Iterator[pa.RecordBatch]:
    """Turn rows of `picture` into `DIGEST`: the digest of the full upright pixels beside it.

    A picture whose full scale breaks the bounds has no row: its looks alone tell what it is like.
    So it is with one that the lake holds damaged, whose row has its fault. Raises LandingError.
    """
    known = _Known(**places)
    with redecode(bounds) as decoder:
        for batch in batches:
            known.hold(batch["picture"].to_pylist())
            digests = [
                {"picture": number, "pixels_sha256": digest}
                for number, content in known.contents(known.rows)
                if (digest := decoder.pixels_sha256(content))
            ]
            faults = [{"picture": one, "fault": fault} for one, fault in known.faults.items()]
            yield pa.RecordBatch.from_pylist([*digests, *faults], schema=DIGEST)


def _related(
    known: _Known, looks: Mapping[int, bytes], pairs: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Say of pairs whose hashes met how they are related by their looks, if they are."""
    for pair in pairs:
        sides = (pair["newer"], pair["kept"])
        if pair["is_near"] and (
            found := judge(*(known.seen(number, looks[number]) for number in sides))
        ):
            yield pair | asdict(found)


def _bursts(
    looks: Mapping[int, bytes], pairs: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Say which of the pairs that may be shots of one scene are."""
    pairs = [pair for pair in pairs if pair["may_be_burst"]]
    if not pairs:
        return
    scenes = {pair[side]: scene_of(looks[pair[side]]) for pair in pairs for side in _SIDES}
    sides = [np.stack([scenes[pair[side]] for pair in pairs]) for side in _SIDES]
    for pair, levels in zip(pairs, burst_levels(*sides).tolist(), strict=True):
        if levels <= BURST_LEVELS:
            yield pair | {"relation": "burst", "distance": None, "look_distance": levels / 255}
