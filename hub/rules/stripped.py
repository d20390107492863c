"""What is left of a picture's file once everything but its pixels is taken away."""

import struct
from dataclasses import dataclass

# A file of more pieces than this is an attack on the loop that reads them: 64 MiB of JPEG in the
# smallest pieces an encoder writes (8 KiB of PNG data each) has 8,192.
MAX_PIECES = 100_000

# Real profiles take 0.5 to 600 KiB; Pillow refuses to open a PNG whose profile inflates to more.
_MAX_PROFILE_BYTES = 1024**2


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
    content: bytes

    @property
    def is_turned(self) -> bool:
        """Tell whether width and height change places when the picture is set upright."""
        return self.orientation >= 5


def minimal_exif(orientation: int) -> bytes:
    """Return an EXIF block (26 bytes, little endian) that holds the orientation alone."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return struct.pack("<2sHIH", b"II", 42, 8, 1) + entry + bytes(4)


def is_profile(profile: bytes) -> bool:
    """Tell whether these bytes are one ICC profile and nothing more (ICC.1:2022, 7.2).

    What is not could carry anything, so it is not published; decoders ignore it as well.
    """
    if not 128 <= len(profile) <= _MAX_PROFILE_BYTES:
        return False
    return profile[36:40] == b"acsp" and int.from_bytes(profile[:4]) == len(profile)
