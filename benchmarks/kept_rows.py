"""Rows of pictures that there are not: what a hub knows of its kept ones, and of a new batch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.hashes import Hashes, any_hashes, turned
from hub.rules.hashing import PROBES
from hub.rules.looks import LOOK_BYTES

SUPPLIERS, LABELS = 500, 600

SAME_SHARE = NEAR_SHARE = 0.01
"""Of a batch: pictures that the hub has byte by byte, and near copies of kept ones."""

BLOCK = 10_000
BATCH_KEY = "new"
# When pictures were taken: within three years, to the microsecond.
_FIRST_US, _SPAN_US = 1_672_531_200 * 10**6, 3 * 365 * 86_400 * 10**6
_RECEIPT = 1000


@dataclass(frozen=True)
class NewBatch:
    """A batch of good files."""

    files: pa.Table
    """Columns of `files_checked`, but for the batch's own."""
    looks: dict[str, bytes]
    """By image_id, of its pictures."""
    kept_looks: dict[str, bytes]
    """Of the kept pictures that some of them are near copies of."""


def draw_kept(count: int, *, first: int = 0) -> pa.Table:
    """Return rows of `images_kept`, but for the batch's columns, numbered from `first` on.

    All have a time, so that each is asked whether it may be of a burst. Of none there is a look
    or a file: `pack` and `size_bytes` are NULL. Row n is the same however many are drawn, where
    `first` is a multiple of BLOCK.
    """
    blocks = [
        _draw_block(min(BLOCK, first + count - begin), first=begin)
        for begin in range(first, first + count, BLOCK)
    ]
    return pa.concat_tables(blocks)


def _draw_block(count: int, *, first: int) -> pa.Table:
    source = np.random.default_rng([1, first])
    image_ids = _hex_digests(count, source)
    hashes = any_hashes(count, source)
    nothing = pa.nulls(count)
    return pa.table(
        {
            **_received(count, source, first=first),
            "image_id": image_ids,
            "sha256": _hex_digests(count, source),
            **_stored(count, source, hashes=hashes),
            "size_bytes": nothing.cast(pa.int64()),
            "pack": nothing.cast(pa.int32()),
            "group_id": image_ids,
            "split": pa.array(np.where(np.arange(count) % 10 < 8, "train", "test")),
        }
    )


def draw_batch(count: int, *, kept: pa.Table) -> NewBatch:
    """Return files received after all others; `kept` are rows that some of them are like."""
    source = np.random.default_rng([2, count])
    hashes = any_hashes(count, source)
    same, near = int(count * SAME_SHARE), int(count * NEAR_SHARE)
    originals = kept["phash"].to_numpy()[: same + near]
    hashes[: same + near] = np.concatenate([originals[:same], turned(originals[same:], source)])
    rows = {
        **_received(count, source, first=10**9),
        "image_id": _hex_digests(count, source),
        "sha256": _hex_digests(count, source),
        **_stored(count, source, hashes=hashes),
        "probes": _probes(hashes, source),
        "size_bytes": pa.array(np.full(count, 285_000)),
        "pack": pa.array(np.zeros(count, dtype=np.int32)),
        "is_apart": pa.array(np.zeros(count, dtype=bool)),
    }
    for name in ("image_id", "sha256", "reduced_sha256"):
        rows[name] = pa.concat_arrays(
            [kept[name].slice(0, same).combine_chunks(), rows[name].slice(same)]
        )
    looks = source.integers(0, 256, (count, LOOK_BYTES), dtype=np.uint8)
    ids = rows["image_id"].to_pylist()
    by_id = {name: look.tobytes() for name, look in zip(ids, looks, strict=True)}
    near_ids = kept["image_id"].slice(same, near).to_pylist()
    kept_looks = {name: looks[same + number].tobytes() for number, name in enumerate(near_ids)}
    return NewBatch(pa.table(rows), by_id, kept_looks)


def _received(count: int, source: np.random.Generator, *, first: int) -> dict[str, pa.Array]:
    numbers = np.arange(first, first + count)
    taken_us = _FIRST_US + source.integers(0, _SPAN_US, count)
    labels = [f"m_{number:06d}" for number in source.integers(0, LABELS, count).tolist()]
    return {
        "file_id": pa.array(numbers + 1),
        "receipt_no": pa.array(numbers // _RECEIPT + 1),
        "supplier_id": pa.array(numbers // _RECEIPT % SUPPLIERS + 1),
        "label_key": pa.array(labels),
        "path": pa.array([f"{number}.jpg" for number in numbers.tolist()]),
        "taken_at": pa.array(taken_us, pa.timestamp("us", tz="UTC")),
    }


def _stored(count: int, source: np.random.Generator, *, hashes: Hashes) -> dict[str, pa.Array]:
    return {
        "format": pa.array(["jpeg"] * count),
        "width_px": pa.array(np.full(count, 1024, dtype=np.int32)),
        "height_px": pa.array(np.full(count, 768, dtype=np.int32)),
        "crc32": pa.array(source.integers(0, 2**32, count)),
        "reduced_sha256": _hex_digests(count, source),
        "phash": pa.array(hashes),
        # For themselves: copies are to meet where they lie on each other, by their whole hashes.
        "phash_crop5": pa.array(any_hashes(count, source)),
        "phash_crop10": pa.array(any_hashes(count, source)),
    }


def _probes(hashes: Hashes, source: np.random.Generator) -> pa.ListArray:
    """Each picture's own hash first, and then those of variants that have little in common."""
    number = len(PROBES)
    probes = any_hashes(len(hashes) * number, source).reshape(-1, number)
    probes[:, 0] = hashes
    return pa.ListArray.from_arrays(
        pa.array(np.arange(0, probes.size + 1, number, dtype=np.int32)), pa.array(probes.ravel())
    )


def _hex_digests(count: int, source: np.random.Generator) -> pa.StringArray:
    """Return what looks like SHA-256 digests."""
    digits: npt.NDArray[np.uint8] = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    text = digits[source.integers(0, 16, (count, 64), dtype=np.uint8)]
    ends = np.arange(0, text.size + 1, 64, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(text.tobytes()))
