"""Export `ground-truth`: output manifests as Amazon SageMaker Ground Truth writes them.

Source of the format: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from hub.exports import beside
from hub.exports.naming import one_line
from hub.exports.source import Source
from hub.exports.states import Classes, list_classes, positives, whole_pixel_box
from hub.exports.tables import image_path
from hub.exports.target import Target
from hub.rules.manifests import Picture

ABOUT = """
- `images/`: the pictures. Put them into a bucket, and its address before each `source-ref`.
- `single-label/manifests/output/output.manifest`: the pictures that were picked by one label alone;
  `multi-label/...`: all pictures with every class they show; `boxes/...`: those with boxes, in
  whole pixels of the upright picture. Class ids count from 0, by label key (`classes.csv`).
- Beside the labels each line has `split`, `licence`, `author` and `negatives`, the classes that the
  picture is verified not to show. A picture of which only such are known has no label.
- The format wants a confidence and a date of labelling: they stand at 1.0 and at 1970.
"""

Label: TypeAlias = Callable[[Picture, Classes], dict[str, Any] | None]
"""Returns the pairs that a job adds to a picture's line, or None where it has no line."""

_NO_TIME = "1970-01-01T00:00:00.000000"


def write(source: Source, target: Target) -> None:
    """Write pictures and one manifest for each kind of job."""
    target.put_pictures(source, image_path)
    classes = list_classes(source.pictures())
    jobs: dict[str, Label] = {
        "single-label": _single_label,
        "multi-label": _multi_label,
        "boxes": _boxes,
    }
    for job, label in jobs.items():
        target.put(f"{job}/manifests/output/output.manifest", _lines(source, classes, label))
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=image_path)


def _lines(source: Source, classes: Classes, label: Label) -> Iterator[bytes]:
    for one in source.pictures():
        added = label(one, classes)
        if added is not None:
            yield beside.json_line({**_passed_on(one, classes), **added})


def _passed_on(one: Picture, classes: Classes) -> dict[str, Any]:
    return {
        "source-ref": image_path(one),
        "split": one.split,
        "licence": one_line(one.licence),
        "author": one_line(one.author),
        "negatives": classes.names_of(one.negatives),
    }


def _single_label(one: Picture, classes: Classes) -> dict[str, Any] | None:
    if len(one.picked) != 1:
        return None
    (label,) = one.picked
    metadata = {"confidence": 1.0, "class-name": classes.name(label.key)}
    return _attribute("label", classes.number[label.key], metadata, "image-classification")


def _multi_label(one: Picture, classes: Classes) -> dict[str, Any]:
    numbers = classes.numbers_of(positives(one))
    if not numbers:
        return {}
    metadata = {
        "class-map": {str(number): classes.names[number] for number in numbers},
        "confidence-map": {str(number): 1.0 for number in numbers},
    }
    return _attribute("labels", numbers, metadata, "image-classification-multilabel")


def _boxes(one: Picture, classes: Classes) -> dict[str, Any] | None:
    if not one.boxes:
        return None
    annotations = []
    for box in one.boxes:
        left, top, right, bottom = whole_pixel_box(box, one)
        sides = {"left": left, "top": top, "width": right - left, "height": bottom - top}
        annotations.append({"class_id": classes.number[box.label_key], **sides})
    size = {"width": one.width_px, "height": one.height_px, "depth": 3}
    keys = sorted({box.label_key for box in one.boxes})
    metadata = {
        "objects": [{"confidence": 1.0} for _ in one.boxes],
        "class-map": {str(classes.number[key]): classes.name(key) for key in keys},
    }
    value = {"image_size": [size], "annotations": annotations}
    return _attribute("boxes", value, metadata, "object-detection")


def _attribute(name: str, value: Any, metadata: dict[str, Any], kind: str) -> dict[str, Any]:
    told = {
        **metadata,
        "job-name": f"labeling-job/{name}",
        "human-annotated": "yes",
        "creation-date": _NO_TIME,
        "type": f"groundtruth/{kind}",
    }
    return {name: value, f"{name}-metadata": told}
