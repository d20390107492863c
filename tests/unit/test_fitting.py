"""The pixels that a network sees of a picture, and how TensorFlow warps them."""

import io
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hub.guarded import Bounds
from hub.redecoding import redecode
from hub.rules.fitting import fit
from hub.rules.reasons import Reason
from tests.fixtures.exported import train_python
from tests.fixtures.pictures import camera_exif, drawn, encoded

ROOT = Path(__file__).parents[2]
WARPING = ROOT / "tests" / "fixtures" / "warping.py"


def fitted(content, side=64):
    pixels = np.frombuffer(fit(content, side), np.uint8)
    return pixels.reshape(side, side, 3).astype(int)


def test_the_whole_picture_is_squashed_into_the_square():
    picture = drawn(320, 96)
    expected = np.asarray(picture.resize((64, 64), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(fitted(encoded(picture, "PNG")) - expected).mean() < 2


def test_a_picture_that_lies_on_its_side_is_set_upright():
    picture = drawn(200, 120)
    content = encoded(picture, quality=95, exif=camera_exif(6))
    upright = encoded(picture.transpose(Image.Transpose.ROTATE_270), "PNG")
    assert np.abs(fitted(content) - fitted(upright)).mean() < 3


@pytest.mark.parametrize("side", [32, 64, 100, 300])
def test_a_jpeg_that_is_decoded_smaller_looks_as_if_it_were_not(side):
    content = encoded(drawn(1600, 900), quality=95)
    whole = Image.open(io.BytesIO(content)).convert("RGB")
    expected = np.asarray(whole.resize((side, side), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(fitted(content, side) - expected).mean() < 2


def test_what_lets_light_through_is_white():
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((200, 10, 10, 255), (0, 0, 50, 100))
    pixels = fitted(encoded(picture, "PNG"), 32)
    assert (pixels[:, -8:] == 255).all()
    assert (pixels[:, :8] == (200, 10, 10)).all()


def test_grey_and_tiny_pictures_fill_the_square_too():
    assert (fitted(encoded(Image.new("L", (3, 2), 77), "PNG"), 32) == 77).all()


def test_the_guard_gives_the_same_pixels_and_outlives_what_is_broken():
    content = encoded(drawn(300, 200))
    with redecode(Bounds()) as decoder:
        assert decoder.fit(content[:900], side=48) == Reason.CORRUPT
        assert decoder.fit(content, side=48) == fit(content, 48)


def test_tensorflow_warps_as_pillow_does():
    """In the training environment: both derive the same pictures of the same recipe."""
    said = subprocess.run(
        [train_python(), str(WARPING)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    differences = json.loads(said.stdout.splitlines()[-1])
    assert len(differences) == 12
    for one in differences:
        # Pillow cuts fractions off, TensorFlow keeps them: half a level of 255 is to be expected.
        assert one["mean"] < 0.6
        assert one["most"] <= 2.0
        assert one["mean_of_another"] > 5
