"""Whether the bytes of a published picture are those that were published."""

import hashlib
import zlib


def fault_of(content: bytes | None, *, image_id: str, size_bytes: int, crc32: int) -> str | None:
    """Say what is wrong with a picture's bytes, the cheapest test first; None if nothing is."""
    if content is None:
        return "has no bytes"
    if len(content) != size_bytes:
        return f"has {len(content)} bytes instead of {size_bytes}"
    if zlib.crc32(content) != crc32:
        return "has bytes of another crc32"
    if hashlib.sha256(content).hexdigest() != image_id:
        return "has bytes of another sha256"
    return None
