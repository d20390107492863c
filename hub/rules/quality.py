"""Quality measures of a picture, taken on its reduced copy, and the issues that follow from them.

Kinds, formulas and thresholds are those of cleanvision 0.3; docs/quality.md tells where the reduced
copy makes a difference. All measures are rounded to six decimals, the same on every machine.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from hub.rules.hashing import on_white

QUALITY_KINDS = (
    "dark",
    "light",
    "blurry",
    "low_information",
    "odd_aspect_ratio",
    "odd_size",
    "greyscale",
)


class Threshold(NamedTuple):
    """Where a measure makes an issue of a picture."""

    measure: str
    """An attribute of `Measures`."""
    value: float
    is_issue_below: bool
    """Else above."""


THRESHOLDS = {
    "dark": Threshold("brightness_p99", 0.32, True),
    "light": Threshold("brightness_p5", 0.95, False),
    "blurry": Threshold("sharpness", 0.29, True),
    "low_information": Threshold("information", 0.3, True),
    "odd_aspect_ratio": Threshold("aspect_ratio", 0.35, True),
}
_IQRS = 3.0

# Thousandths: sums of whole numbers are the same on every machine.
_LIGHT_OF_RGB = (241, 691, 68)
_SHARPNESS_SIDE_PX = 64
_SHARPNESS_FACTOR, _LEAST_SPREAD = 0.01, 0.18
_ENTROPY_FACTOR = 0.1
_DECIMALS = 6


@dataclass(frozen=True)
class Measures:
    """What the quality of a picture is judged by; every number but the sides lies in 0..1."""

    width_px: int
    """Upright and of the whole picture, as is the height."""
    height_px: int
    brightness_p5: float
    """Twentieth part of the pixels that is darker, 0 black, 1 white; `brightness_p99` likewise."""
    brightness_p99: float
    information: float
    """A tenth of the entropy of the histogram, in bits, at most 1."""
    sharpness: float
    is_grey: bool

    @property
    def aspect_ratio(self) -> float:
        """Shorter side / longer side."""
        return min(self.width_px, self.height_px) / max(self.width_px, self.height_px)


def measure(reduced: Image.Image, *, width_px: int, height_px: int) -> Measures:
    """Measure an upright reduced copy (RGB or RGBA, sides of at most 256 pixels); clear is white.

    The sides are those of the picture it was made from.
    """
    picture = on_white(reduced)
    pixels = np.asarray(picture)
    histogram = picture.histogram()
    is_grey = _is_grey(pixels, histogram)
    lights = _lights(pixels)
    return Measures(
        width_px=width_px,
        height_px=height_px,
        brightness_p5=round(_percentile(lights, share=0.05), _DECIMALS),
        brightness_p99=round(_percentile(lights, share=0.99), _DECIMALS),
        # A grey picture has one channel, whether its file wrote it once or three times.
        information=round(_information(histogram[:256] if is_grey else histogram), _DECIMALS),
        sharpness=round(_sharpness(picture), _DECIMALS),
        is_grey=is_grey,
    )


def issues_of(measures: Measures) -> list[str]:
    """Return the kinds of `QUALITY_KINDS` that a picture shows by itself, in their order.

    `odd_size` is not among them: it depends on the hub's other pictures (`size_bounds`).
    """
    found = {"greyscale": measures.is_grey}
    for kind, (measure, value, is_issue_below) in THRESHOLDS.items():
        measured = getattr(measures, measure)
        found[kind] = measured < value if is_issue_below else measured > value
    return [kind for kind in QUALITY_KINDS if found.get(kind)]


def size_bounds(first: float, third: float) -> tuple[float, float]:
    """Return the least and the largest usual size (px, root of the area), of two quartiles.

    Three interquartile ranges below the first quartile of the hub's sizes and above the third.
    """
    return first - _IQRS * (third - first), third + _IQRS * (third - first)


def _is_grey(pixels: NDArray[np.uint8], histogram: list[int]) -> bool:
    if not histogram[:256] == histogram[256:512] == histogram[512:]:
        return False
    return bool((pixels == pixels[..., :1]).all())


def _lights(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return .241 R^2 + .691 G^2 + .068 B^2 in thousandths: rows x columns."""
    lights = np.zeros(pixels.shape[:2], dtype=np.int32)
    for channel, weight in enumerate(_LIGHT_OF_RGB):
        light = pixels[..., channel].astype(np.int32)
        light *= light
        light *= weight
        lights += light
    return lights


def _percentile(lights: NDArray[np.int32], *, share: float) -> float:
    """Return the brightness at a share of the pixels, between two of them in proportion.

    Brightness is sqrt(.241 R^2 + .691 G^2 + .068 B^2) / 255.
    """
    place = share * (lights.size - 1)
    below = int(place)
    above = min(below + 1, lights.size - 1)
    # All that is darker comes before: a third of the cost of sorting.
    parted = np.partition(lights, above, axis=None)
    low, high = (
        math.sqrt(light / 1000) / 255 for light in (parted[: below + 1].max(), parted[above])
    )
    return low + (high - low) * (place - below)


def _information(histogram: list[int]) -> float:
    counts = np.array(histogram)
    shares = counts[counts > 0] / counts.sum()
    return min(1.0, -_ENTROPY_FACTOR * float(shares @ np.log2(shares)))


def _sharpness(picture: Image.Image) -> float:
    """Return how much edges stand out at 64 pixels, plus how uneven the histogram is.

    1 - exp(-.01 x standard deviation) of each; the second counts only above 0.18.
    """
    grey = picture.convert("L")
    scale = max(grey.size) / _SHARPNESS_SIDE_PX
    if scale > 1:
        width_px, height_px = (max(int(side // scale), 1) for side in grey.size)
        grey = grey.resize((width_px, height_px), Image.Resampling.BICUBIC, reducing_gap=2.0)
    edges = np.asarray(grey.filter(ImageFilter.FIND_EDGES))
    spread = _saturated(np.array(grey.histogram()))
    return min(1.0, _saturated(edges) + (spread if spread > _LEAST_SPREAD else 0.0))


def _saturated(values: NDArray[np.generic]) -> float:
    whole = values.astype(np.int64).ravel()
    variance = (whole.size * int(whole @ whole) - int(whole.sum()) ** 2) / whole.size**2
    return 1 - math.exp(-_SHARPNESS_FACTOR * math.sqrt(variance))
