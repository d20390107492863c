import numpy as np
from PIL import Image, ImageEnhance

from hub.rules.hashing import (
    PROBES,
    RADIUS_BITS,
    STORED,
    VARIANTS,
    Hashes,
    hash_picture,
    phash,
    turn,
)
from hub.rules.pixels import decode_upright
from hub.rules.publishing import strip
from tests.fixtures.pictures import drawn, encoded


def bits_between(first, second):
    return ((first ^ second) & (2**64 - 1)).bit_count()


def distance(first, second):
    return bits_between(phash(first), phash(second))


def closest_probe(newer, kept):
    """The probe of the newer picture that comes closest to a stored hash, and by how many bits."""
    stored = (kept.phash, kept.phash_crop5, kept.phash_crop10)
    found = [
        (min(bits_between(probe, one) for one in stored), number)
        for number, probe in enumerate(newer.probes)
    ]
    bits, number = min(found)
    return PROBES[number], bits


def turned(picture, variant):
    """The picture's pixels turned, by the same names as its hashes."""
    planes = [turn(np.asarray(plane), variant) for plane in picture.split()]
    return Image.fromarray(np.ascontiguousarray(np.stack(planes, axis=-1)))


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


def test_three_hashes_are_stored_and_are_probes_themselves():
    picture = drawn()
    hashes = hash_picture(picture)
    upright = {
        probe.box: value
        for probe, value in zip(PROBES, hashes.probes, strict=True)
        if probe.variant == 0
    }
    stored = (hashes.phash, hashes.phash_crop5, hashes.phash_crop10)
    assert stored == tuple(upright[box] for box in STORED)
    assert hashes.phash == phash(picture)


def test_a_mirrored_or_turned_picture_is_met_by_the_probe_of_that_variant():
    for seed in range(5):
        picture = drawn(200, 150, seed=seed)
        kept = hash_picture(picture)
        for variant in range(len(VARIANTS)):
            probe, bits = closest_probe(hash_picture(turned(picture, variant)), kept)
            # The probe turns the newer picture into the kept one, so it names the way back.
            back = {5: 6, 6: 5}.get(variant, variant)
            assert (probe.variant, bits <= 2) == (back, True), (seed, VARIANTS[variant])


def test_turns_are_named_as_pillow_turns():
    picture = drawn(60, 40)
    ways = {
        "mirrored": Image.Transpose.FLIP_LEFT_RIGHT,
        "flipped": Image.Transpose.FLIP_TOP_BOTTOM,
        "turned_180": Image.Transpose.ROTATE_180,
        "transposed": Image.Transpose.TRANSPOSE,
        "turned_right": Image.Transpose.ROTATE_270,
        "turned_left": Image.Transpose.ROTATE_90,
        "transversed": Image.Transpose.TRANSVERSE,
    }
    for name, way in ways.items():
        assert turned(picture, VARIANTS.index(name)).tobytes() == picture.transpose(way).tobytes()


def test_a_crop_is_met_whichever_came_first():
    met = 0
    for seed in range(20):
        picture = drawn(240, 200, seed=seed)
        crop = picture.crop((12, 10, 228, 190))
        one, other = hash_picture(picture), hash_picture(crop)
        pairs = ((one, other), (other, one))
        met += sum(closest_probe(*pair)[1] <= RADIUS_BITS for pair in pairs)
    assert met >= 38


def test_pictures_too_plain_for_a_hash_have_none():
    flat = Image.new("RGB", (120, 100), (90, 20, 200))
    ramp = Image.fromarray(np.tile(np.arange(120, dtype=np.uint8), (100, 1))).convert("RGB")
    noise = np.random.default_rng(1).integers(126, 129, (100, 120, 3), dtype=np.uint8)
    for plain in (flat, ramp, Image.fromarray(noise), Image.new("RGB", (1, 1))):
        assert hash_picture(plain) == Hashes()


def test_clear_pictures_are_hashed_on_white():
    clear = drawn().convert("RGBA")
    clear.putalpha(Image.new("L", clear.size, 128))
    white = Image.new("RGBA", clear.size, "white")
    assert hash_picture(clear) == hash_picture(Image.alpha_composite(white, clear).convert("RGB"))
