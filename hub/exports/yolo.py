"""Export `yolo`: a text file of boxes a picture, as Ultralytics reads it.

Source of the format: https://docs.ultralytics.com/datasets/detect/.
"""

import json
from collections.abc import Iterator

from hub.exports import beside
from hub.exports.naming import one_line
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, positives
from hub.exports.target import Target
from hub.rules.manifests import Box, Picture

ABOUT = """
- `images/<split>/`: the pictures; `labels/<split>/`: a file for each that has boxes, a line a box:
  class, centre x, centre y, width and height in shares of the upright picture.
- `data.yaml`: the classes and the lists `train.txt`, `val.txt` and `test.txt`. YOLO takes a picture
  without a file for background of every class. So the lists name only pictures with boxes, and
  those of which nothing positive is known and something negative is, with an empty file.
- `unboxed.txt`: the other pictures, which show something that nobody drew a box around.
- `labels.csv`: all labels of every picture, positive and verified negative.
"""

_LISTS = {"train": "train", "validation": "val", "test": "test"}


def write(source: Source, target: Target) -> None:
    """Write pictures, boxes, the lists of those that a detector may learn from, and the classes."""
    target.put_pictures(source, _path)
    classes = list_classes(source.pictures())
    with target.gather() as lists:
        for name in (*_LISTS.values(), "unboxed"):
            lists.add(f"{name}.txt", b"")
        for one in source.pictures():
            known = bool(one.boxes) or not positives(one)
            if known:
                lines = (_line(box, classes) for box in one.boxes)
                target.put(f"labels/{one.split}/{one.image_id}.txt", lines)
            name = _LISTS.get(one.split, "unsplit") if known else "unboxed"
            lists.add(f"{name}.txt", f"./{_path(one)}\n".encode())
    target.put("data.yaml", _data(classes))
    beside.put_labels(source, target)
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=_path)


def _path(picture: Picture) -> str:
    return f"images/{picture.split}/{picture.file_name}"


def _line(box: Box, classes: Classes) -> bytes:
    width, height = box.x_max - box.x_min, box.y_max - box.y_min
    centre = (box.x_min + width / 2, box.y_min + height / 2)
    shares = " ".join(f"{value:.8f}" for value in (*centre, width, height))
    return f"{classes.number[box.label_key]} {shares}\n".encode()


def _data(classes: Classes) -> Iterator[bytes]:
    for key, name in _LISTS.items():
        yield f"{'val' if key == 'validation' else key}: {name}.txt\n".encode()
    yield b"names:\n" if classes.labels else b"names: {}\n"
    for number, name in enumerate(classes.names):
        yield f"  {number}: {_scalar(name)}\n".encode()


def _scalar(text: str) -> str:
    # JSON's text is YAML's, but for signs beyond 16 bits, which stay as they are.
    return json.dumps(one_line(text), ensure_ascii=False)
