"""What people do to a picture before they pass it on, made of the encoded file as they would."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

Rng = np.random.Generator
Range = tuple[float, float]

# Nobody makes a picture smaller than this.
_SMALLEST_SIDE_PX = 64
# What programs save at.
_QUALITIES = (85, 93)
# Of each form, how much at severity 1, 2 and 3.
_AMOUNTS: dict[str, tuple[Range, Range, Range]] = {
    # The side that is left.
    "resize": ((0.85, 0.95), (0.6, 0.85), (0.45, 0.6)),
    # The quality it is saved at.
    "recompress": ((80, 90), (60, 80), (40, 60)),
    # How much brighter, or darker.
    "brightness": ((0.03, 0.06), (0.06, 0.12), (0.12, 0.2)),
    # The part of each side that is cut off, at both ends together.
    "crop": ((0.01, 0.02), (0.02, 0.04), (0.04, 0.06)),
    # Its width as a part of the shorter side.
    "border": ((0.008, 0.012), (0.012, 0.02), (0.02, 0.03)),
    # The opacity of the writing.
    "watermark": ((0.25, 0.4), (0.4, 0.65), (0.65, 0.9)),
}
NEAR_FORMS = tuple(_AMOUNTS)
RELATED_FORMS = ("mirror", "turn", "big_crop")
# The part of each side that a big crop leaves.
_BIG_CROP = (0.55, 0.75)


@dataclass(frozen=True)
class Edit:
    """One way of changing a picture, and how much; what is not said here hangs on `seed`."""

    form: str
    amount: float
    severity: int
    """1: hardly seen, 2: seen beside the other, 3: seen at once."""
    quality: int
    """Of the JPEG that is saved."""
    seed: int

    def __str__(self) -> str:
        return f"{self.form}={self.amount:g} quality={self.quality}"


def choose_near(rng: Rng) -> Edit:
    """An edit after which it is still the same picture."""
    form = NEAR_FORMS[int(rng.integers(len(NEAR_FORMS)))]
    severity = int(rng.integers(1, 4))
    amount = round(float(rng.uniform(*_AMOUNTS[form][severity - 1])), 3)
    quality = int(rng.integers(*_QUALITIES))
    if form == "recompress":
        quality = round(amount)
        amount = float(quality)
    elif form == "brightness":
        amount = round(1 + (amount if rng.random() < 0.6 else -amount), 3)
    return Edit(form, amount, severity, quality, int(rng.integers(2**31)))


def choose_related(rng: Rng) -> Edit:
    """An edit after which it is another picture, that shows the same."""
    form = RELATED_FORMS[int(rng.integers(len(RELATED_FORMS)))]
    amount = {
        "mirror": 1.0,
        "turn": float(rng.choice([90, 270])),
        "big_crop": round(float(rng.uniform(*_BIG_CROP)), 3),
    }[form]
    return Edit(form, amount, 3, int(rng.integers(*_QUALITIES)), int(rng.integers(2**31)))


def apply(edit: Edit, jpeg: bytes) -> bytes:
    """Open a JPEG upright, change it, and save it without metadata."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(jpeg))).convert("RGB")
    changed = _DOERS[edit.form](picture, edit.amount, np.random.default_rng(edit.seed))
    encoded = io.BytesIO()
    changed.save(encoded, "JPEG", quality=edit.quality)
    return encoded.getvalue()


def _resize(picture: Image.Image, amount: float, _: Rng) -> Image.Image:
    scale = max(amount, _SMALLEST_SIDE_PX / min(picture.size))
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _leave(picture: Image.Image, _: float, __: Rng) -> Image.Image:
    return picture


def _brighten(picture: Image.Image, amount: float, _: Rng) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(amount)


def _crop(picture: Image.Image, amount: float, rng: Rng) -> Image.Image:
    """Cut off more at one end than at the other, but something at both."""
    return _cut(picture, 1 - amount, rng.uniform(0.3, 0.7, 2))


def _big_crop(picture: Image.Image, amount: float, rng: Rng) -> Image.Image:
    return _cut(picture, amount, rng.uniform(0.2, 0.8, 2))


def _cut(picture: Image.Image, left_over: float, place: np.ndarray) -> Image.Image:
    width, height = (round(side * left_over) for side in picture.size)
    left = round((picture.width - width) * float(place[0]))
    top = round((picture.height - height) * float(place[1]))
    return picture.crop((left, top, left + width, top + height))


def _border(picture: Image.Image, amount: float, rng: Rng) -> Image.Image:
    colour = ("white", "black", "#d8d2c4")[int(rng.integers(3))]
    return ImageOps.expand(picture, max(round(min(picture.size) * amount), 1), colour)


def _watermark(picture: Image.Image, amount: float, rng: Rng) -> Image.Image:
    """A line of writing near the bottom, as wide as a third of the picture."""
    text = f"(c) photos.example/{int(rng.integers(100, 999))}"
    sheet = Image.new("L", picture.size)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(max(picture.width / 32, 6))
    left, top, _, bottom = draw.textbbox((0, 0), text, font=font)
    x = rng.uniform(0.03, 0.6) * picture.width
    y = picture.height * rng.uniform(0.88, 0.93) - (bottom - top)
    draw.text((x - left, y - top), text, fill=round(255 * amount), font=font)
    return Image.composite(Image.new("RGB", picture.size, "white"), picture, sheet)


def _mirror(picture: Image.Image, _: float, __: Rng) -> Image.Image:
    return ImageOps.mirror(picture)


def _turn(picture: Image.Image, amount: float, _: Rng) -> Image.Image:
    quarter = Image.Transpose.ROTATE_90 if amount == 90 else Image.Transpose.ROTATE_270
    return picture.transpose(quarter)


_DOERS: dict[str, Callable[[Image.Image, float, Rng], Image.Image]] = {
    "resize": _resize,
    "recompress": _leave,
    "brightness": _brighten,
    "crop": _crop,
    "border": _border,
    "watermark": _watermark,
    "mirror": _mirror,
    "turn": _turn,
    "big_crop": _big_crop,
}
