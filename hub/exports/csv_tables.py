"""Export `csv`: the pictures, and three plain tables that say all of them."""

from hub.exports import beside
from hub.exports.source import Source
from hub.exports.states import list_classes
from hub.exports.tables import image_path
from hub.exports.target import Target

ABOUT = """
- `images/`: the pictures, each named by the sha256 of its bytes.
- `pictures.csv`: a row a picture with its split, size, licence, author, source, time and place.
- `labels.csv`: a row a picture and label, `state` positive or negative; `picked`: the subset was
  picked by it; `implied`: nobody claimed it of the picture, it follows from a narrower label.
- `boxes.csv`: a row a box, in shares of the upright picture's sides.
"""

_COLUMNS = (
    *("image_id", "path", "split", "group_id", "width_px", "height_px", "size_bytes", "format"),
    *("licence", "author", "source", "taken_at", "country", "city", "neighbourhood"),
)


def write(source: Source, target: Target) -> None:
    """Write pictures and tables."""
    target.put_pictures(source, image_path)
    rows = (
        (
            *(one.image_id, image_path(one), one.split, one.group_id),
            *(one.width_px, one.height_px, one.size_bytes, one.format),
            *(one.licence, one.author, one.source),
            *(one.taken_at, one.country, one.city, one.neighbourhood),
        )
        for one in source.pictures()
    )
    target.put("pictures.csv", beside.csv_lines(_COLUMNS, rows))
    beside.put_labels(source, target)
    beside.put_boxes(source, target, list_classes(source.pictures()))
    beside.put_beside(source, target, about=ABOUT, file_of=image_path)
