import csv
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageOps

from hub.rules.checking import Limits, check
from hub.rules.pixels import pixels_sha256
from hub.rules.publishing import published_bytes

LIMITS = Limits(min_side_px=100, max_file_bytes=64 * 1024**2, max_pixels=100_000_000)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def checked(shared):
    """The verdict on every photograph, by its path."""
    folder = shared / "photos"
    paths = [path for path in folder.rglob("*") if path.suffix in (".jpg", ".png", ".JPG")]
    with ThreadPoolExecutor(2) as pool:
        verdicts = pool.map(lambda path: check(path.read_bytes(), limits=LIMITS), paths)
        return {str(path.relative_to(folder)): v for path, v in zip(paths, verdicts, strict=True)}


def test_all_labelled_photographs_are_good(shared, checked):
    labelled = [row for row in rows(shared / "photos" / "labels.csv") if row["label"]]
    assert len(labelled) == 949
    assert {checked[row["path"]].reason for row in labelled} == {None}


def test_places_are_those_of_the_list(shared, checked):
    for row in rows(shared / "photos" / "labels.csv"):
        photo = checked[row["path"]]
        if row["lat"]:
            place = (pytest.approx(float(row["lat"])), pytest.approx(float(row["lon"])))
            assert (photo.lat, photo.lon) == place
            assert photo.taken_at is not None
        else:
            assert (photo.lat, photo.lon) == (None, None)


def test_published_photographs_show_the_same_pixels_and_tell_nothing_else(shared):
    folder = shared / "photos"
    paths = [*folder.glob("images/*/*"), *folder.glob("orientation/*")]
    assert len(paths) > 949
    with ThreadPoolExecutor(2) as pool:
        assert [path for path in pool.map(_changed, paths) if path] == []


def _changed(path):
    content = path.read_bytes()
    format = Image.open(io.BytesIO(content)).format.lower().replace("mpo", "jpeg")
    published = published_bytes(content, format=format)
    before, after = (
        ImageOps.exif_transpose(Image.open(io.BytesIO(each))) for each in (content, published)
    )
    is_same = before.size == after.size and before.tobytes() == after.tobytes()
    is_bare = set(Image.open(io.BytesIO(published)).getexif()) <= {0x0112}
    is_final = published_bytes(published, format=format) == published
    return None if is_same and is_bare and is_final else path


def test_copies_that_differ_in_metadata_are_one_picture(shared, checked):
    pairs = made_pairs(shared, "metadata_changed")
    assert len(pairs) == 30
    assert all(checked[a].image_id == checked[b].image_id for a, b in pairs)


def test_copies_in_another_format_have_equal_pixels(shared, checked):
    pairs = made_pairs(shared, "same pixels in PNG")
    assert len(pairs) == 6
    folder = shared / "photos"
    for a, b in pairs:
        assert checked[a].image_id != checked[b].image_id
        first, second = (pixels_sha256((folder / path).read_bytes()) for path in (a, b))
        assert first == second


def made_pairs(shared, note):
    pairs = rows(shared / "photos" / "duplicates.csv")
    return [(row["path_a"], row["path_b"]) for row in pairs if row["note"].startswith(note)]


def test_only_true_copies_have_equal_reduced_copies(checked):
    of_labelled = [v for path, v in checked.items() if path.startswith("images/")]
    by_reduced = {}
    for verdict in of_labelled:
        by_reduced.setdefault(verdict.reduced_sha256, set()).add(verdict.image_id)
    assert {len(ids) for ids in by_reduced.values()} == {1}


def test_nine_orientations_look_the_same(checked):
    series = {path: v for path, v in checked.items() if path.startswith("orientation/")}
    assert len(series) == 9
    assert len({(v.width_px, v.height_px, v.phash) for v in series.values()}) == 1


def test_the_hash_finds_what_the_reference_finds(shared, checked):
    """The reference (SciPy's DCT) finds 86% within 4 and 97% within 10."""
    judged = [
        (checked[row["path_a"]], checked[row["path_b"]])
        for row in rows(shared / "photos" / "duplicates.csv")
        if row["expected"] == "duplicate"
    ]
    distances = [
        ((a.phash ^ b.phash) & (2**64 - 1)).bit_count()
        for a, b in judged
        if a.reason is None and b.reason is None
    ]
    assert len(distances) == 210
    assert sum(d <= 4 for d in distances) / len(distances) == pytest.approx(0.86, abs=0.02)
    assert sum(d <= 10 for d in distances) / len(distances) == pytest.approx(0.97, abs=0.02)
