"""`hub submit --check`: what it says is what the job then does, and nothing is left behind."""

import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from PIL import Image, ImageOps

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.config import Settings
from hub.errors import SubmitError
from hub.rules.submissions import check_defaults
from hub.services.labels import seed_labels
from hub.services.previews import preview_csv, preview_paths
from tests.fixtures.pictures import drawn, encoded

ANN = check_defaults(supplier="ann")


def files_of(preview):
    return {file.path.rpartition("/")[2]: file for file in preview.files}


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.fixture
def look(db, tmp_path):
    """Return `look(paths, labels)`: previews for a hub with labels and nothing else."""
    seed_labels(db)
    settings = Settings(
        home=tmp_path,
        database_url=None,
        lake_root=str(tmp_path / "lake"),
        objects_root=str(tmp_path / "objects"),
    )

    def look(*paths, labels=(), **changed):
        names = [str(path) for path in paths]
        changed = replace(settings, **changed)
        return preview_paths(db, changed, names, labels=labels, defaults=ANN)

    look.settings = settings
    return look


def test_every_file_is_told_its_outcome_and_its_remedy(look, folder):
    photograph = encoded(drawn(400, 300))
    where = folder(
        "files",
        {
            "good.jpg": photograph,
            "again.jpg": photograph,
            "half.jpg": photograph[:2000],
            "text.jpg": b"a letter",
            "tiny.png": encoded(drawn(40, 40), "PNG"),
            ".hidden.jpg": photograph,
        },
    )
    preview = look(where, where / "nowhere.jpg", labels=["Apple"])
    found = {name: (file.outcome, file.reason) for name, file in files_of(preview).items()}
    assert found == {
        "again.jpg": ("published", None),
        "good.jpg": ("duplicate", None),
        "half.jpg": ("rejected", "truncated"),
        "text.jpg": ("rejected", "not_an_image"),
        "tiny.png": ("rejected", "too_small"),
        ".hidden.jpg": ("refused", "hidden"),
        "nowhere.jpg": ("refused", "unreadable"),
    }
    assert sum(preview.outcomes.values()) == preview.checked == 7
    assert all(bool(file.reason) == bool(file.message) for file in preview.files)
    repeat = files_of(preview)["good.jpg"]
    assert (repeat.relation, repeat.why) == ("bytes", "the same bytes")
    assert repeat.duplicate_of_path == str(where / "again.jpg")


def test_a_file_needs_no_label_and_an_unknown_one_is_refused(look, folder):
    where = folder("Appel", {"a.jpg": encoded(drawn(400, 300))})
    assert look(where / "a.jpg").outcomes["published"] == 1
    [file] = look(where).files
    assert (file.outcome, file.reason) == ("refused", "unknown_label")
    assert "Apple" in file.message
    folder("empty", {}).mkdir(exist_ok=True)
    with pytest.raises(SubmitError, match="no files"):
        look(where.parent / "empty", labels=["Apple"])


def test_the_settings_of_the_hub_decide(look, folder):
    dark = encoded(Image.new("RGB", (300, 300), (9, 9, 9)))
    where = folder("files", {"dark.jpg": dark})
    [file] = look(where, labels=["Apple"]).files
    assert (file.outcome, file.issues) == ("published", ["dark", "low_information", "greyscale"])
    [file] = look(where, labels=["Apple"], refuse_quality=frozenset({"dark"})).files
    assert (file.outcome, file.reason) == ("rejected", "too_dark")
    [file] = look(where, labels=["Apple"], max_file_bytes=100).files
    assert (file.outcome, file.reason) == ("refused", "too_large")


def test_what_is_said_beforehand_is_what_the_job_does(new_hub, folder):
    first, mirrored, plain = (drawn(480, 360, seed=seed) for seed in range(3))
    plain = Image.new("RGB", (300, 200), (200, 90, 40))
    known = {
        "first.jpg": encoded(first, quality=92),
        "mirrored.jpg": encoded(mirrored),
        "plain.png": encoded(plain, "PNG"),
        "other.jpg": encoded(drawn(480, 360, seed=7)),
    }
    shown = {
        "bytes.jpg": known["first.jpg"],
        "pixels.png": encoded(opened(known["first.jpg"]), "PNG"),
        "packed.jpg": encoded(first, quality=92, optimize=True),
        "near.jpg": encoded(first.resize((300, 225)), quality=60),
        "mirror.jpg": encoded(ImageOps.mirror(mirrored)),
        "plain.png": encoded(plain, "PNG", compress_level=0),
        "new.jpg": encoded(drawn(480, 360, seed=8)),
        "new-small.jpg": encoded(drawn(480, 360, seed=8).resize((240, 180))),
        "broken.jpg": known["other.jpg"][:3000],
    }
    hub = new_hub()
    hub.submit(folder("known", known), labels=["Apple"], supplier="ben")
    hub.run(augment_count=0)
    before = hub.ask("SELECT count(*) FROM submission_file")
    where = folder("shown", shown)

    with hub.open_db() as db:
        preview = preview_paths(db, hub.settings, [str(where)], labels=["Apple"], defaults=ANN)

    assert hub.ask("SELECT count(*) FROM submission_file") == before
    hub.submit(where, labels=["Apple"])
    hub.run(augment_count=0)
    done = hub.ask(
        "SELECT path, outcome, reason, duplicate_of, relation, distance, look_distance"
        " FROM submission_file JOIN submission USING (submission_id)"
        " WHERE receipt_no = 2"
    )
    assert {
        file.path: (file.outcome, file.reason, file.duplicate_of, file.relation, file.distance)
        for file in preview.files
    } == {path: tuple(told) for path, *told, _ in done}
    looks = {path: distance for path, *_, distance in done}
    for file in preview.files:
        assert file.look_distance == pytest.approx(looks[file.path])
    found = files_of(preview)
    relations = {name: file.relation for name, file in found.items() if file.relation}
    assert relations | {"new.jpg": None, "new-small.jpg": None} == {
        "bytes.jpg": "bytes",
        "pixels.png": "pixels",
        "packed.jpg": "pixels",
        "near.jpg": "near",
        "plain.png": "pixels",
        "new.jpg": None,
        "new-small.jpg": None,
    }
    assert {found["new.jpg"].outcome, found["new-small.jpg"].outcome} == {"published", "duplicate"}
    related = hub.ask("SELECT related_to, relation FROM image_relation")
    assert [(one.related_to, one.relation) for one in found["mirror.jpg"].related] == related
    [like] = found["mirror.jpg"].related
    assert str(like.related_path).endswith("/mirrored.jpg")

    with hub.open_db() as db:
        again = preview_paths(db, hub.settings, [str(where)], labels=["Apple"], defaults=ANN)
        unlike = folder("unlike", {"unlike.jpg": encoded(drawn(480, 360, seed=30))})
        alone = preview_paths(db, hub.settings, [str(unlike)], labels=["Apple"], defaults=ANN)
        lost = replace(hub.settings, lake_root=str(where / "no-lake"))
        blind = preview_paths(db, lost, [str(where / "near.jpg")], defaults=ANN)
    assert again.outcomes["already"] == again.checked
    assert [file.outcome for file in blind.files] == ["pending"]
    assert [file.outcome for file in alone.files] == ["published"]


def test_a_csv_is_judged_as_its_receipts_would_be_supplier_by_supplier(look, db, folder):
    photograph = encoded(drawn(400, 300))
    where = folder("files", {"a.jpg": photograph, "z.jpg": photograph, "b.jpg": b"no"})
    rows = [
        "path,label,supplier",
        "a.jpg,Apple,zoe",
        "z.jpg,Apple,ann",
        "b.jpg,Apple,zoe",
        "z.jpg,no",
    ]
    (where / "list.csv").write_text("\n".join(rows))
    preview = preview_csv(db, look.settings, str(where / "list.csv"), defaults=ANN)
    told = [
        (file.path, file.outcome, file.reason, file.duplicate_of_path) for file in preview.files
    ]
    assert told == [
        ("a.jpg", "duplicate", None, "z.jpg"),
        ("z.jpg", "published", None, None),
        ("b.jpg", "rejected", "not_an_image", None),
        ("z.jpg", "refused", "malformed_row", None),
    ]
    with pytest.raises(SubmitError, match="cannot be read"):
        preview_csv(db, look.settings, str(where / "gone.csv"), defaults=ANN)


def test_the_command_prints_one_document_or_a_table(new_hub, folder):
    hub = new_hub()
    files = {"a.jpg": encoded(drawn(400, 300)), "b.jpg": b"no", "c.jpg": b"nor this"}
    where = folder("files", files)
    (where.parent / "list.csv").write_text("path,label\nfiles/a.jpg,Apple\nfiles/b.jpg,Apple")
    environ = {
        "HUB_HOME": str(hub.settings.home),
        "HUB_DATABASE_URL": hub.settings.database_url,
    }

    def run(*words):
        done = CliRunner().invoke(cli, ["submit", "--check", *words], obj=Hub(environ))
        assert done.exit_code == 0, done.output
        return done.stdout

    table = run(str(where), "-l", "Apple")
    assert "3 files checked, none submitted." in table
    assert "1 file is fine" in table
    [line] = [line for line in table.splitlines() if "rejected (not_an_image)" in line]
    assert line.split()[0] == "2"
    assert str(where / "b.jpg") in line
    assert "2 files checked" in run("--csv", str(where.parent / "list.csv"))
    [file] = json.loads(run(str(where / "a.jpg"), "--json"))["files"]
    assert (file["outcome"], file["label"]) == ("published", None)
    assert hub.ask("SELECT count(*) FROM submission_file") == [(0,)]
