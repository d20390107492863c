"""When a run tells of its steps, and when it keeps a checkpoint."""

import time
from dataclasses import dataclass, field

_EVENT_SECONDS = 1.0
_MOST_OF_TIME = 20
"""A checkpoint that takes a second is kept every 20 seconds at the most often."""


@dataclass
class Pace:
    checkpoint_seconds: float
    """Between checkpoints; 0: after each step."""
    _began_at: float = field(default_factory=time.monotonic)
    _images: int = 0
    _told_at: float = -_EVENT_SECONDS
    _kept_at: float = field(default_factory=time.monotonic)
    _keeping_took: float = 0.0

    def count(self, images: int) -> None:
        self._images += images

    @property
    def seconds(self) -> float:
        """Since the epoch began, or the attempt inside it."""
        return time.monotonic() - self._began_at

    @property
    def images_per_second(self) -> float:
        return round(self._images / self.seconds, 3)

    def is_time_to_tell(self) -> bool:
        is_time = time.monotonic() - self._told_at >= _EVENT_SECONDS
        if is_time:
            self._told_at = time.monotonic()
        return is_time

    def is_time_to_keep(self) -> bool:
        wait = max(self.checkpoint_seconds, self._keeping_took * _MOST_OF_TIME)
        return not self.checkpoint_seconds or time.monotonic() - self._kept_at >= wait

    def kept(self, took: float) -> None:
        self._kept_at, self._keeping_took = time.monotonic(), took

    def begin_epoch(self) -> None:
        self._began_at, self._images = time.monotonic(), 0
