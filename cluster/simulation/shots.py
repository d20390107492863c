"""A shot: one file that the crowd will submit, planned before anything is drawn."""

from dataclasses import dataclass
from datetime import datetime

from cluster.simulation.broken import ENDINGS
from cluster.simulation.edits import Edit
from cluster.simulation.picture import View
from cluster.simulation.suppliers import Supplier

# Made of the bytes of the picture they repeat; all others are drawn.
_COPIES = ("byte_duplicate", "pixel_duplicate", "near_duplicate", "related")


@dataclass(frozen=True)
class Shot:
    """One file. `taken_at` is what the camera's clock says, right or wrong."""

    number: int
    kind: str
    """original | mislabel | byte_duplicate | pixel_duplicate | near_duplicate | related |
    lookalike | burst | broken | odd"""
    true_label: str
    submitted_label: str
    supplier: Supplier
    taken_at: datetime
    lon: float
    lat: float
    view: View
    of: int | None = None
    """The number of the picture that this one repeats, or is related to."""
    form: str = ""
    """Of a broken or odd file, or of a look-alike: how."""
    edit: Edit | None = None
    """Of a near duplicate or a related picture: how it was made of the other."""
    burst: int | None = None
    """The number of the first shot of its burst."""
    exif: bool = True
    """Whether it carries EXIF that can be read."""
    exif_time: bool = False
    """Whether EXIF tells the time."""
    exif_place: bool = False
    """Whether EXIF tells the place."""
    csv_place: bool = False
    """Whether the supplier tells it in the CSV."""

    @property
    def is_copy(self) -> bool:
        """Made of the other's bytes rather than drawn."""
        return self.kind in _COPIES

    @property
    def csv_time(self) -> bool:
        """Whether the CSV tells the time: nobody does who knows it neither from the camera nor
        from having been there, or whose clock is wrong."""
        return self.supplier.clock == "right" and (self.exif_time or not self.is_copy)

    @property
    def path(self) -> str:
        """Where the file lies in the simulation's folder."""
        ending = ENDINGS.get(self.form, "jpg")
        return f"images/{self.supplier.name}/{self.number:06d}.{ending}"
