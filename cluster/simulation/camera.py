"""The camera: vignette, colour cast, blur, exposure and the sensor's noise."""

import numpy as np
from PIL import Image, ImageFilter

from cluster.simulation.noise import Array, piece
from cluster.simulation.scenery import grid


def expose(pixels: Array, rng: np.random.Generator) -> Image.Image:
    """Turn light (rows, columns, 3; about 0..1) into an RGB picture as a phone would take it."""
    height, width = pixels.shape[:2]
    x, y = grid((width, height))
    falloff = 1 - np.float32(rng.uniform(0, 0.35)) * (x * x + (y - np.float32(0.5)) ** 2)
    cast = 1 + rng.normal(0, 0.04, 3)
    gain = (np.exp(rng.normal(0.1, 0.14)) * cast).astype(np.float32)
    lit = pixels * (falloff[..., None] * gain)
    lit = np.clip(lit, 0, 1.6)
    # A gentle shoulder, so that highlights bend instead of clipping.
    lit *= 1.08 - 0.18 * lit
    grain = np.float32(rng.uniform(0.006, 0.02))
    blur = rng.gamma(1.2, 0.35) * height / 480 if rng.random() < 0.6 else 0.0
    if blur > 0.3:
        sheet = Image.fromarray((np.clip(lit, 0, 1) * 255).astype(np.uint8))
        lit = np.asarray(sheet.filter(ImageFilter.GaussianBlur(min(blur, 2.2))), np.float32) / 255
    luma = piece(0.0, rng, shape=(height, width))
    chroma = piece(0.6, rng, shape=(height, width))
    noise = (np.float32(255) * grain) * luma
    tint = (np.float32(255 * 0.4) * grain) * chroma
    out = lit * np.float32(255) + np.float32(0.5)
    out += noise[..., None]
    out[..., 0] += tint
    out[..., 2] -= tint
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
