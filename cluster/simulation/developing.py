"""Turns planned shots into files: each picture is drawn once, its copies are made of its bytes."""

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image

from cluster.simulation import edits
from cluster.simulation.broken import break_file
from cluster.simulation.exif import make_exif, put_exif
from cluster.simulation.odd import make_odd
from cluster.simulation.picture import render
from cluster.simulation.shots import Shot

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


@dataclass(frozen=True)
class _Developed:
    """A picture as its camera encodes it, without metadata."""

    picture: Image.Image
    jpeg: bytes
    orientation: int


def develop(job: Job) -> dict[int, str]:
    """Write the picture and its copies; return the sha256 of each file by its number."""
    developed = _draw(job.shot, seed=job.seed, size=job.size)
    content = _contents(job.shot, developed)
    written = {job.shot.number: _write(job.folder / job.shot.path, content)}
    for copy in job.copies:
        copied = _copied(copy, developed, content=content)
        written[copy.number] = _write(job.folder / copy.path, copied)
    return written


def _draw(shot: Shot, *, seed: int, size: Size | None) -> _Developed:
    # Shots of one burst, and look-alikes, are held alike.
    rng = np.random.default_rng([seed, shot.view.scene, crc32(b"file")])
    width = int(rng.choice(_WIDTHS))
    size = size or (width, width * 3 // 4)
    orientation, turn = _SIDEWAYS[int(rng.integers(2))]
    quality = shot.supplier.quality + int(rng.integers(-1, 2))
    # Without EXIF nothing would say that it lies on its side.
    if rng.random() >= shot.supplier.sideways or not shot.exif:
        picture = render(shot.view, label=shot.true_label, seed=seed, size=size)
        return _Developed(picture, _encode(picture, quality), 1)
    upright = render(shot.view, label=shot.true_label, seed=seed, size=size[::-1])
    picture = upright.transpose(turn)
    return _Developed(picture, _encode(picture, quality), orientation)


def _contents(shot: Shot, developed: _Developed) -> bytes:
    exif = _exif(shot, developed.orientation)
    jpeg, picture = developed.jpeg, developed.picture
    if shot.kind == "odd":
        return make_odd(shot.form, jpeg, picture, exif=exif, number=shot.number)
    taken = put_exif(jpeg, exif) if shot.exif else jpeg
    if shot.kind == "broken":
        return break_file(shot.form, taken, picture, number=shot.number)
    return taken


def _copied(copy: Shot, developed: _Developed, *, content: bytes) -> bytes:
    """The bytes of a copy of the file with this content."""
    if copy.kind == "byte_duplicate":
        return content
    if copy.edit is None:
        return put_exif(developed.jpeg, _exif(copy, developed.orientation))
    edited = edits.apply(copy.edit, content)
    return put_exif(edited, _exif(copy, 1)) if copy.exif else edited


def _encode(picture: Image.Image, quality: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def _exif(shot: Shot, orientation: int) -> bytes:
    return make_exif(
        shot.supplier,
        taken_at=shot.taken_at if shot.exif_time else None,
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
