"""Compares pairs of pictures on the workers: by their looks, and by their full pixels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.guarded import Bounds
from hub.lake.packs import Packed, read_pack
from hub.lake.pictures import Wanted, read_pictures
from hub.objects.local import Objects
from hub.redecoding import Redecoder, redecode
from hub.rules.hashing import Hashes
from hub.rules.likeness import Seen, burst_levels, is_burst, judge
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
        ("probes", pa.list_(pa.int64())),
        ("is_new", pa.bool_()),
    ]
)
"""A picture that is compared; only one of this batch, whose landing file is there, has probes."""

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
        ("newer", pa.int64()),
        ("kept", pa.int64()),
        ("relation", pa.string()),
        ("distance", pa.int32()),
        ("look_distance", pa.float64()),
    ]
)

DIGEST = pa.schema([("picture", pa.int64()), ("pixels_sha256", pa.string())])


class _Known:
    """The pictures that pairs name by their rows, with their looks and bytes."""

    def __init__(self, folder: str, *, objects_root: str, lake_root: str) -> None:
        self._path = Path(folder) / KNOWN_FILE
        self._objects_root = objects_root
        self._lake_root = lake_root

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self._path).to_pylist()
        return rows

    def looks(self, numbers: Iterable[int], decoder: Redecoder) -> dict[int, bytes]:
        """Read looks from the packs; what those lack is made from the picture's bytes."""
        packed = {
            Packed(row["batch_key"], row["pack"], row["image_id"]): number
            for number in numbers
            if (row := self.rows[number])["pack"] is not None
        }
        found = {packed[one]: look for one, look in read_pack(self._objects_root, packed, "look")}
        for number, content in self.contents(set(numbers) - found.keys()):
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

        A picture of a hub older than its size was kept with is left out.
        """
        earlier = {}
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
        for one, content in read_pictures(self._lake_root, wanted):
            yield earlier[one.image_id][0], content


def judge_pairs(
    batches: Iterator[pa.RecordBatch], *, bounds: Bounds, **places: str
) -> Iterator[pa.RecordBatch]:
    """Turn `PAIR` rows into those that have a relation, as `FOUND`. Raises LandingError."""
    known = _Known(**places)
    with redecode(bounds) as decoder:
        for batch in batches:
            pairs = batch.to_pylist()
            named = {number for pair in pairs for number in (pair["newer"], pair["kept"])}
            looks = known.looks(named, decoder)
            found = [
                pair | judged
                for pair in pairs
                if {pair["newer"], pair["kept"]} <= looks.keys()
                and (judged := _judge(known, looks, pair))
            ]
            yield pa.RecordBatch.from_pylist(found, schema=FOUND)


def digest_pixels(
    batches: Iterator[pa.RecordBatch], *, bounds: Bounds, **places: str
) -> Iterator[pa.RecordBatch]:
    """Turn rows of `picture` into `DIGEST`: the digest of the full upright pixels beside it.

    A picture whose full scale breaks the bounds has no row: its looks alone tell what it is like.
    Raises LandingError.
    """
    known = _Known(**places)
    with redecode(bounds) as decoder:
        for batch in batches:
            digests = [
                {"picture": number, "pixels_sha256": digest}
                for number, content in known.contents(batch["picture"].to_pylist())
                if (digest := decoder.pixels_sha256(content))
            ]
            yield pa.RecordBatch.from_pylist(digests, schema=DIGEST)


def _judge(
    known: _Known, looks: Mapping[int, bytes], pair: dict[str, Any]
) -> dict[str, Any] | None:
    """Say how two pictures are related: by their looks first, else as shots of one scene."""
    newer, kept = pair["newer"], pair["kept"]
    found = judge(known.seen(newer, looks[newer]), known.seen(kept, looks[kept]))
    if found:
        return asdict(found)
    if not pair["may_be_burst"] or not is_burst(looks[newer], looks[kept]):
        return None
    levels = burst_levels(looks[newer], looks[kept])
    return {"relation": "burst", "distance": None, "look_distance": levels / 255}
