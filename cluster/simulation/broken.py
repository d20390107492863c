"""Files that are no pictures the hub takes: what is in them, and why it refuses them."""

import io

import numpy as np
from PIL import Image

from hub.rules.reasons import Reason

REASONS = {
    "truncated": Reason.TRUNCATED,
    "empty": Reason.EMPTY_FILE,
    "text": Reason.NOT_AN_IMAGE,
    "html": Reason.NOT_AN_IMAGE,
    "gif": Reason.UNSUPPORTED_FORMAT,
    "tiny": Reason.TOO_SMALL,
}
FORMS = tuple(REASONS)
SHOWS_NOTHING = ("empty", "text", "html")

_TINY_SIDE_PX = 20


def break_file(form: str, jpeg: bytes, picture: Image.Image, *, number: int) -> bytes:
    """Return the bytes of a broken file made of a good one."""
    if form == "truncated":
        share = np.random.default_rng(number).uniform(0.3, 0.8)
        return jpeg[: int(len(jpeg) * share)]
    if form == "empty":
        return b""
    if form == "text":
        return f"Picture {number} is on my other phone, I will send it later.\n".encode()
    if form == "html":
        return f"<!DOCTYPE html><title>404</title><p>No picture {number} here.</p>\n".encode()
    if form == "gif":
        return _encode(picture.resize((160, 120)), "GIF")
    if form == "tiny":
        return _encode(picture.resize((_TINY_SIDE_PX, _TINY_SIDE_PX)), "JPEG")
    raise ValueError(f"no broken file of the form '{form}'")


def _encode(picture: Image.Image, format: str) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, format)
    return encoded.getvalue()
