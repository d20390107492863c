import numpy as np
import pytest
from PIL import Image

from hub.rules.looks import LOOK_BYTES, decode_look, look_of
from tests.fixtures.pictures import drawn


def test_a_look_has_one_length_whatever_the_picture():
    for size in ((256, 192), (1, 1), (7, 256), (48, 48)):
        assert len(look_of(Image.new("RGB", size, "red"))) == LOOK_BYTES


def test_a_look_holds_the_grey_and_the_colour_of_each_place():
    picture = Image.new("RGB", (96, 96), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 48, 96, 96))
    look = decode_look(look_of(picture))
    assert look.grey[:24].round().max() == look.grey[:24].min() == 76
    assert look.grey[24:].max() == look.grey[24:].min() == 29
    # Cb is high where it is blue, Cr where it is red.
    assert look.colour[0, 8:].min() > 250 > 100 > look.colour[0, :8].max()
    assert look.colour[1, :8].min() > 250 > 128 > look.colour[1, 8:].max()


def test_clear_pixels_are_white():
    look = decode_look(look_of(Image.new("RGBA", (60, 40), (0, 0, 0, 0))))
    assert np.all(look.grey == 255)
    assert np.all(look.colour == 128)


def test_what_is_no_look_is_refused():
    with pytest.raises(ValueError, match="2816 bytes"):
        decode_look(look_of(drawn())[:-1])
