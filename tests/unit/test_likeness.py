from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from hub.rules.hashing import hash_picture
from hub.rules.likeness import BURST_LEVELS, RULE_VERSION, Seen, burst_levels, judge, scene_of
from hub.rules.looks import look_of
from hub.rules.pixels import decode_upright, reduce
from hub.rules.publishing import strip
from tests.fixtures.pictures import drawn, encoded


def scene(seed, size=(640, 480)):
    """A picture with structure at every scale, as photographs have it; one for each seed."""
    picture = drawn(*size, seed=seed)
    for cells in (12, 24, 48):
        finer = drawn(cells, cells * 3 // 4, seed=1000 * cells + seed).resize(size)
        picture = Image.blend(picture, finer, 0.35)
    return picture


def seen(picture):
    reduced = reduce(picture)
    return Seen(*picture.size, hash_picture(reduced), look_of(reduced))


def relations(first, second):
    """The relation that is found with the one and with the other as the newer picture."""
    found = judge(seen(first), seen(second)), judge(seen(second), seen(first))
    return [finding.relation if finding else None for finding in found]


def marked(picture):
    """The picture with a pale line of text across its lower part."""
    copy = picture.copy()
    ImageDraw.Draw(copy, "RGBA").text((60, 400), "SAMPLE", fill=(255, 255, 255, 150), font_size=40)
    return copy


COPIES = {
    "the same": lambda picture: picture,
    "half the size": lambda picture: picture.resize((320, 240)),
    "recompressed": lambda picture: decode_upright(strip(encoded(picture, quality=30))),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.25),
    "less contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(0.7),
    "a small crop": lambda picture: picture.crop((20, 16, 615, 470)),
    "framed": lambda picture: ImageOps.expand(picture, 16, "white"),
    "marked": marked,
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_near_whichever_came_first(kind):
    picture = scene(3)
    assert relations(COPIES[kind](picture), picture) == ["near", "near"]


RELATED = {
    "mirrored": ImageOps.mirror,
    "flipped": ImageOps.flip,
    "turned right": lambda picture: picture.transpose(Image.Transpose.ROTATE_270),
    "turned left": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    "cropped": lambda picture: picture.crop((40, 30, 600, 450)),
    "squeezed": lambda picture: picture.resize((480, 480)),
}
NAMES = {
    "mirrored": "mirrored",
    "flipped": "mirrored",
    "turned right": "turned",
    "turned left": "turned",
    "upside down": "turned",
    "cropped": "cropped",
    "squeezed": "alike",
}


@pytest.mark.parametrize("kind", RELATED)
def test_a_changed_picture_is_related_and_no_duplicate(kind):
    picture = scene(3)
    assert relations(RELATED[kind](picture), picture) == [NAMES[kind]] * 2


def test_a_finding_says_how_far_hashes_and_looks_are_apart():
    picture = scene(1)
    same = judge(seen(picture), seen(picture))
    changed = judge(seen(marked(picture)), seen(picture))
    assert (same.distance, round(same.look_distance, 3)) == (0, 0)
    assert 0 < changed.look_distance < 0.25
    assert changed.distance <= 5
    assert RULE_VERSION == 2


def test_different_pictures_are_not_related():
    pictures = [seen(scene(seed)) for seed in range(12)]
    assert not any(judge(a, b) for a in pictures for b in pictures if a is not b)


def test_the_same_picture_in_another_colour_is_alike_and_no_duplicate():
    picture = scene(4)
    luma, *_ = picture.convert("YCbCr").split()
    dyed = [
        Image.merge("YCbCr", (luma, *(Image.new("L", luma.size, level) for level in levels)))
        for levels in ((90, 160), (160, 90))
    ]
    assert relations(*(one.convert("RGB") for one in dyed)) == ["alike", "alike"]


def test_plain_pictures_are_never_related_by_their_looks():
    flat = seen(Image.new("RGB", (300, 200), "navy"))
    assert judge(flat, flat) is None
    assert judge(seen(scene(1)), flat) is None
    assert judge(flat, seen(scene(1))) is None


def test_a_kept_picture_needs_no_probes():
    newer, whole = seen(scene(2)), seen(scene(2))
    kept = replace(whole, hashes=replace(whole.hashes, probes=()))
    assert judge(newer, kept) == judge(newer, whole)


def test_shots_of_one_scene_may_move_and_others_are_told_apart():
    scenery = scene(5, (800, 600))
    first, moved, night = (
        scene_of(seen(picture).look)
        for picture in (
            scenery.crop((0, 0, 640, 480)),
            scenery.crop((60, 40, 700, 520)),
            ImageEnhance.Brightness(scenery).enhance(0.4),
        )
    )
    assert burst_levels(first, first) == 0
    assert 0 < burst_levels(first, moved) == burst_levels(moved, first) <= BURST_LEVELS
    assert burst_levels(first, night) > BURST_LEVELS


def test_scenes_are_compared_many_at_once():
    scenes = np.stack([scene_of(seen(scene(number)).look) for number in range(3)])
    levels = burst_levels(scenes, scenes[[1, 2, 0]])
    assert levels.tolist() == [
        pytest.approx(burst_levels(scenes[one], scenes[other]))
        for one, other in [(0, 1), (1, 2), (2, 0)]
    ]
