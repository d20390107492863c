"""Export `voc`: an XML a picture and lists by split and class, as Pascal VOC has them.

Source of the format: the development kit of the PASCAL VOC Challenge 2012, sections 2 and 8.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from hub.exports import beside
from hub.exports.naming import file_names, one_line
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, positives, whole_pixel_box
from hub.exports.target import Target
from hub.rules.manifests import Box, Picture

ABOUT = """
- `JPEGImages/`: the pictures; `Annotations/`: their sizes and boxes, in pixels from 1, both sides
  inside. A box of a group of things is `difficult`.
- `ImageSets/Main/<split>.txt`: the pictures of a split; `ImageSets/Main/<class>_<split>.txt`: 1
  behind those that show the class, -1 behind those that are verified not to. Of a picture that is
  not in the list of a class nothing is known. `val` is the validation split.
- `classes.csv`: what each class is called in the names of its lists; `labels.csv`: all labels of
  every picture.
"""

_SETS = {"validation": "val"}


def write(source: Source, target: Target) -> None:
    """Write pictures, annotations and lists."""
    target.put_pictures(source, _path)
    classes = list_classes(source.pictures())
    names = file_names(classes.labels)
    with target.gather() as lists:
        for one in source.pictures():
            split = _SETS.get(one.split, one.split)
            target.put(f"Annotations/{one.image_id}.xml", _annotation(one, classes))
            lists.add(f"ImageSets/Main/{split}.txt", f"{one.image_id}\n".encode())
            for labels, value in ((positives(one), " 1"), (one.negatives, "-1")):
                for label in labels:
                    line = f"{one.image_id} {value}\n".encode()
                    lists.add(f"ImageSets/Main/{names[label.key]}_{split}.txt", line)
    beside.put_labels(source, target)
    rows = ((*beside.label_cells(label), names[label.key]) for label in classes.labels)
    header = ("label", "mid", "label_key", "list")
    target.put(beside.CLASSES, beside.csv_lines(header, rows))
    beside.put_beside(source, target, about=ABOUT, file_of=_path)


def _path(picture: Picture) -> str:
    return f"JPEGImages/{picture.file_name}"


def _annotation(one: Picture, classes: Classes) -> Iterator[bytes]:
    yield f"""<annotation>
  <folder>JPEGImages</folder>
  <filename>{one.file_name}</filename>
  <source>
    <database>Deep Images Hub</database>
    <annotation>{_text(", ".join(sorted({box.source for box in one.boxes})))}</annotation>
    <image>{_text(one.source)}</image>
  </source>
  <owner>
    <name>{_text(one.author)}</name>
  </owner>
  <size>
    <width>{one.width_px}</width>
    <height>{one.height_px}</height>
    <depth>3</depth>
  </size>
  <segmented>0</segmented>
""".encode()
    for box in one.boxes:
        yield _object(box, one, classes).encode()
    yield b"</annotation>\n"


def _object(box: Box, one: Picture, classes: Classes) -> str:
    left, top, right, bottom = whole_pixel_box(box, one)
    return f"""  <object>
    <name>{_text(classes.name(box.label_key))}</name>
    <pose>Unspecified</pose>
    <truncated>0</truncated>
    <difficult>{int(box.is_group_of)}</difficult>
    <bndbox>
      <xmin>{left + 1}</xmin>
      <ymin>{top + 1}</ymin>
      <xmax>{right}</xmax>
      <ymax>{bottom}</ymax>
    </bndbox>
  </object>
"""


def _text(text: str) -> str:
    return escape(one_line(text))
