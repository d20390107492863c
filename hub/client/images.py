"""Pictures as they are looked at."""

import io
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from PIL import Image, ImageOps

from hub.rules.manifests import Picture

Decoded: TypeAlias = tuple[Picture, Image.Image]


def decode(contents: Iterable[tuple[Picture, bytes]]) -> Iterator[Decoded]:
    """Yield each picture decoded and upright: boxes, widths and heights are those of this image.

    Its mode is that of the file, such as RGB, L or RGBA.
    """
    for picture, content in contents:
        image = Image.open(io.BytesIO(content))
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        yield picture, image
