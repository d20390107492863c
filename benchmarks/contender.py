"""What one contender's turn over the pictures came to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A turn that handled every picture."""

    images: int
    seconds: float
    """Of the work, without what is told apart in `start_seconds`."""
    start_seconds: float = 0.0
    """Until the first picture could be worked on: an engine's session, a pool's imports."""
    peak_bytes: int = 0
    parts: tuple[tuple[str, float], ...] = ()
    """Seconds of the parts, as the contender tells them."""

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.images / self.seconds

    @property
    def rate_with_start(self) -> float:
        return self.images / (self.seconds + self.start_seconds)
