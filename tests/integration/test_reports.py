"""Reports of real stores: what they count, which pictures they show, and what they do without."""

import io
import json
import shutil
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageOps

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import reports
from hub.config import Settings
from hub.errors import LakeUnreadable, NotFound
from hub.lake.checked import find_checked
from hub.lake.packs import read_pack
from hub.reports.batch import MOST_FILES, MOST_PAIRS, report_batch
from hub.reports.rendering import render_batch
from hub.reports.sheet import collect_sheet
from hub.services.batches import due_batch
from hub.services.label_changes import add_label
from tests.fixtures.claims import Pictures
from tests.fixtures.world import World, image_of, write_lake

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCRIPT = "<script>alert(1)<b>.jpg"


def changed(content, change, **options):
    """The file of a picture that was opened, changed and saved anew."""
    saved = io.BytesIO()
    change(Image.open(io.BytesIO(content))).save(saved, "JPEG", **options)
    return saved.getvalue()


def in_page(content):
    return b64encode(content).decode()


def thumbnails(hub):
    """The packs' thumbnails by path: the last component of each."""
    files = dict(hub.ask("SELECT file_id, path FROM submission_file"))
    checked = find_checked(hub.settings.lake_root, dict.fromkeys(files, 1))
    found = dict(
        read_pack(
            hub.settings.objects_root, {one.packed for one in checked.values()}, "thumbnail_299"
        )
    )
    return {files[n].rpartition("/")[2]: found[one.packed] for n, one in checked.items()}


@pytest.fixture
def crowded(new_hub, folder, draw):
    """One batch of two suppliers: good files, duplicates, a mirrored one, bad ones."""
    hub = new_hub()
    pictures = {f"{n:02}.jpg": draw(n, side=160) for n in range(20)}
    first = pictures["00.jpg"]
    ann = pictures | {
        "copy.jpg": first,
        "resaved.jpg": changed(pictures["01.jpg"], lambda picture: picture, quality=60),
        "mirrored.jpg": changed(pictures["02.jpg"], ImageOps.mirror, quality=95),
        "dark.jpg": changed(draw(50, side=160), lambda p: p.point(lambda v: v // 8), quality=95),
    }
    ben = {
        SCRIPT: draw(60, side=160),
        "bad.jpg": b"no picture",
        **{f"empty {n:02}.jpg": b"" for n in range(MOST_FILES + 2)},
    }
    hub.submit(folder("ann", ann), labels=["Apple"])
    hub.submit(folder("ben", ben), labels=["Pear"], supplier="ben <i>")
    hub.run()
    return hub


def test_a_batch_is_reported_with_its_pictures_and_without_them(crowded):
    settings = crowded.settings
    with crowded.open_db() as db:
        report, pictures = report_batch(db, settings, None, now=NOW)
        page = render_batch(report, pictures)

    counted = {(row.outcome, row.reason, row.relation): row.files for row in report.outcomes}
    assert counted == {
        ("published", None, None): 23,
        ("duplicate", None, "bytes"): 1,
        ("duplicate", None, "near"): 1,
        ("rejected", "empty_file", None): MOST_FILES + 2,
        ("rejected", "not_an_image", None): 1,
    }
    assert [
        (part.name, part.files, part.published, part.duplicate, part.rejected)
        for part in report.suppliers.shown
    ] == [
        ("ann", 24, 22, 2, 0),
        ("ben <i>", MOST_FILES + 4, 1, 0, MOST_FILES + 3),
    ]
    assert [
        (one.files.name, one.files.files, one.splits.images) for one in report.labels.shown
    ] == [
        ("Apple", 24, 22),
        ("Pear", MOST_FILES + 4, 1),
    ]
    assert sum(split.images for split in report.splits) == 23

    [empty] = [one for one in report.rejected if one.reason == "empty_file"]
    assert (empty.total, len(empty.shown)) == (MOST_FILES + 2, MOST_FILES)
    assert f"{MOST_FILES} of {MOST_FILES + 2} files shown." in page

    found = thumbnails(crowded)
    pairs = {
        (pair.relation, *(one.path.rpartition("/")[2] for one in (pair.later, pair.earlier)))
        for some in (*report.duplicates, *report.related)
        for pair in some.shown
    }
    ends = {(relation, frozenset(names)) for relation, *names in pairs}
    assert ends == {
        ("bytes", frozenset({"copy.jpg", "00.jpg"})),
        ("near", frozenset({"resaved.jpg", "01.jpg"})),
        ("mirrored", frozenset({"mirrored.jpg", "02.jpg"})),
    }
    for name in ("copy.jpg", "resaved.jpg", "01.jpg", "mirrored.jpg", "dark.jpg"):
        assert in_page(found[name]) in page

    assert report.quality.files == 25
    [dark] = [issue for issue in report.quality.issues if issue.kind == "dark"]
    assert [file.path.rpartition("/")[2] for file in dark.shown] == ["dark.jpg"]
    assert sum(report.quality.histograms["sharpness"].counts) == 25
    assert report.derived
    for derived in report.derived:
        assert derived.original.split == "train"
        assert in_page(pictures.derived[derived.original.image_id, 0]) in page

    assert "<script" not in page
    assert "ben &lt;i&gt;" in page

    shutil.rmtree(Path(settings.objects_root) / "thumbnails")
    with crowded.open_db() as db:
        report_again, none = report_batch(db, settings, 1, now=NOW)
        bare = render_batch(report_again, none)
    assert report_again == report
    assert not none.thumbnails
    assert bare.count("no preview kept") == page.count("data:image/jpeg") - len(report.derived)


def test_the_commands_write_a_page_each_and_print_where_it_is(world, database_url, tmp_path):
    hub = Hub(
        {
            "HUB_DATABASE_URL": database_url,
            "HUB_HOME": str(tmp_path / "home"),
            "HUB_LAKE_ROOT": world.lake_root,
        }
    )

    def run(*words):
        return CliRunner().invoke(cli, words, obj=hub)

    home = tmp_path / "home" / "reports"
    assert run("job", "report").stdout == f"{home / 'batch-2.html'}\n"
    assert "Batch 2" in (home / "batch-2.html").read_text()
    elsewhere = tmp_path / "a folder" / "page.html"
    document = json.loads(run("job", "report", "1", "--output", str(elsewhere), "--json").stdout)
    assert document["page"] == str(elsewhere)
    assert document["batch"]["batch_no"] == 1
    assert "Batch 1" in elsewhere.read_text()
    assert document["rejected"][0]["shown"][0]["path"] == "bad.jpg"
    [pairs] = document["duplicates"]
    assert (pairs["relation"], pairs["total"]) == ("bytes", 1)
    assert pairs["shown"][0]["earlier"]["path"] == "a.jpg"

    assert run("duplicate", "sheet").stdout == f"{home / 'duplicates.html'}\n"
    sheet = json.loads(run("duplicate", "sheet", "--limit", "1", "--json").stdout)
    assert (sheet["total"], [pair["later"]["path"] for pair in sheet["shown"]]) == (
        2,
        ["a-again.jpg"],
    )
    assert "1 of 2 duplicates shown." in (home / "duplicates.html").read_text()
    near = json.loads(run("duplicate", "sheet", "--relation", "near", "--json").stdout)
    assert (near["total"], near["shown"], near["asked"]) == (0, [], {"relation": "near"})
    assert near["page"] is None
    nowhere = tmp_path / "nowhere.html"
    none = run("duplicate", "sheet", "--relation", "near", "--output", str(nowhere))
    assert (none.exit_code, "No such file repeats" in none.stdout) == (0, True)
    assert not nowhere.exists()
    of_picture = run("duplicate", "sheet", "--image", image_of("a.jpg")[:9], "--json").stdout
    assert json.loads(of_picture)["total"] == 2

    missing = run("job", "report", "9")
    assert missing.exit_code != 0
    assert isinstance(missing.exception, NotFound)


@pytest.fixture
def settings(world: World, tmp_path):
    return Settings.from_env({"HUB_HOME": str(tmp_path / "home"), "HUB_LAKE_ROOT": world.lake_root})


def test_an_open_batch_is_reported_as_far_as_it_is_known(world, settings):
    batch = due_batch(world.db, batch_files=1000)
    world.db.commit()
    for is_checked in (False, True):
        if is_checked:
            write_lake(world, batch)
        report, pictures = report_batch(world.db, settings, None, now=NOW)
        assert (report.batch.batch_no, report.batch.ended_at) == (3, None)
        assert [(row.outcome, row.files) for row in report.outcomes] == [("pending", 1)]
        assert "not ended" in render_batch(report, pictures)


def test_pairs_say_where_each_side_came_from(world, settings):
    report, _ = report_batch(world.db, settings, 2, now=NOW)
    [related] = report.related
    [pair] = related.shown
    assert (pair.later.path, pair.later.batch_no) == ("b.jpg", 2)
    assert (pair.earlier.path, pair.earlier.batch_no) == ("a.jpg", 1)
    assert pair.look_distance == pytest.approx(0.123, abs=0.001)
    [repeated] = report.duplicates
    assert repeated.shown[0].later.label == "dog"
    assert repeated.shown[0].earlier.label == "cat"


def test_the_lake_of_the_first_release_is_reported_without_measures(
    as_the_last_release, world, settings
):
    report, pictures = report_batch(world.db, settings, 1, now=NOW)
    assert report.quality.files == 0
    assert "No file of this batch was measured." in render_batch(report, pictures)


def test_a_lost_file_of_the_lake_is_told_in_one_sentence(world, settings):
    for path in world.path("files_checked").glob("*.parquet"):
        path.unlink()
    with pytest.raises(LakeUnreadable, match=r"files_checked.* of the lake is missing"):
        report_batch(world.db, settings, 1, now=NOW)


def test_before_the_first_batch_there_is_nothing_to_report(db, tmp_path):
    settings = Settings.from_env({"HUB_HOME": str(tmp_path)})
    with pytest.raises(NotFound, match="hub job run"):
        report_batch(db, settings, None, now=NOW)
    sheet, pictures = collect_sheet(db, settings, now=NOW, most=10)
    assert (sheet.total, sheet.shown, pictures.thumbnails) == (0, [], {})


def test_a_picture_that_is_repeated_often_leaves_room_for_others(db):
    apple = add_label(db, "Apple", by="ann").label_id
    made = Pictures(db)
    often, once = made.publish(apple), made.publish(apple)
    files = [made.repeat(often, apple, relation="near") for _ in range(MOST_PAIRS)]
    files.append(made.repeat(once, apple, relation="near"))
    with db.cursor() as cursor:
        # All into one batch, the pairs of the first picture further apart than the other one.
        cursor.execute("UPDATE receipt SET batch_no = 1")
        cursor.execute(
            "UPDATE submission_file SET look_distance = 0.3 WHERE duplicate_of = %s", (often,)
        )
    rows = reports.list_duplicates(db, 1, most=MOST_PAIRS)
    assert len(rows) == MOST_PAIRS
    assert [row.image_id for row in rows[:3]] == [often, once, often]
