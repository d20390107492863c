"""Export `open-images`: the CSV files of Open Images, by split, and their class descriptions.

Source of the format: https://storage.googleapis.com/openimages/web/download_v7.html.
"""

from collections.abc import Iterator

from hub.exports import beside
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, positives
from hub.exports.target import Target
from hub.rules.licences import licence_url
from hub.rules.manifests import Box, LabelRef, Picture

ABOUT = """
- `<split>/`: the pictures, each named by its `ImageID`, the sha256 of its bytes.
- `<split>-images-with-rotation.csv`: source, licence and author; `Rotation` is 0.0 where the EXIF
  orientation is honoured.
- `<split>-annotations-human-imagelabels.csv`: `Confidence` 1: the picture shows the label; 0: it is
  verified not to show it. Of a label that is not listed nothing is known.
- `<split>-annotations-bbox.csv`: boxes in shares of the upright picture's sides; -1: not known.
- `class-descriptions.csv`: MID and name, without a header. A label without a MID is called `/hub/`
  and its key.
"""

_IMAGES = (
    *("ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL"),
    *("Author", "Title", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"),
)
_LABELS = ("ImageID", "Source", "LabelName", "Confidence")
_BOXES = (
    *("ImageID", "Source", "LabelName", "Confidence", "XMin", "XMax", "YMin", "YMax"),
    *("IsOccluded", "IsTruncated", "IsGroupOf", "IsDepiction", "IsInside"),
)
_DRAWN = ("freeform", "xclick", "activemil", "verification")
_NOT_KNOWN = -1


def write(source: Source, target: Target) -> None:
    """Write pictures and the files of each split."""
    target.put_pictures(source, _path)
    classes = list_classes(source.pictures())
    with target.gather() as files:
        for one in source.pictures():
            tables = (
                ("images-with-rotation", _IMAGES, [_image(one)]),
                ("annotations-human-imagelabels", _LABELS, [*_labels(one)]),
                ("annotations-bbox", _BOXES, [_box(box, one, classes) for box in one.boxes]),
            )
            for name, header, rows in tables:
                lines = b"".join(map(beside.csv_line, rows))
                files.add(f"{one.split}-{name}.csv", lines, header=beside.csv_line(header))
    descriptions = ((_mid(label), label.name) for label in classes.labels)
    target.put("class-descriptions.csv", beside.csv_lines((), descriptions))
    beside.put_beside(source, target, about=ABOUT, file_of=_path)


def _path(picture: Picture) -> str:
    return f"{picture.split}/{picture.file_name}"


def _mid(label: LabelRef) -> str:
    return label.mid or f"/hub/{label.key}"


def _image(one: Picture) -> tuple[object, ...]:
    url = one.source if one.source.startswith(("http://", "https://")) else ""
    licence = licence_url(one.licence) or one.licence
    origin = (one.image_id, one.split, url, url, licence, "", one.author)
    return (*origin, "", one.size_bytes, "", "", "0.0")


def _labels(one: Picture) -> Iterator[tuple[object, ...]]:
    for label in positives(one):
        # Both are of people: who brought the picture, and who confirmed what it shows.
        source = "verification" if label.key in one.verified else "crowdsource-verification"
        yield one.image_id, source, _mid(label), 1
    for label in one.negatives:
        yield one.image_id, "verification", _mid(label), 0


def _box(box: Box, one: Picture, classes: Classes) -> tuple[object, ...]:
    drawn = box.source.rpartition(" ")[2]
    head = (
        one.image_id,
        drawn if drawn in _DRAWN else "freeform",
        _mid(classes.label(box.label_key)),
        1,
    )
    sides = (box.x_min, box.x_max, box.y_min, box.y_max)
    return (*head, *sides, _NOT_KNOWN, _NOT_KNOWN, int(box.is_group_of), _NOT_KNOWN, _NOT_KNOWN)
