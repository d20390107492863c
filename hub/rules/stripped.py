"""What is left of a picture's file once everything but its pixels is taken away."""

import struct
from dataclasses import dataclass

# A file of more pieces than this is an attack on the loop that reads them: 64 MiB of JPEG in the
# smallest pieces an encoder writes (8 KiB of PNG data each) has 8,192.
MAX_PIECES = 100_000

# What the checks take whatever the picture's size: thumbnails, measures, touched libraries.
CHECK_BYTES = 8 * 1024**2

# Real profiles take 0.5 to 600 KiB; Pillow refuses to open a PNG whose profile inflates to more.
_MAX_PROFILE_BYTES = 1024**2
_PROFILE_HEADER = 128
# A digest of the whole profile; zeros say that it was not computed.
_PROFILE_ID = slice(84, 100)
# Real ones have 10 to 30, and Little CMS opens none with more.
_MOST_TAGS = 100


@dataclass(frozen=True)
class Stripped:
    """A picture's published bytes, and what was read on the way to them."""

    format: str
    """'jpeg', 'png' or 'webp'."""
    width_px: int
    """As stored, before the orientation is applied; so is the height."""
    height_px: int
    orientation: int
    """EXIF orientation, 1 to 8."""
    exif: bytes
    """The original's EXIF block, from its byte-order mark on; empty if there is none."""
    scans: int
    """How often a decoder goes over the whole picture: more than 1 in a progressive JPEG."""
    decode_bytes: int
    """Memory that the checks take to decode it, at most (measured by tests)."""
    content: bytes

    @property
    def is_turned(self) -> bool:
        """Tell whether width and height change places when the picture is set upright."""
        return self.orientation >= 5


def minimal_exif(orientation: int) -> bytes:
    """Return an EXIF block (26 bytes, little endian) that holds the orientation alone."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return struct.pack("<2sHIH", b"II", 42, 8, 1) + entry + bytes(4)


def clean_profile(profile: bytes) -> bytes:
    """Return an ICC profile without what its tag table does not cover (ICC.1:2022, 7.2 and 7.3).

    What lies between the tags becomes zeros, what lies behind them goes. Empty if this is not one
    profile and nothing more: then it could carry anything, and decoders ignore it as well.
    """
    count = int.from_bytes(profile[_PROFILE_HEADER : _PROFILE_HEADER + 4])
    table_end = _PROFILE_HEADER + 4 + 12 * count
    if not table_end <= len(profile) <= _MAX_PROFILE_BYTES or count > _MOST_TAGS:
        return b""
    if profile[36:40] != b"acsp" or int.from_bytes(profile[:4]) != len(profile):
        return b""
    kept = [(0, table_end)]
    for _, start, size in struct.iter_unpack(">4sII", profile[_PROFILE_HEADER + 4 : table_end]):
        if start + size <= len(profile):
            kept.append((start, start + size))
    # Tags start at multiples of four, and some writers fill up the last one, too.
    end = max(end for _, end in kept)
    cleaned = bytearray(min(end + -end % 4, len(profile)))
    for start, end in kept:
        cleaned[start:end] = profile[start:end]
    if cleaned != profile:
        cleaned[:4] = len(cleaned).to_bytes(4)
        cleaned[_PROFILE_ID] = bytes(16)
    return bytes(cleaned)
