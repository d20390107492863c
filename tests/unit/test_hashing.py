import numpy as np
from PIL import Image, ImageEnhance

from hub.rules.hashing import phash
from hub.rules.pixels import decode_upright
from hub.rules.publishing import strip
from tests.fixtures.pictures import drawn, encoded


def distance(first, second):
    return ((phash(first) ^ phash(second)) & (2**64 - 1)).bit_count()


def floating_phash(picture):
    """The hash written as its source does, in floating point over the whole DCT."""
    grey = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS), dtype=float)
    index = np.arange(32)
    matrix = np.cos(np.pi * index[:, None] * (2 * index + 1) / 64)
    low = (matrix @ grey @ matrix.T)[:8, :8]
    return int(np.packbits(low > np.median(low)).view(">i8")[0])


def test_agrees_with_the_source_in_floating_point():
    pictures = [drawn(seed=seed) for seed in range(50)]
    assert [phash(picture) for picture in pictures] == [floating_phash(p) for p in pictures]


def test_survives_another_encoding_size_and_light():
    picture = drawn(400, 300)
    recompressed = decode_upright(strip(encoded(picture, quality=40)))
    assert distance(picture, recompressed) <= 4
    assert distance(picture, picture.resize((200, 150))) <= 4
    assert distance(picture, ImageEnhance.Brightness(picture).enhance(0.9)) <= 4


def test_tells_pictures_apart():
    distances = [distance(drawn(seed=0), drawn(seed=seed)) for seed in range(1, 30)]
    assert min(distances) > 10


def test_flat_pictures_hash_alike_whatever_their_colour():
    hashes = {phash(Image.new("RGB", (120, 100), (level,) * 3)) for level in range(1, 256)}
    assert len(hashes) == 1


def test_clear_pixels_count_as_white():
    clear = Image.new("RGBA", (120, 100), (0, 0, 0, 0))
    clear.paste((9, 9, 9, 255), (10, 10, 60, 60))
    white = Image.new("RGB", (120, 100), "white")
    white.paste((9, 9, 9), (10, 10, 60, 60))
    assert phash(clear) == phash(white)
