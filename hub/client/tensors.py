"""A subset as a tf.data.Dataset that streams its pictures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from hub.client.borrowed import borrow
from hub.client.images import Decoded
from hub.rules.manifests import Picture

Kind: TypeAlias = Literal["first", "multi"]

UNKNOWN = -1
"""Class of a picture that shows none of the classes: it is there as a verified negative."""


@dataclass(frozen=True)
class _Classes:
    names: Sequence[str]

    def first(self, picture: Picture) -> np.int64:
        """Return the number of the first class that the picture shows, or UNKNOWN."""
        shown = {label.name for label in picture.picked}
        numbers = (number for number, name in enumerate(self.names) if name in shown)
        return np.int64(next(numbers, UNKNOWN))

    def states(self, picture: Picture) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return the target, 1 where the class is shown, and the mask, 1 where that is known."""
        # Not `labels`: a claim that the recipe does not count, as for want of a review, is unknown.
        shown = {label.name for label in picture.picked}
        absent = {label.name for label in picture.negatives} - shown
        target = np.array([name in shown for name in self.names], dtype=np.float32)
        mask = np.array([name in shown or name in absent for name in self.names], dtype=np.float32)
        return target, mask


def to_tf_data(
    decoded: Callable[[], Iterable[Decoded]],
    class_names: Sequence[str],
    *,
    size: int | tuple[int, int] | None,
    label: Kind,
    count: int | None,
) -> Any:
    """Make a dataset of upright RGB pictures, uint8 (height, width, 3), and what they show.

    `first`: (picture, class); `multi`: (picture, target, mask), each float32 (classes,). `count`
    is how many there are, if that is known. Its attribute `class_names` has the classes. Raises
    PackageMissing without TensorFlow.
    """
    tf = borrow("tensorflow", call="to_tf_data()", install="tensorflow-cpu")
    classes = _Classes(class_names)
    height, width = (size, size) if isinstance(size, int) else size or (None, None)
    told = [tf.TensorSpec((), tf.int64)]
    if label == "multi":
        told = [tf.TensorSpec((len(class_names),), tf.float32)] * 2

    def elements() -> Iterator[tuple[Any, ...]]:
        for picture, image in decoded():
            pixels = _pixels(image, height=height, width=width)
            if label == "multi":
                yield pixels, *classes.states(picture)
            else:
                yield pixels, classes.first(picture)

    dataset = tf.data.Dataset.from_generator(
        elements,
        output_signature=(tf.TensorSpec((height, width, 3), tf.uint8), *told),
    )
    if count is not None:
        dataset = dataset.apply(tf.data.experimental.assert_cardinality(count))
    dataset.class_names = list(class_names)
    return dataset


def _pixels(image: Image.Image, *, height: int | None, width: int | None) -> npt.NDArray[np.uint8]:
    rgb = image.convert("RGB")
    if height and width:
        rgb = rgb.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(rgb)
