"""Hubs to read archives from: of random bytes, and sparse ones of any size with true indexes."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.transaction import AddAction, RemoveAction

from hub.config import Settings
from hub.lake import indexes
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.manifests import LabelRef, Picture, write_manifest
from hub.rules.recipes import make_recipe
from hub.services.archive_plans import prepare
from hub.services.manifests import manifest_key

PICTURE_BYTES = 285_000
_IN_A_FILE = 450
"""Pictures: some 128 MB, as `hub job compact` makes them."""
_LABELS = 12
# As the hub's own files: each value in one piece, row groups of 16 MB.
_PLAIN = WriterProperties(
    compression="UNCOMPRESSED",
    max_row_group_size=56,
    column_properties={
        "content": ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE")
    },
)
_SCHEMA = pa.schema(
    [("image_id", pa.string()), ("label_key", pa.string()), ("content", pa.binary())]
)


def make_real(settings: Settings, loose: Path, *, images: int) -> Lock:
    """Write pictures of random bytes into a lake, and each as a file below `loose`."""
    rng, pictures = np.random.default_rng(1), []
    loose.mkdir(parents=True)
    for number, first in enumerate(range(0, images, _IN_A_FILE)):
        rows = []
        for _ in range(min(_IN_A_FILE, images - first)):
            # As photographs of one size are: few are half or twice as large.
            content = rng.bytes(int(PICTURE_BYTES * rng.lognormal(-0.06, 0.35)))
            one = _picture(hashlib.sha256(content), number, content=content)
            pictures.append(one)
            (loose / one.file_name).write_bytes(content)
            rows.append({"image_id": one.image_id, "label_key": one.label_key, "content": content})
        table = pa.Table.from_pylist(rows, _SCHEMA)
        folder = f"{settings.lake_root}/images"
        write_deltalake(folder, table, mode="append", writer_properties=_PLAIN)
    return _keep(settings, pictures)


def make_sparse(settings: Settings, *, images: int, until: str = "") -> Lock:
    """Make a lake whose pictures are zeros that take no room; their indexes are true.

    Those up to the id `until` can be read, or all of them.
    """
    folder = Path(settings.lake_root) / "images"
    table = DeltaTable.create(folder, _SCHEMA)
    pictures: list[Picture] = []
    actions: list[AddAction | RemoveAction] = []
    for number, first in enumerate(range(0, images, _IN_A_FILE)):
        some = [
            _picture(hashlib.sha256(b"%d" % at), number, size=PICTURE_BYTES)
            for at in range(first, min(first + _IN_A_FILE, images))
        ]
        pictures += some
        actions.append(_write_sparse(folder / f"part-{number:05}.parquet", some, until))
    table.create_write_transaction(actions, "append", _SCHEMA)
    return _keep(settings, pictures)


def _write_sparse(path: Path, some: list[Picture], until: str) -> AddAction:
    step = PICTURE_BYTES + 4
    with path.open("wb") as file:
        for number, one in enumerate(some):
            if not until or one.image_id < until:
                # What stands before a plain value: its length. It takes a block of the disk.
                os.pwrite(file.fileno(), PICTURE_BYTES.to_bytes(4, "little"), number * step)
        file.truncate(len(some) * step)
    _write_index(path, some, step=step)
    key = some[0].label_key
    told = {"numRecords": len(some), "minValues": {"label_key": key}}
    told |= {"maxValues": {"label_key": key}, "nullCount": {}}
    status = path.stat()
    return AddAction(
        path.name, status.st_size, {}, status.st_mtime_ns // 10**6, True, json.dumps(told)
    )


def _write_index(path: Path, some: list[Picture], *, step: int) -> None:
    order = sorted(range(len(some)), key=lambda number: some[number].image_id)
    digests = [bytes.fromhex(some[number].image_id) for number in order]
    columns = {
        "image_id": pa.array(digests, pa.binary(32)),
        "content_offset": pa.array([number * step + 4 for number in order], pa.int64()),
        "content_length": pa.array([PICTURE_BYTES] * len(order), pa.int64()),
    }
    indexes._keep(path, pa.table(columns), made_of=indexes._state_of(path))


def _picture(digest: "hashlib._Hash", file: int, *, content: bytes = b"", size: int = 0) -> Picture:
    key = f"m_{file % _LABELS:02}"
    label = LabelRef(key, key, None)
    return Picture(
        image_id=digest.hexdigest(),
        format="jpeg",
        size_bytes=size or len(content),
        crc32=zlib.crc32(content),
        width_px=1024,
        height_px=768,
        split="train",
        group_id=digest.hexdigest(),
        label_key=key,
        labels=(label,),
        picked=(label,),
        licence="CC BY 4.0",
        author="A supplier",
        source="",
        taken_at=None,
        country=None,
        city=None,
        neighbourhood=None,
    )


def _keep(settings: Settings, pictures: Iterable[Picture]) -> Lock:
    """Keep the manifest of a subset of all pictures, and what its archive needs."""
    objects, recipe = Objects(settings.objects_root), make_recipe({"labels": ["Entity"]})
    with objects.incoming() as incoming:
        ordered = sorted(pictures, key=lambda one: one.image_id)
        told = write_manifest(iter(ordered), incoming, recipe=recipe)
        objects.accept(incoming, manifest_key(told.root))
    lock = Lock(told.root, told.images, told.bytes, recipe)
    prepare(objects, lock)
    return lock
