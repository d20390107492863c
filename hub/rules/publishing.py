"""Published bytes: a picture's pixels exactly and nothing else, by byte surgery."""

from hub.rules.jpeg import strip_jpeg
from hub.rules.png import SIGNATURE, strip_png
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import Stripped
from hub.rules.webp import strip_webp

# Raise it with any change that gives other bytes for a file that had some: image ids follow.
RULE_VERSION = 2

_STRIP = {"jpeg": strip_jpeg, "png": strip_png, "webp": strip_webp}

# Pictures that the hub does not take, told from what is no picture at all.
_OTHER_FORMATS = (
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"8BPS",
    b"\x00\x00\x01\x00",
    b"\x00\x00\x02\x00",
    b"\x00\x00\x00\x0cjP  ",
    b"\xff\x4f\xff\x51",
    b"\xff\x0a",
    b"\x00\x00\x00\x0cJXL ",
    b"DDS ",
    b"qoif",
    b"v/1\x01",
    b"#?RADIANCE",
)


def find_format(content: bytes) -> str:
    """Return 'jpeg', 'png' or 'webp', by content alone. Raises Refused for everything else."""
    if content.startswith(b"\xff\xd8"):
        return "jpeg"
    if content.startswith(SIGNATURE):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(_OTHER_FORMATS) or content[4:8] == b"ftyp":
        raise Refused(Reason.UNSUPPORTED_FORMAT)
    raise Refused(Reason.EMPTY_FILE if not content else Reason.NOT_AN_IMAGE)


def strip(content: bytes) -> Stripped:
    """Return the published form of a picture. Raises Refused if the hub does not take it."""
    return _STRIP[find_format(content)](content)


def published_bytes(content: bytes, *, format: str) -> bytes:
    """Return what the hub publishes of a picture of that format that `check` found good.

    Pixels, size and uprightness stay; a picture published once stays as it is. Raises Refused.
    """
    return _STRIP[format](content).content
