"""Uploads: files come one by one, are judged by the batch's rules, and get one receipt."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hub.catalogue.users import find_user
from hub.config import Settings
from hub.db import connect
from hub.errors import Forbidden, NotFound, SubmitError
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.rules.submissions import check_defaults
from hub.services import uploads
from hub.services.accounts import add_user
from hub.services.labels import seed_labels
from hub.services.leases import hold_lease
from hub.services.previews import preview_paths
from hub.services.submissions import Intake, submit_paths
from hub.services.upload_checks import check_upload
from hub.services.upload_submissions import Said, submit_upload
from hub.services.vacuuming import Vacuum, vacuum_landing
from tests.fixtures.pictures import drawn, encoded

DAY = 24 * 3600
APPLES = Said(["Apple"], "CC BY 4.0", consent=True)


class Desk:
    """Where a supplier brings files."""

    def __init__(self, settings, name="ann", role="supplier"):
        self.settings = settings
        with self.open_db() as db:
            self.user = find_user(db, name) or add_user(db, name, role=role)

    def open_db(self):
        return connect(self.settings.database_url)

    def begin(self, files=()):
        with self.open_db() as db:
            upload_id = uploads.begin(db, self.user).upload_id
        for path, content in dict(files).items():
            self.put(upload_id, path, content)
        return upload_id

    def put(self, upload_id, path, content, chunks=None):
        return uploads.put_file(
            self.open_db,
            self.settings,
            upload_id,
            user=self.user,
            path=path,
            chunks=iter([content[:100], content[100:]]) if chunks is None else chunks,
            size_bytes=len(content),
        )

    def check(self, upload_id):
        return check_upload(self.open_db, self.settings, upload_id, user=self.user)

    def submit(self, upload_id, said=APPLES):
        return submit_upload(self.open_db, self.settings, upload_id, user=self.user, said=said)

    def vacuum(self):
        with hold_lease(self.open_db, holder="a test") as lease:
            run = Vacuum(
                self.open_db,
                lease,
                self.settings.lake_root,
                Objects(self.settings.objects_root),
                self.settings.objects_root,
                undo_days=30,
                is_dry_run=False,
            )
            vacuum_landing(run)
        return run.files["landing"]

    def ask(self, query, *params):
        with self.open_db() as db, db.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def landing(self, content):
        digest = hashlib.sha256(content).hexdigest()
        return Objects(self.settings.objects_root).path(landing_key(digest))


@pytest.fixture
def desk(db, tmp_path, database_url):
    seed_labels(db)
    db.commit()
    home = str(tmp_path / "hub")
    environ = {"HUB_HOME": home, "HUB_DATABASE_URL": database_url, "HUB_MIN_SIDE_PX": "32"}
    return Desk(Settings.from_env(environ))


def said_of(verdicts):
    return {one.preview.path: (one.preview.outcome, one.preview.reason) for one in verdicts.files}


def test_a_file_is_judged_as_the_batch_would_and_its_kept_twin_is_named(desk):
    photograph = encoded(drawn(400, 300))
    small = encoded(drawn(400, 300).resize((300, 225)), quality=60)
    upload = desk.begin({"a.jpg": photograph, "in/b.jpg": small, "half.jpg": photograph[:2000]})
    first = desk.check(upload)
    assert first.unchecked == 0
    outcomes = said_of(first)
    assert outcomes["half.jpg"] == ("rejected", "truncated")
    assert sorted([outcomes["a.jpg"][0], outcomes["in/b.jpg"][0]]) == ["duplicate", "published"]
    [repeat] = [one for one in first.files if one.preview.outcome == "duplicate"]
    assert {repeat.preview.path, repeat.same_as} == {"a.jpg", "in/b.jpg"}
    assert repeat.preview.why


def test_files_that_come_later_are_compared_with_those_checked_before(desk):
    picture = drawn(400, 300, seed=3)
    files = {f"{quality}.jpg": encoded(picture, quality=quality) for quality in range(60, 95, 5)}
    upload = desk.begin()
    for path, content in files.items():
        desk.put(upload, path, content)
        said = desk.check(upload)
    together = desk.check(desk.begin(files))
    assert said_of(said) == said_of(together)
    assert [one.same_as for one in said.files] == [one.same_as for one in together.files]
    assert sum(one.preview.outcome == "published" for one in said.files) == 1


def test_what_is_said_is_what_a_preview_of_the_same_folder_says(desk, photos, tmp_path):
    paths = sorted((photos / "images" / "Banana").glob("*.jpg"))[:8]
    content = {path.name: path.read_bytes() for path in paths}
    content["copy.jpg"] = content[paths[0].name]
    content["broken.jpg"] = content[paths[1].name][:9000]
    folder = tmp_path / "brought"
    folder.mkdir()
    for name, each in content.items():
        (folder / name).write_bytes(each)
    defaults = check_defaults("ann")
    with desk.open_db() as db:
        preview = preview_paths(
            db, desk.settings, [str(folder)], labels=["Banana"], defaults=defaults
        )
    told = {
        os.path.basename(one.path): (one.outcome, one.reason, one.relation, one.duplicate_of)
        for one in preview.files
    }
    said = desk.check(desk.begin(content)).files
    assert told == {
        one.preview.path: (
            one.preview.outcome,
            one.preview.reason,
            one.preview.relation,
            one.preview.duplicate_of,
        )
        for one in said
    }
    assert preview.outcomes["duplicate"] == preview.outcomes["rejected"] == 1


def test_the_receipt_is_that_of_the_command_and_comes_once(desk, tmp_path):
    files = {"a.jpg": b"apple", "in/b.jpg": b"another", "in/c.jpg": b"apple"}
    upload = desk.begin(files)
    said = Said(["Apple", "malus", "Fruit"], "cc-by-4.0", consent=True, lon=13.4, lat=52.5)
    with desk.open_db() as db:
        db.cursor().execute(
            "INSERT INTO label_name SELECT 'malus', label_id, 'Malus', true FROM label_name"
            " WHERE folded_name = 'apple'"
        )
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: desk.submit(upload, said), range(2))
    assert first == second == desk.submit(upload, said)
    assert [(one.label, one.received) for one in first.submissions] == [("Apple", 3), ("Fruit", 3)]
    assert desk.ask("SELECT receipt_no, file_count FROM receipt") == [(first.receipt, 6)]
    assert desk.ask("SELECT count(*) FROM upload_file") == [(0,)]
    brought = desk.ask("SELECT path, licence, author, lon, lat FROM submission_file ORDER BY 1")
    assert brought[0] == ("a.jpg", "CC BY 4.0", "ann", 13.4, 52.5)

    bob = Desk(desk.settings, "bob")
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    intake = Intake(desk.open_db, Objects(desk.settings.objects_root), max_bytes=1000)
    names = [str(tmp_path / path) for path in files]
    [by_command] = submit_paths(intake, names, labels=["Apple"], defaults=check_defaults("bob"))
    again = bob.submit(bob.begin(files))
    assert by_command.receipt == first.receipt + 1
    assert again.receipt is None
    assert len(again.submissions[0].already) == 3


def test_nothing_is_submitted_without_consent_a_known_label_a_licence_or_a_file(desk):
    upload = desk.begin({"a.jpg": b"apple"})
    for wrong, words in (
        (replace(APPLES, consent=False), "consent"),
        (replace(APPLES, labels=["Appel"]), "did you mean"),
        (replace(APPLES, labels=[]), "a label"),
        (replace(APPLES, licence="mine"), "licence"),
        (replace(APPLES, lon=13.4), "lat"),
    ):
        with pytest.raises(SubmitError, match=words):
            desk.submit(upload, wrong)
    with pytest.raises(SubmitError, match="no files"):
        desk.submit(desk.begin())
    assert desk.ask("SELECT count(*) FROM receipt") == [(0,)]
    assert desk.submit(upload).receipt


def test_what_was_submitted_takes_no_more_files(desk):
    upload = desk.begin({"a.jpg": b"apple"})
    desk.submit(upload)
    with pytest.raises(SubmitError, match="submitted already"):
        desk.put(upload, "b.jpg", b"another")
    with pytest.raises(SubmitError, match="submitted already"):
        desk.check(upload)


def test_nobody_else_has_an_upload_and_who_may_not_submit_has_none(desk):
    upload = desk.begin({"a.jpg": b"apple"})
    for stranger in (Desk(desk.settings, "bob"), Desk(desk.settings, "olga", "ops")):
        for ask in (stranger.check, stranger.submit):
            with pytest.raises(NotFound):
                ask(upload)
        with pytest.raises(NotFound):
            stranger.put(upload, "b.jpg", b"b")
    with pytest.raises(Forbidden, match="data_scientist"):
        Desk(desk.settings, "dan", "data_scientist").begin()


def test_files_of_one_path_that_come_side_by_side_leave_one(desk):
    upload = desk.begin()
    contents = [bytes([number]) * 200_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: desk.put(upload, "a.jpg", content), contents))
    [(digest, size)] = desk.ask("SELECT sha256, size_bytes FROM upload_file")
    assert digest in {hashlib.sha256(content).hexdigest() for content in contents}
    assert size == 200_000


def test_what_breaks_off_or_is_too_large_leaves_no_trace(desk):
    small = Desk(replace(desk.settings, max_file_bytes=1000))
    upload = small.begin()

    class BrokenOff(Exception):
        pass

    def chunks():
        yield b"some"
        raise BrokenOff

    with pytest.raises(BrokenOff):
        small.put(upload, "a.jpg", b"some and more", chunks=chunks())
    with pytest.raises(SubmitError, match="larger than 1,000 bytes"):
        small.put(upload, "a.jpg", b"x" * 1001)
    assert desk.ask("SELECT count(*) FROM upload_file") == [(0,)]
    root = small.landing(b"").parents[2]
    assert [path for path in root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("path", ["", "a\0b", "é" * 1001])
def test_a_path_that_no_file_has_is_refused(desk, path):
    with pytest.raises(SubmitError, match="path"):
        desk.put(desk.begin(), path, b"x")


def test_hostile_names_are_only_text(desk):
    names = [
        "../../etc/passwd",
        "/dev/null",
        "<script>.jpg",
        "a\nb",
        "\u202egpj.exe",
        "\udcff",
        "'",
    ]
    upload = desk.begin()
    for name in names:
        desk.put(upload, name, encoded(drawn(64, 64)))
    said = desk.check(upload)
    assert len(said.files) == len(names)
    receipt = desk.submit(upload)
    assert receipt.submissions[0].received == len(names)
    files = [path for path in desk.landing(b"").parents[2].rglob("*") if path.is_file()]
    assert len(files) == 1


def test_uploads_files_and_bytes_are_bounded(desk, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    monkeypatch.setattr(uploads, "MOST_BYTES", 1024)
    monkeypatch.setattr(uploads, "MOST_UPLOADS", 2)
    upload = desk.begin({"a": b"x", "b": b"x"})
    desk.put(upload, "b", b"y")
    with pytest.raises(SubmitError, match="2 files"):
        desk.put(upload, "c", b"x")
    other = desk.begin()
    with pytest.raises(SubmitError, match="not submitted"):
        desk.put(other, "c", b"x" * 1024)
    with pytest.raises(SubmitError, match="2 uploads open"):
        desk.begin()
    with desk.open_db() as db:
        uploads.remove_file(db, upload, user=desk.user, path="a")
        uploads.discard(db, other, user=desk.user)
    desk.put(upload, "c", b"x")
    desk.begin()


def test_a_day_later_an_upload_is_gone_and_the_vacuum_takes_its_files(desk):
    content, kept = b"abandoned", b"submitted"
    old, young = desk.begin({"a": content}), desk.begin({"a": b"young"})
    done = desk.begin({"a": kept})
    for each in (content, b"young", kept):
        os.utime(desk.landing(each), (time.time() - 2 * DAY,) * 2)
    assert desk.vacuum() == 0
    desk.submit(done)
    assert time.time() - desk.landing(kept).stat().st_mtime < DAY
    os.utime(desk.landing(kept), (time.time() - 2 * DAY,) * 2)
    desk.ask(
        "UPDATE upload SET created_at = now() - interval '25 hours' WHERE upload_id IN (%s, %s)",
        old,
        done,
    )
    with pytest.raises(NotFound, match="a day"):
        desk.submit(old)
    assert desk.vacuum() == 1
    assert not desk.landing(content).exists()
    assert desk.landing(kept).exists()
    assert desk.landing(b"young").exists()
    assert desk.ask("SELECT count(*) FROM upload") == [(2,)]
    assert desk.submit(young).receipt


def test_a_file_whose_bytes_are_gone_is_refused_and_said(desk):
    upload = desk.begin({"a.jpg": b"apple", "b.jpg": b"another"})
    desk.landing(b"apple").unlink()
    assert said_of(desk.check(upload))["a.jpg"] == ("refused", "unreadable")
    [submission] = desk.submit(upload).submissions
    assert submission.received == 1
    [refused] = submission.refused
    assert (refused.path, refused.reason) == ("a.jpg", "unreadable")
    assert "again" in refused.message
