"""What a reader of a format finds: pictures with what is said of them, and what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.errors import SubmitError
from hub.rules.boxes import Place
from hub.rules.submissions import storable


class FormatError(SubmitError):
    """What should be imported is not of its format; nothing of it is received."""


@dataclass(frozen=True, slots=True)
class Said:
    """A label as the format names it: the MID, if there is one, goes before the name."""

    name: str
    mid: str = ""
    is_verified: bool = False
    """A person confirmed it."""


@dataclass(frozen=True, slots=True)
class BoxSaid:
    """Where a label is seen, in shares, or in pixels where the picture's boxes are `in_pixels`."""

    label: Said
    place: Place
    source: str
    is_group_of: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A picture, and what the format says of it."""

    path: str
    """As the receipt names it."""
    place: str
    """Where its file lies; empty for one that is still to be fetched, from `path`."""
    labels: tuple[Said, ...] = ()
    negatives: tuple[Said, ...] = ()
    """What it is verified not to show."""
    boxes: tuple[BoxSaid, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    """As a supplier's CSV says it: licence, author, source_url, taken_at."""
    in_pixels: bool = False
    stated_px: tuple[int, int] | None = None
    """Width and height that the format states: the boxes' pixels are of such a picture."""
    turn_degrees: int = 0
    """Counter-clockwise, what makes the stored pixels upright; the boxes are of the stored ones."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A picture, or a label of one, that cannot be received, and why."""

    path: str
    label: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out or passed over, how often, and the first of it."""

    what: str
    count: int
    first: str


class Notes:
    """Counts what is left out on the way."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, str]] = {}

    def add(self, what: str, example: str) -> None:
        count, first = self._found.get(what, (0, storable(example)))
        self._found[what] = (count + 1, first)

    def list(self) -> list[Note]:
        """Return the notes in the order in which they first came up."""
        return [Note(what, count, first) for what, (count, first) in self._found.items()]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and how."""

    path: str
    """A folder, or the file that lists the pictures."""
    images: str | None = None
    """The folder that the pictures lie in, where it is not the one of `path`."""
    min_confidence: float = 0.5
    """What a machine says is left out below this."""
    is_own: bool = False
    """A hub's own export: no label of it is told to be verified, but negatives are."""
    notes: Notes = field(default_factory=Notes)
