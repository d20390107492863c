from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hub.guarded import Bounds
from hub.rules.checking import check
from hub.rules.publishing import strip
from tests.fixtures.bounded import ANY_SIZE, judge_all
from tests.fixtures.pictures import camera_exif, drawn, encoded

SIDES = (2400, 1800)


def large():
    return drawn(80, 60).resize(SIDES, Image.Resampling.BICUBIC)


def with_alpha():
    picture = large().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(SIDES))
    return picture


def in_16_bits():
    values = np.arange(SIDES[0] * SIDES[1], dtype=np.uint32) % 65_536
    return Image.fromarray(values.astype(np.uint16).reshape(SIDES[::-1]))


FORMS = {
    "jpeg": (large, "JPEG", {}),
    "jpeg at full scale": (lambda: drawn(1020, 1000), "JPEG", {"subsampling": 0}),
    "progressive": (large, "JPEG", {"progressive": True}),
    "progressive at full chroma": (large, "JPEG", {"progressive": True, "subsampling": 0}),
    "progressive cmyk": (lambda: large().convert("CMYK"), "JPEG", {"progressive": True}),
    "png": (large, "PNG", {}),
    "png alpha": (with_alpha, "PNG", {}),
    "png opaque alpha": (lambda: large().convert("RGBA"), "PNG", {}),
    "png grey alpha": (lambda: large().convert("LA"), "PNG", {}),
    "png colour key": (large, "PNG", {"transparency": (1, 2, 3)}),
    "png palette": (lambda: large().quantize(16), "PNG", {}),
    "png palette, one clear": (lambda: large().quantize(16), "PNG", {"transparency": 3}),
    "png 16 bits": (in_16_bits, "PNG", {}),
    "png 1 bit": (lambda: large().convert("1"), "PNG", {}),
    "webp": (large, "WEBP", {"method": 0}),
    "webp alpha": (with_alpha, "WEBP", {"method": 0}),
    "webp lossless": (large, "WEBP", {"lossless": True, "method": 0, "quality": 0}),
}


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("form", FORMS)
def test_the_header_tells_what_the_checks_take(form, orientation):
    picture, format, options = FORMS[form]
    content = encoded(picture(), format, exif=camera_exif(orientation), **options)
    expected = strip(content).decode_bytes
    [verdict] = judge_all([content], bounds=Bounds(seconds=60, memory_bytes=expected))
    assert verdict.checked.reason is None
    assert verdict.peak_bytes <= expected


def test_what_would_not_fit_is_refused_by_its_header():
    content = encoded(drawn(), "PNG")
    expected = strip(content).decode_bytes
    assert check(content, limits=replace(ANY_SIZE, memory_bytes=expected)).reason is None
    refused = check(content, limits=replace(ANY_SIZE, memory_bytes=expected - 1))
    assert refused.reason == "too_many_pixels"
