"""The near-duplicate rule alone on the real photographs: every pair considered, without Spark."""

import io
import random
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageOps

from hub.rules.hashing import RADIUS_BITS, hash_picture
from hub.rules.likeness import BURST_LEVELS, Seen, burst_levels, judge, scene_of
from hub.rules.looks import look_of
from hub.rules.pixels import reduce
from tests.fixtures.changed import changes
from tests.fixtures.judged import rows_of

DECODED_SIDE_PX = 512
BENCHMARK_PICTURES = 150


def decoded(path):
    with Image.open(path) as image:
        longest = max(image.size)
        image.draft("RGB", tuple(max(1, side * DECODED_SIDE_PX // longest) for side in image.size))
        return ImageOps.exif_transpose(image).convert("RGB")


def seen(picture):
    reduced = reduce(picture)
    return Seen(*picture.size, hash_picture(reduced), look_of(reduced))


def candidates(pictures):
    """(newer, kept) of every pair whose hashes meet, both ways, without any index."""
    stored = np.array(
        [(p.hashes.phash, p.hashes.phash_crop5, p.hashes.phash_crop10) for p in pictures]
    )
    for newer, picture in enumerate(pictures):
        probes = np.array(picture.hashes.probes)
        bits = np.bitwise_count((probes[:, None, None] ^ stored).view(np.uint64))
        met = np.flatnonzero(bits.min(axis=(0, 2)) <= RADIUS_BITS)
        yield from ((newer, int(kept)) for kept in met if kept != newer)


@pytest.fixture(scope="module")
def pictures(photos):
    """Every photograph as the rule sees it, by its path."""
    files = sorted(path for path in photos.rglob("*") if path.suffix in (".jpg", ".jpeg", ".png"))
    return {str(path.relative_to(photos)): seen(decoded(path)) for path in files}


@pytest.fixture(scope="module")
def findings(pictures):
    """What the rule says of every pair of photographs: by (newer, kept)."""
    paths, all_seen = list(pictures), list(pictures.values())
    return {
        (paths[newer], paths[kept]): judge(all_seen[newer], all_seen[kept])
        for newer, kept in candidates(all_seen)
    }


def are_near(findings, first, second):
    found = findings.get((first, second)), findings.get((second, first))
    return [finding is not None and finding.relation == "near" for finding in found]


def test_the_judged_duplicates_are_found_whichever_came_first(findings, judged):
    pairs = [(p["path_a"], p["path_b"]) for p in judged if p["expected"] == "duplicate"]
    found = [pair for pair in pairs if all(are_near(findings, *pair))]
    assert len(found) >= 0.99 * len(pairs)


def test_no_look_alike_is_merged(findings, judged):
    pairs = [(p["path_a"], p["path_b"]) for p in judged if p["expected"] == "not_duplicate"]
    assert len(pairs) == 23
    assert [pair for pair in pairs if any(are_near(findings, *pair))] == []


def test_no_other_photographs_are_merged(findings, may_be_one):
    near = [pair for pair, found in findings.items() if found and found.relation == "near"]
    assert [pair for pair in near if not may_be_one(*pair)] == []


def test_mirrored_photographs_are_related_and_no_duplicates(findings, judged):
    pairs = [(p["path_a"], p["path_b"]) for p in judged if "mirror" in p["note"]]
    assert len(pairs) == 46
    assert {findings[pair].relation for pair in pairs} == {"mirrored"}


def test_shots_of_one_scene_are_a_burst_and_others_of_one_label_rarely(
    pictures, judged, photos, may_be_one
):
    bursts = [(p["path_a"], p["path_b"]) for p in judged if p["relation"] == "burst"]
    scenes = {path: scene_of(picture.look) for path, picture in pictures.items()}
    assert all(burst_levels(scenes[a], scenes[b]) <= BURST_LEVELS for a, b in bursts)
    by_label = {}
    for row in rows_of(photos / "labels.csv"):
        by_label.setdefault(row["label"], []).append(row["path"])
    others = [
        pair
        for paths in by_label.values()
        for pair in combinations(sorted(paths)[::3], 2)
        if not may_be_one(*pair)
    ]
    merged = sum(burst_levels(scenes[a], scenes[b]) <= BURST_LEVELS for a, b in others)
    assert merged <= 0.03 * len(others)


def benchmark_set(path, seed):
    """A photograph and its five changes."""
    picture = decoded(path)
    return [picture, *(saved(one) for one in changes(picture, seed))]


def saved(picture):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return Image.open(file).convert("RGB")


def test_transformed_pictures_are_related_and_hardly_any_other(photos, may_be_one):
    files = sorted((photos / "images").rglob("*.jp*g"))[:: 949 // BENCHMARK_PICTURES]
    made = [
        (str(path.relative_to(photos)), seen(one))
        for number, path in enumerate(files)
        for one in benchmark_set(path, number)
    ]
    random.Random(4).shuffle(made)
    right, wrong = 0, 0
    for newer, kept in candidates([picture for _, picture in made]):
        (path, picture), (other_path, other) = made[newer], made[kept]
        if newer < kept or judge(picture, other) is None:
            continue
        right += path == other_path
        wrong += not may_be_one(path, other_path)
    assert right >= 0.50 * 15 * len(files)
    assert right >= 0.99 * (right + wrong)
