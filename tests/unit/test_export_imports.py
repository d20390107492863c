"""What a hub exports another hub imports: labels, verified negatives and boxes come along."""

from pathlib import Path

import pytest

from hub.imports.formats import IMPORTS
from hub.imports.found import Order
from hub.services.exports import export
from tests.fixtures.exported import box, file_sha256, label, picture, sha256, source_of
from tests.fixtures.pictures import drawn, encoded

APPLE, PEAR = label("Apple", mid="/m/014j1m"), label("Pear", mid="/m/061_f")
CAR, ODD = label('Fiat 500 "topolino", red'), label("Ünï 苹果")
CONTENTS = [encoded(drawn(seed=seed)) for seed in range(4)]

ROUND_TRIPS = {
    "folder": ("folders", ""),
    "csv": ("folders", ""),
    "coco": ("coco", ""),
    "open-images": ("open-images", ""),
    "ground-truth": ("ground-truth", "multi-label/manifests/output/output.manifest"),
    "annotations-csv": ("annotations-csv", ""),
    "annotations-json": ("annotations-json", ""),
    "imagefolder": ("imagefolder", ""),
}
WITHOUT_NEGATIVES = ("annotations-csv", "annotations-json")
WITHOUT_BOXES = ("annotations-csv", "ground-truth")


def name_of(said):
    return {"/m/014j1m": "Apple", "/m/061_f": "Pear"}.get(said.mid, said.name)


def boxes_of(found):
    width, height = found.stated_px if found.in_pixels else (1, 1)
    return {
        (
            name_of(one.label),
            *(round(side / width, 2) for side in (one.place.x_min, one.place.x_max)),
            *(round(side / height, 2) for side in (one.place.y_min, one.place.y_max)),
        )
        for one in found.boxes
    }


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_what_is_exported_is_imported_as_it_was(name, tmp_path):
    one, two, three, four = CONTENTS
    pictures = [
        picture(one, picked=[APPLE, ODD], negatives=[PEAR], boxes=[box(APPLE)]),
        picture(two, picked=[PEAR], split="validation", boxes=[box(PEAR, 0.0, 1.0, 0.5, 1.0)]),
        picture(three, picked=[CAR], split="test"),
        picture(four, picked=[APPLE], negatives=[CAR], split="none"),
    ]
    source = source_of(pictures, {sha256(it): it for it in CONTENTS})
    export(source, name, folder=tmp_path / "out")

    format_name, below = ROUND_TRIPS[name]
    images = str(tmp_path / "out") if below else None
    order = Order(str(tmp_path / "out" / below), images=images)
    found = {file_sha256_of(one): one for one in IMPORTS[format_name](order)}

    assert found.keys() == {one.image_id for one in pictures}
    for wanted in pictures:
        got = found[wanted.image_id]
        assert {name_of(it) for it in got.labels} == {it.name for it in wanted.labels}
        if name not in WITHOUT_NEGATIVES:
            assert {name_of(it) for it in got.negatives} == {it.name for it in wanted.negatives}
        if name not in WITHOUT_BOXES:
            names = {it.key: it.name for it in wanted.labels}
            assert boxes_of(got) == {
                (names[it.label_key], it.x_min, it.x_max, it.y_min, it.y_max) for it in wanted.boxes
            }


def file_sha256_of(found):
    return file_sha256(Path(found.place))
