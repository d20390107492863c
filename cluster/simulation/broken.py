"""Files that are no pictures the hub takes: what is in them, and why it refuses them."""

import io
import zlib
from collections.abc import Callable
from zipfile import ZipFile, ZipInfo

import numpy as np
from PIL import Image

from cluster.simulation.odd import ENDINGS as ODD_ENDINGS
from hub.rules.reasons import Reason

REASONS = {
    "truncated": Reason.TRUNCATED,
    "truncated_png": Reason.TRUNCATED,
    "corrupt_png": Reason.CORRUPT,
    "empty": Reason.EMPTY_FILE,
    "text": Reason.NOT_AN_IMAGE,
    "html": Reason.NOT_AN_IMAGE,
    "zip": Reason.NOT_AN_IMAGE,
    "pdf": Reason.NOT_AN_IMAGE,
    "gif": Reason.UNSUPPORTED_FORMAT,
    "gif_as_jpg": Reason.UNSUPPORTED_FORMAT,
    "bmp_as_jpg": Reason.UNSUPPORTED_FORMAT,
    "tiff_as_jpg": Reason.UNSUPPORTED_FORMAT,
    "animated": Reason.ANIMATED,
    "huge_jpeg": Reason.TOO_MANY_PIXELS,
    "huge_png": Reason.TOO_MANY_PIXELS,
    "tiny": Reason.TOO_SMALL,
}
FORMS = tuple(REASONS)
SHOWS_NOTHING = ("empty", "text", "html", "zip", "pdf", "huge_png")
ENDINGS = {
    **ODD_ENDINGS,
    "truncated_png": "png",
    "corrupt_png": "png",
    "gif": "gif",
    "animated": "webp",
    "huge_png": "png",
}

_SMALL = (160, 120)
_TINY_SIDE_PX = 20
# Far above any limit, in a file of a few bytes.
_HUGE_SIDE_PX = 60_000
_FRAME_HEADERS = (0xC0, 0xC1, 0xC2)


def break_file(form: str, jpeg: bytes, picture: Image.Image, *, number: int) -> bytes:
    """Return the bytes of a broken file made of a good one."""
    if form == "truncated":
        return _cut(jpeg, number)
    if form == "huge_jpeg":
        return _claim_huge(jpeg)
    if form in _NO_PICTURE:
        return _NO_PICTURE[form](number)
    return _FROM_PICTURE[form](picture, number)


def _cut(content: bytes, number: int) -> bytes:
    share = np.random.default_rng(number).uniform(0.3, 0.8)
    return content[: int(len(content) * share)]


def _claim_huge(jpeg: bytes) -> bytes:
    """The same JPEG with other sides in its frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while jpeg[at + 1] not in _FRAME_HEADERS:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    sides = _HUGE_SIDE_PX.to_bytes(2) * 2
    return jpeg[: at + 5] + sides + jpeg[at + 9 :]


def _zip(number: int) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(ZipInfo(f"picture-{number}.txt"), "The pictures are in the other archive.")
    return packed.getvalue()


def _huge_png(number: int) -> bytes:
    header = _HUGE_SIDE_PX.to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    rows = zlib.compress(number.to_bytes(4) + bytes(20_000))
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
        for name, data in chunks
    )


def _corrupt_png(picture: Image.Image, number: int) -> bytes:
    content = bytearray(_encode(picture.resize(_SMALL), "PNG"))
    at = int(np.random.default_rng(number).uniform(0.4, 0.8) * len(content))
    content[at] ^= 0xFF
    return bytes(content)


def _animated(picture: Image.Image, _: int) -> bytes:
    frame, encoded = picture.resize(_SMALL), io.BytesIO()
    turned = frame.transpose(Image.Transpose.ROTATE_180)
    frame.save(encoded, "WEBP", save_all=True, append_images=[turned], duration=200)
    return encoded.getvalue()


def _encode(picture: Image.Image, format: str) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, format)
    return encoded.getvalue()


def _small(picture: Image.Image, format: str) -> bytes:
    return _encode(picture.resize(_SMALL), format)


_NO_PICTURE: dict[str, Callable[[int], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda n: f"Picture {n} is on my other phone, I will send it later.\n".encode(),
    "html": lambda n: f"<!DOCTYPE html><title>404</title><p>No picture {n} here.</p>\n".encode(),
    "zip": _zip,
    "pdf": lambda n: f"%PDF-1.4\n% scan {n}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode(),
    "huge_png": _huge_png,
}
_FROM_PICTURE: dict[str, Callable[[Image.Image, int], bytes]] = {
    "truncated_png": lambda picture, n: _cut(_small(picture, "PNG"), n),
    "corrupt_png": _corrupt_png,
    "gif": lambda picture, _: _small(picture, "GIF"),
    "gif_as_jpg": lambda picture, _: _small(picture, "GIF"),
    "bmp_as_jpg": lambda picture, _: _small(picture, "BMP"),
    "tiff_as_jpg": lambda picture, _: _small(picture, "TIFF"),
    "animated": _animated,
    "tiny": lambda picture, _: _encode(picture.resize((_TINY_SIDE_PX, _TINY_SIDE_PX)), "JPEG"),
}
