import pytest
from PIL import Image

from hub.guarded import Bounds
from hub.redecoding import redecode
from hub.rules import augmenting, pixels
from hub.rules.looks import look_of
from hub.rules.publishing import strip
from hub.rules.reasons import Reason
from tests.fixtures.pictures import camera_exif, drawn, encoded

A = "a" * 64
TIGHT = Bounds(memory_bytes=24 * 1024**2)


@pytest.fixture(scope="module")
def decoder():
    with redecode(Bounds()) as ready:
        yield ready


def wide():
    """60 MB once it is decoded; a reduced copy of it takes little."""
    return encoded(drawn(80, 60).resize((5000, 3000)))


def test_what_comes_from_behind_the_guard_is_what_the_rules_give(decoder):
    content = encoded(drawn(700, 500), exif=camera_exif(6))
    derived = augmenting.augment(content, image_id=A, number=3)
    reduced = pixels.reduce(pixels.decode_scaled(strip(content)))
    assert decoder.pixels_sha256(content) == pixels.pixels_sha256(content)
    assert decoder.look(content) == look_of(reduced)
    assert decoder.derive(content, image_id=A, number=3) == derived


@pytest.mark.parametrize("content", [b"", b"no picture", encoded(drawn())[:900]])
def test_what_cannot_be_decoded_costs_itself_alone(decoder, content):
    assert decoder.pixels_sha256(content) is None
    assert decoder.look(content) is None
    assert decoder.derive(content, image_id=A, number=0) == Reason.CORRUPT
    assert decoder.pixels_sha256(encoded(drawn()))


def test_a_full_scale_that_breaks_the_bound_on_memory_has_no_digest():
    with redecode(TIGHT) as decoder:
        assert decoder.pixels_sha256(wide()) is None
        assert decoder.look(wide())
        assert decoder.derive(wide(), image_id=A, number=0)
        for sides in ((80, 60), (4000, 3000)):  # The second does not even go in.
            picture = encoded(drawn(*sides).resize((4000, 3000), Image.Resampling.BOX), "PNG")
            assert decoder.derive(picture, image_id=A, number=0) == Reason.TOO_MUCH_MEMORY
        assert decoder.pixels_sha256(encoded(drawn()))


def test_a_digest_that_takes_too_long_is_none():
    with redecode(Bounds(seconds=0.01)) as decoder:
        assert decoder.pixels_sha256(wide()) is None
        assert decoder.derive(encoded(drawn(4000, 3000), "PNG"), image_id=A, number=0) == "too_slow"
