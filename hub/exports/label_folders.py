"""Export `folder`: a folder a label with its pictures, as most training code expects."""

from collections.abc import Mapping

from hub.exports import beside
from hub.exports.naming import file_names
from hub.exports.source import Source
from hub.exports.states import list_classes
from hub.exports.target import Target
from hub.rules.manifests import LabelRef, Picture

ABOUT = """
- `images/<label>/`: the pictures that show a label that was picked. One that shows several lies
  under each, as one file on disk with several names (hard links; copies where a disk has none).
- `negatives/not <label>/`: pictures that are verified not to show it.
- `labels.csv`: all labels of every picture; `folders.csv`: where each label's pictures lie and each
  picture's split; `boxes.csv`: boxes, in shares of the upright picture's sides.
"""


def write(source: Source, target: Target) -> None:
    """Write the pictures by label, with tables of labels, places and boxes."""
    classes = list_classes(source.pictures())
    folders = file_names(classes.labels)
    wanted = frozenset(source.lock.recipe.picked)

    def paths(picture: Picture) -> list[str]:
        return _paths(picture, folders, wanted)

    target.put_pictures(source, lambda picture: paths(picture)[0])
    for one in source.pictures():
        first, *others = paths(one)
        for other in others:
            target.link(first, other)
    rows = (
        (path, one.image_id, one.split, *beside.label_cells(label), state)
        for one in source.pictures()
        for path, (label, state) in zip(paths(one), _places(one, wanted), strict=True)
    )
    header = ("path", "image_id", "split", "label", "mid", "label_key", "state")
    target.put("folders.csv", beside.csv_lines(header, rows))
    beside.put_labels(source, target)
    beside.put_boxes(source, target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=lambda picture: paths(picture)[0])


def _paths(picture: Picture, folders: Mapping[str, str], wanted: frozenset[str]) -> list[str]:
    return [
        f"images/{folders[label.key]}/{picture.file_name}"
        if state == "positive"
        else f"negatives/not {folders[label.key]}/{picture.file_name}"
        for label, state in _places(picture, wanted)
    ]


def _places(picture: Picture, wanted: frozenset[str]) -> list[tuple[LabelRef, str]]:
    """Return the labels under which a picture lies, at least one, each with its state.

    Of the labels that it does not show, those that were picked are told; where there are none, as
    of a picture that is there for a wider label that it does not show, all of them.
    """
    asked = [label for label in picture.negatives if label.name in wanted]
    absent = asked if asked or picture.picked else picture.negatives
    return [
        *((label, "positive") for label in picture.picked),
        *((label, "negative") for label in absent),
    ]
