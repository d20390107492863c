"""Export `tfrecord`: files of tf.train.Example by split.

The features are called as TensorFlow's object detection data call theirs
(https://github.com/tensorflow/models, object_detection/g3doc/using_your_own_dataset.md).
"""

from collections.abc import Iterable

from hub.exports import beside
from hub.exports.examples import Feature, encode_example, record
from hub.exports.naming import one_line
from hub.exports.shards import shards
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, positives
from hub.exports.target import Target
from hub.rules.manifests import LabelRef, Picture

ABOUT = """
- `data/<split>-<number>-of-<count>.tfrecord`: a tf.train.Example a picture: `image/encoded`, its
  bytes; `image/class/label` and `.../text`, what it shows, and of these `image/class/picked/label`,
  what it was picked by; `image/class/negative/label` and `.../text`, what it is verified not to
  show; `image/object/...`, its boxes, in shares of the upright picture's sides.
- `classes.csv`: the names of the class numbers, which count from 0.
"""

SHARD_BYTES = 128 << 20


def write(source: Source, target: Target) -> None:
    """Write the shards and the names of the classes."""
    classes = list_classes(source.pictures())
    for shard in shards(source, most_bytes=SHARD_BYTES):
        name = f"data/{shard.split}-{shard.number:05d}-of-{shard.of:05d}.tfrecord"
        with target.create(name) as file:
            for picture, content in source.contents(shard.pictures):
                file.writelines(record(encode_example(_features(picture, content, classes))))
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=lambda picture: picture.file_name)


def _features(one: Picture, content: bytes, classes: Classes) -> dict[str, Feature]:
    shown = positives(one)
    return {
        "image/encoded": [content],
        "image/format": [one.format.encode()],
        "image/filename": [one.file_name.encode()],
        "image/source_id": [one.image_id.encode()],
        "image/key/sha256": [one.image_id.encode()],
        "image/height": [one.height_px],
        "image/width": [one.width_px],
        "image/split": [one.split.encode()],
        "image/licence": [one_line(one.licence).encode()],
        "image/author": [one_line(one.author).encode()],
        "image/source": [one_line(one.source).encode()],
        "image/class/label": classes.numbers_of(shown),
        "image/class/text": _texts(shown, classes),
        "image/class/picked/label": classes.numbers_of(one.picked),
        "image/class/negative/label": classes.numbers_of(one.negatives),
        "image/class/negative/text": _texts(one.negatives, classes),
        "image/object/bbox/xmin": [box.x_min for box in one.boxes],
        "image/object/bbox/xmax": [box.x_max for box in one.boxes],
        "image/object/bbox/ymin": [box.y_min for box in one.boxes],
        "image/object/bbox/ymax": [box.y_max for box in one.boxes],
        "image/object/class/label": [classes.number[box.label_key] for box in one.boxes],
        "image/object/class/text": [classes.name(box.label_key).encode() for box in one.boxes],
        "image/object/group_of": [int(box.is_group_of) for box in one.boxes],
    }


def _texts(labels: Iterable[LabelRef], classes: Classes) -> list[bytes]:
    return [name.encode() for name in classes.names_of(labels)]
