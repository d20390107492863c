"""From published bytes to upright pixels, whole or scaled, the reduced copy, and digests."""

import io
from collections.abc import Callable
from hashlib import sha256

import numpy as np
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from hub.rules.publishing import strip
from hub.rules.stripped import Stripped

# Pillow's readers by name, not through Image.open: no other format can be reached, and the limit
# on pixels is the hub's own, checked on the header, instead of Pillow's global one.
_READERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "webp": WebPImageFile,
}

_SCALED_SIDE_PX = 512
_SCALES = (8, 4, 2)
"""What the inverse DCT gives for less than the whole, the smallest picture first."""
_REDUCED_SIDE_PX = 256
_BAND_PX = 256

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode_upright(stripped: Stripped) -> Image.Image:
    """Decode at full scale and set upright, in mode RGB, or RGBA if any pixel lets light through.

    Grey, palette and CMYK become RGB; 16 bits a channel become the upper 8. Raises what Pillow
    raises on broken data, which may be any exception, and ValueError if the sides are others than
    the header said.
    """
    return _decode(stripped, scale=1)


def decode_scaled(stripped: Stripped) -> Image.Image:
    """Decode as `decode_upright` does, a JPEG at the smallest scale that is enough for everything
    but the comparison of full pixels: 1/8, 1/4 or 1/2 where the longest side keeps 512 pixels.

    A JPEG's data are read whole at any scale, so that what is broken at one is broken at all.
    """
    longest_px = max(stripped.width_px, stripped.height_px)
    return _decode(stripped, scale=_scale(stripped, longest_px, kept_px=_SCALED_SIDE_PX))


def decode_least(stripped: Stripped, *, side_px: int) -> Image.Image:
    """Decode as `decode_upright` does, a JPEG at the smallest scale, 1/8, 1/4 or 1/2, at which no
    side is left with fewer pixels than `side_px`."""
    shortest_px = min(stripped.width_px, stripped.height_px)
    return _decode(stripped, scale=_scale(stripped, shortest_px, kept_px=side_px))


def reduce(picture: Image.Image) -> Image.Image:
    """Return the reduced copy: boxes of n x n pixels averaged, n the least for which no side
    exceeds 256 pixels (n = ceil(longest side / 256)); boxes at the right and lower edge may be cut.
    """
    return picture.reduce(-(-max(picture.size) // _REDUCED_SIDE_PX))


def digest(picture: Image.Image) -> str:
    """Return the sha256 of mode, sides and pixels, in hexadecimal."""
    width_px, height_px = picture.size
    header = f"{picture.mode} {width_px}x{height_px}\n".encode("ascii")
    summed = sha256(header)
    # Band by band: all at once, Pillow holds the pixels twice more, 800 MB of the largest picture.
    for top in range(0, height_px, _BAND_PX):
        band = picture.crop((0, top, width_px, min(top + _BAND_PX, height_px)))
        summed.update(band.tobytes())
    return summed.hexdigest()


def pixels_sha256(content: bytes) -> str:
    """Return the digest of a good picture's full upright pixels.

    Two files with one digest show the same picture, whatever their formats. Of two files of one
    format, equal digests imply equal reduced copies; a JPEG's is made at another scale.
    """
    return digest(decode_upright(strip(content)))


def _scale(stripped: Stripped, px: int, *, kept_px: int) -> int:
    """Return by how much a side of `px` may be divided: of a JPEG, so that `kept_px` are left."""
    scales = (scale for scale in _SCALES if stripped.format == "jpeg" and px // scale >= kept_px)
    return next(scales, 1)


def _decode(stripped: Stripped, *, scale: int) -> Image.Image:
    with _READERS[stripped.format](io.BytesIO(stripped.content)) as image:
        if image.size != (stripped.width_px, stripped.height_px):
            raise ValueError(f"decoder sees {image.size}")
        if scale > 1:
            image.draft(None, (max(image.width // scale, 1), max(image.height // scale, 1)))
        if stripped.format == "jpeg":
            # All at once: the data are in memory, and each further piece would be copied.
            image.decodermaxblock = len(stripped.content)
        image.load()
        picture = _plain(image)
    turn = _UPRIGHT.get(stripped.orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        grey = (np.asarray(image) >> 8).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    if image.has_transparency_data:
        picture = image if image.mode == "RGBA" else image.convert("RGBA")
        is_opaque = picture.getchannel("A").getextrema() == (255, 255)
        return picture.convert("RGB") if is_opaque else picture
    return image if image.mode == "RGB" else image.convert("RGB")
