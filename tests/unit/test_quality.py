import math

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageStat

from hub.rules.pixels import reduce
from hub.rules.quality import (
    QUALITY_KINDS,
    Measures,
    issues_of,
    measure,
    size_bounds,
)
from hub.rules.reasons import REASON_OF_QUALITY
from tests.fixtures.pictures import drawn


def measured(picture):
    return measure(reduce(picture), width_px=picture.width, height_px=picture.height)


def issues(picture):
    return issues_of(measured(picture))


def detailed(side=256):
    """Squares in many colours, the same for every call: nothing is wrong with it."""
    colours = np.random.default_rng(5).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return Image.fromarray(colours).resize((side, side), Image.Resampling.NEAREST)


def of_colour(*colour, size=(200, 200)):
    return Image.new("RGB", size, colour)


def test_a_picture_with_light_edges_and_colours_has_no_issue():
    assert issues(detailed()) == []


def test_a_dark_picture_is_dark_until_one_pixel_in_a_hundred_is_not():
    picture = detailed().point(lambda value: value // 5)
    assert issues(picture) == ["dark"]
    picture.paste((255, 255, 255), (0, 0, 256, 4))
    assert "dark" not in issues(picture)


def test_a_white_page_is_light_until_one_pixel_in_twenty_is_not():
    page = of_colour(255, 255, 255)
    assert "light" in issues(page)
    page.paste((0, 0, 0), (0, 0, 200, 9))
    assert "light" in issues(page)
    page.paste((0, 0, 0), (0, 0, 200, 12))
    assert "light" not in issues(page)


def test_a_picture_without_edges_is_blurry():
    rows, columns = np.mgrid[:256, :256]
    greys = ((64 * columns + rows) // 128).astype(np.uint8)
    smooth = np.stack([greys] * 3, axis=2)
    assert "blurry" in issues(Image.fromarray(smooth))
    # The same greys in broad stripes, so that the histogram is equal.
    striped = np.random.default_rng(2).permutation(smooth.reshape(256, 32, 8, 3), axis=1)
    assert "blurry" not in issues(Image.fromarray(striped.reshape(256, 256, 3)))


def test_a_flat_picture_has_neither_edges_nor_information():
    measures = measured(of_colour(200, 60, 60))
    # Three channels of one value each: log2(3) bits.
    assert measures.information == pytest.approx(0.1 * math.log2(3), abs=1e-6)
    assert "low_information" in issues_of(measures)


def test_grey_is_what_shows_grey():
    grey = detailed().convert("L").convert("RGB")
    assert "greyscale" in issues(grey)
    grey.putpixel((100, 100), (99, 100, 101))
    assert "greyscale" not in issues(grey)
    # Equal histograms alone do not make a picture grey.
    swapped = np.zeros((100, 100, 3), np.uint8)
    swapped[:50, :, 0] = swapped[25:75, :, 1] = swapped[50:, :, 2] = 200
    assert not measured(Image.fromarray(swapped)).is_grey


def test_a_long_picture_is_odd_either_way():
    assert "odd_aspect_ratio" in issues(detailed().resize((100, 300)))
    assert "odd_aspect_ratio" in issues(detailed().resize((300, 100)))
    assert "odd_aspect_ratio" not in issues(detailed().resize((300, 105)))


def test_clear_pixels_count_as_white():
    clear = Image.new("RGBA", (120, 100), (0, 0, 0, 0))
    white = Image.new("RGB", (120, 100), "white")
    assert measured(clear) == measured(white)


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"brightness_p99": 0.31}, "dark"),
        ({"brightness_p5": 0.96}, "light"),
        ({"sharpness": 0.28}, "blurry"),
        ({"information": 0.29}, "low_information"),
        ({"width_px": 349}, "odd_aspect_ratio"),
        ({"is_grey": True}, "greyscale"),
    ],
)
def test_each_measure_has_its_threshold(changed, kind):
    bounds = {
        "width_px": 350,
        "height_px": 1000,
        "brightness_p5": 0.95,
        "brightness_p99": 0.32,
        "information": 0.3,
        "sharpness": 0.29,
        "is_grey": False,
    }
    assert issues_of(Measures(**bounds)) == []
    assert issues_of(Measures(**bounds | changed)) == [kind]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [(256, 192), (130, 256), (64, 40), (1, 1), (7, 256)])
def test_the_measures_are_those_of_the_formulas_in_floating_point(seed, size):
    picture = drawn(*size, seed=seed)
    measures = measure(picture, width_px=size[0], height_px=size[1])
    pixels = np.asarray(picture).astype(float)
    brightness = np.sqrt(pixels**2 @ (0.241, 0.691, 0.068)) / 255
    p5, p99 = np.percentile(brightness, (5, 99))
    assert measures.brightness_p5 == pytest.approx(p5, abs=1e-6)
    assert measures.brightness_p99 == pytest.approx(p99, abs=1e-6)
    assert measures.information == pytest.approx(min(1, picture.entropy() / 10), abs=1e-6)
    ratio = max(max(size) / 64, 1)
    grey = picture.resize([max(int(side // ratio), 1) for side in size]).convert("L")
    edges = math.sqrt(ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).var[0])
    spread = 1 - math.exp(-0.01 * np.std(grey.histogram()))
    sharpness = min(1, 1 - math.exp(-0.01 * edges) + (spread if spread > 0.18 else 0))
    # Here the order of resizing and greying differs.
    assert measures.sharpness == pytest.approx(sharpness, abs=0.03)


def test_a_usual_size_is_near_the_middle_half():
    assert size_bounds(400.0, 500.0) == (100.0, 800.0)
    # Where all sizes are equal any other is odd.
    assert size_bounds(554.0, 554.0) == (554.0, 554.0)


def test_every_kind_but_the_relative_one_may_be_refused():
    assert set(REASON_OF_QUALITY) == set(QUALITY_KINDS) - {"odd_size"}
