"""Turns planned shots into files: each picture is drawn once, its copies are made of its bytes."""

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image

from cluster.simulation.broken import break_file
from cluster.simulation.crowd import Shot
from cluster.simulation.exif import make_exif, put_exif
from cluster.simulation.picture import render

Size = tuple[int, int]

# Stored on its side, and the EXIF orientation that says so.
_SIDEWAYS = ((6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270))
_WIDTHS = range(512, 641, 16)


@dataclass(frozen=True)
class Job:
    """One picture and its copies, to be written under a folder."""

    folder: Path
    seed: int
    size: Size | None
    """Width and height as stored; None: some size from 512x384 to 640x480."""
    shot: Shot
    copies: tuple[Shot, ...]


def develop(job: Job) -> dict[int, str]:
    """Write the picture and its copies; return the sha256 of each file by its number."""
    shot = job.shot
    rng = np.random.default_rng([job.seed, shot.number, crc32(b"file")])
    width = int(rng.choice(_WIDTHS))
    size = job.size or (width, width * 3 // 4)
    orientation, turn = 1, None
    if rng.random() < shot.supplier.sideways:
        orientation, turn = _SIDEWAYS[int(rng.integers(2))]
        size = size[::-1]
    picture = render(shot.number, label=shot.true_label, seed=job.seed, size=size)
    if turn is not None:
        picture = picture.transpose(turn)
    jpeg = _encode(picture, shot.supplier.quality + int(rng.integers(-1, 2)))
    content = put_exif(jpeg, _exif(shot, orientation))
    if shot.broken_form:
        content = break_file(shot.broken_form, content, picture, number=shot.number)
    written = {shot.number: _write(job.folder / shot.path, content)}
    for copy in job.copies:
        same = copy.kind == "byte_duplicate"
        copied = content if same else put_exif(jpeg, _exif(copy, orientation))
        written[copy.number] = _write(job.folder / copy.path, copied)
    return written


def _encode(picture: Image.Image, quality: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def _exif(shot: Shot, orientation: int) -> bytes:
    return make_exif(
        shot.supplier,
        taken_at=shot.taken_at,
        place=(shot.lon, shot.lat) if shot.exif_place else None,
        orientation=orientation,
    )


def _write(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place, so that a file that is there is whole.
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return sha256(content).hexdigest()
