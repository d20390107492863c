"""What a hub's settings let a file be, and let one picture cost where it is decoded."""

from hub.config import Settings
from hub.guarded import Bounds
from hub.rules.checking import Limits


def limits_of(settings: Settings) -> Limits:
    """Say what a file may have at most, and a picture at least."""
    return Limits(
        min_side_px=settings.min_side_px,
        max_file_bytes=settings.max_file_bytes,
        max_pixels=settings.max_pixels,
        memory_bytes=settings.decode_memory_bytes,
        refuse_quality=settings.refuse_quality,
    )


def bounds_of(settings: Settings) -> Bounds:
    """Say what decoding one picture may cost."""
    return Bounds(seconds=settings.decode_seconds, memory_bytes=settings.decode_memory_bytes)
