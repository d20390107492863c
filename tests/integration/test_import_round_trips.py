"""What `hub export` writes comes in again: the same labels, verified negatives and boxes."""

import csv
import hashlib
from dataclasses import replace

import pytest

from hub.exports.formats import FORMATS
from hub.exports.target import Target
from hub.rules.labels import fold_name
from hub.rules.publishing import strip
from tests.fixtures.exported import box, label, picture, source_of
from tests.fixtures.pictures import camera_exif, drawn, encoded

IMPORTED_AS = {
    "folder": "folders",
    "csv": "folders",
    "coco": "coco",
    "ground-truth": "ground-truth",
    "annotations-csv": "annotations-csv",
    "annotations-json": "annotations-json",
    "imagefolder": "imagefolder",
    "open-images": "open-images",
}
# Pixels to 1/100, or whole ones; the others keep shares as they are.
TOLERANCE = {"coco": 0.0002, "ground-truth": 0.011}

APPLE = label("Apple", mid="/m/014j1m")
BEAR = label("Teddy bear", key="n_teddy_bear")
ODD = [
    label(name)
    for name in ('say "a", b', "=1+1", "-minus", "@at", "'tick", "Gr\u00fc\u00dfe \u96ea", "a;b|c")
]
ENTITY = label("Entity")


@pytest.fixture
def exported(importer, add_label):
    """Pictures of every state, some upright by EXIF alone, and their bytes."""
    for one in ODD:
        add_label(one.name)
    said = [
        {"picked": [APPLE], "boxes": [box(APPLE), box(APPLE, 0.3, 0.6, 0.1, 0.2)]},
        {"picked": [APPLE], "labels": [APPLE, BEAR], "negatives": ODD[:2], "split": "validation"},
        {"picked": [ENTITY], "negatives": [APPLE, BEAR], "split": "test"},
        {"picked": [APPLE, *ODD], "labels": [APPLE, *ODD], "boxes": [box(one) for one in ODD]},
        {
            "picked": [BEAR],
            "negatives": [APPLE],
            "boxes": [replace(box(BEAR), x_min=0.123457)],
            "author": '=Ann "A", B',
            "licence": "CC BY 2.0",
            "source": "https://example.org/a?b=1,2",
        },
    ]
    pictures, contents = [], {}
    for seed, one in enumerate(said):
        exif = {"exif": camera_exif(6)} if seed in (0, 4) else {}
        content = encoded(drawn(160, 120, seed=seed), **exif)
        sides = {"width_px": 120, "height_px": 160} if exif else {}
        pictures.append(picture(content, **one, **sides))
        contents[hashlib.sha256(content).hexdigest()] = content
    return source_of(pictures, contents)


@pytest.fixture
def photographs(importer, add_label, shared):
    """Real photographs, some stored in each of the eight orientations, with made-up boxes."""
    with open(shared / "photos" / "labels.csv", newline="", encoding="utf-8") as lines:
        labelled = (row for row in csv.DictReader(lines) if row["label"])
        rows = [row for row in labelled if row["format"] == "JPEG"][::16]
    files = [(shared / "photos" / row["path"], row["label"]) for row in rows]
    files += [(path, "Apple") for path in sorted((shared / "photos/orientation").glob("*.jpg"))]
    importer.intake = replace(importer.intake, max_bytes=2**26)
    names = sorted({name for _, name in files})
    for name in set(names) - {"Apple", "Teddy bear"}:
        add_label(name)
    pictures, contents = {}, {}
    for number, (path, name) in enumerate(files):
        content = path.read_bytes()
        stripped = strip(content)
        sides = (stripped.width_px, stripped.height_px)
        width, height = sides[::-1] if stripped.is_turned else sides
        shown, absent = label(name), label(names[names.index(name) - 1])
        x, y = round(0.6180339 * number % 0.8, 6), round(0.7548776 * number % 0.8, 6)
        one = picture(
            content,
            picked=[shown],
            negatives=[absent] if number % 2 else [],
            boxes=[box(shown, x, round(x + 0.2, 6), y, round(y + 0.15, 6))] if number % 3 else [],
            width_px=width,
            height_px=height,
            split=("train", "validation", "test")[number % 3],
        )
        pictures[one.image_id] = one
        contents[one.image_id] = content
    return source_of(pictures.values(), contents)


def wanted(source):
    """{image_id: (labels, negatives, boxes)}"""
    return {
        one.image_id: (
            {fold_name(it.name) for it in one.labels},
            {fold_name(it.name) for it in one.negatives},
            sorted((it.x_min, it.x_max, it.y_min, it.y_max) for it in one.boxes),
        )
        for one in source.pictures()
    }


def received(rows_of):
    """The same of what the catalogue has now."""
    found = {}
    for file_id, sha256, name in rows_of(
        "SELECT file_id, sha256, folded_name FROM submission_file JOIN submission"
        " USING (submission_id) JOIN label_name USING (label_id) WHERE NOT is_alias"
    ):
        labels, negatives, boxes = found.setdefault(sha256, (set(), set(), []))
        labels.add(name)
        negatives |= {
            each
            for each, _ in rows_of(
                "SELECT folded_name, 1 FROM file_claim JOIN label_name USING (label_id)"
                f" WHERE NOT is_alias AND value = 'negative' AND file_id = {file_id}"
            )
        }
        boxes += rows_of(
            f"SELECT x_min, x_max, y_min, y_max FROM file_box WHERE file_id = {file_id}"
        )
    return found


def go_round(name, source, folder, importer):
    target = Target(folder)
    with target.claimed(source.lock, name):
        FORMATS[name].write(source, target)
    importer(IMPORTED_AS[name], folder)
    assert importer.refused == []


def assert_alike(found, expected, *, name):
    assert found.keys() == expected.keys()
    for image_id, (labels, negatives, boxes) in expected.items():
        assert found[image_id][0] == labels
        assert found[image_id][1] == negatives
        sides = [pytest.approx(each, abs=TOLERANCE.get(name, 1e-9)) for each in boxes]
        assert sorted(found[image_id][2]) == sides


@pytest.mark.parametrize("name", sorted(IMPORTED_AS))
def test_an_export_comes_in_again_as_it_was(importer, exported, tmp_path, rows_of, name):
    go_round(name, exported, tmp_path / "out", importer)

    assert_alike(received(rows_of), wanted(exported), name=name)
    # The formats do not say which labels were verified, and nothing is made up.
    assert rows_of("SELECT * FROM file_claim WHERE value = 'positive'") == []
    credit = set(rows_of("SELECT DISTINCT licence, author FROM submission_file"))
    assert credit == {("CC BY 4.0", "Ann"), ("CC BY 2.0", '=Ann "A", B')}


@pytest.mark.parametrize("name", sorted(IMPORTED_AS))
def test_real_photographs_come_in_again_as_they_were(
    importer, photographs, tmp_path, rows_of, name
):
    go_round(name, photographs, tmp_path / "out", importer)
    assert_alike(received(rows_of), wanted(photographs), name=name)


def test_what_came_in_again_in_another_format_says_nothing_new(
    importer, exported, tmp_path, rows_of
):
    for name in ("folder", "open-images", "annotations-json", "imagefolder"):
        target = Target(tmp_path / name)
        with target.claimed(exported.lock, name):
            FORMATS[name].write(exported, target)
    first = importer("folders", tmp_path / "folder")
    assert first > 0
    for name in ("open-images", "annotations-json", "imagefolder"):
        assert importer(IMPORTED_AS[name], tmp_path / name) == 0
