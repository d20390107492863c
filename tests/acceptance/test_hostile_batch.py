"""Every hostile file in one batch: each gets its verdict, and the pictures around are published."""

import io
import json
import os
from dataclasses import dataclass

import numpy as np
import pytest
from deltalake import DeltaTable
from PIL import Image

from hub.lake.tables import table_path
from tests.fixtures.judged import rows_of
from tests.unit.test_published_bytes import _GPS, _ORIENTATION, MARKS, exif_of, telling_of

STAGES = ("validate", "dedupe", "split", "publish", "augment")
GOOD = 30


@dataclass
class Mixed:
    hub: object
    report: object
    expected: dict
    """What `expected.csv` says of each hostile file, by its path."""
    named: list
    """Paths of good pictures whose names are hostile."""
    good: list
    became: dict
    """(outcome, reason) of every file, by its path as it was given."""


@pytest.fixture(scope="module")
def mixed(shared_hub, shared, draw, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    expected = {
        str(shared / "hostile" / row["path"]): row["expected"]
        for row in rows_of(shared / "hostile" / "expected.csv")
    }
    names = json.loads((shared / "hostile" / "upload_names.json").read_text())
    # One with a slash or a NUL cannot be the name of a file.
    possible = [n for n in names if "/" not in n and "\0" not in n and len(os.fsencode(n)) <= 255]
    named = [write(folder / name, draw(number)) for number, name in enumerate(possible)]
    good = [write(folder / f"good-{n}.jpg", draw(1000 + n, side=200)) for n in range(GOOD)]
    shared_hub.submit(*expected, *named, *good, labels=["Apple"])
    report = shared_hub.run(min_side_px=1)
    became = {
        path: (outcome, reason)
        for path, outcome, reason in shared_hub.ask(
            "SELECT path, outcome, reason FROM submission_file"
        )
    }
    return Mixed(shared_hub, report, expected, named, good, became)


def write(path, content):
    path.write_bytes(content)
    return str(path)


def reasons(mixed, *kinds):
    """Why each of the hostile files of some kinds was refused, or None, by its path."""
    return {path: mixed.became[path][1] for path, kind in mixed.expected.items() if kind in kinds}


def test_every_file_is_accounted_for_at_every_stage(mixed):
    files = len(mixed.became)
    assert files == len(mixed.expected) + len(mixed.named) + GOOD
    assert [
        (done.stage, done.rows_in, sum(done.rows_out.values())) for done in mixed.report.stages
    ] == [(stage, files, files) for stage in STAGES]


def test_nothing_that_is_broken_is_accepted(mixed):
    refused = reasons(mixed, "reject", "reject_or_unsupported")
    assert len(refused) > 300
    assert [path for path, reason in refused.items() if reason is None] == []


def test_nothing_that_is_valid_is_refused(mixed):
    taken = reasons(mixed, "accept", "accept_drop_gps")
    assert len(taken) > 90
    assert {path: reason for path, reason in taken.items() if reason} == {}
    odd = set(reasons(mixed, "accept_or_unsupported").values())
    assert odd <= {None, "unsupported_format", "animated"}


def test_no_place_is_kept_where_it_is_impossible(mixed):
    checked = DeltaTable(table_path(mixed.hub.settings.lake_root, "files_checked"))
    rows = checked.to_pyarrow_table(columns=["path", "lon", "lat"]).to_pylist()
    dropped = {path for path, kind in mixed.expected.items() if kind == "accept_drop_gps"}
    assert {(row["lon"], row["lat"]) for row in rows if row["path"] in dropped} == {(None, None)}


def test_the_pictures_around_are_published_whatever_their_names(mixed):
    assert len(mixed.named) > 28
    around = {mixed.became[path] for path in (*mixed.named, *mixed.good)}
    assert around == {("published", None)}


@pytest.fixture(scope="module")
def published(mixed):
    """(path, original, published bytes) of every published file."""
    images = DeltaTable(table_path(mixed.hub.settings.lake_root, "images"))
    content = {
        row["image_id"]: row["content"]
        for row in images.to_pyarrow_table(columns=["image_id", "content"]).to_pylist()
    }
    rows = mixed.hub.ask("SELECT path, image_id FROM submission_file WHERE outcome = 'published'")
    return [(path, read(path), content[image_id]) for path, image_id in rows]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_nothing_but_pixels_and_orientation_is_published(published):
    assert len(published) > 150
    assert [path for path, _, left in published if set(exif_of(left)) - {_ORIENTATION}] == []
    assert [path for path, _, left in published if any(mark in left for mark in MARKS)] == []
    assert sum(_GPS in exif_of(original) for _, original, _ in published) >= 4
    told = [(path, value) for path, original, _ in published for value in telling_of(original)]
    whole = {path: left for path, _, left in published}
    assert [path for path, value in told if value in whole[path]] == []


def test_the_pixels_are_those_of_the_original(published):
    compared = [(path, pixels(original), pixels(left)) for path, original, left in published]
    whole = [(path, before, after) for path, before, after in compared if before is not None]
    assert len(whole) > 0.9 * len(published)
    assert [path for path, before, after in whole if not np.array_equal(before, after)] == []


def pixels(content):
    """What Pillow decodes, or None where it will not."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return np.asarray(image)
    except Exception:
        return None


def test_the_stores_agree(mixed):
    assert mixed.hub.verify(read_bytes=True).differences == []
