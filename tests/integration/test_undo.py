"""Undoing a verdict, on a hub whose jobs are played without Spark and without the lake."""

import threading
from dataclasses import replace
from hashlib import sha256

import pytest

from hub.catalogue import batches
from hub.catalogue.batches import StageReport
from hub.catalogue.images import OutcomeRow
from hub.catalogue.relations import RelationRow
from hub.db import connect
from hub.errors import UndoError
from hub.lake.outcomes import PublishedImage
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.rules.publishing import strip
from hub.services import duplicates
from hub.services.batches import STAGES, due_batch, end_stage
from hub.services.counting import recount
from hub.services.duplicates import undo
from hub.services.label_changes import add_label, merge_labels
from hub.services.label_views import show_label
from hub.services.publication import publish_batch
from hub.services.submissions import submit_paths


class Played:
    """A hub that receives files and publishes them; `near` says which path resembles which."""

    def __init__(self, database_url, intake, defaults):
        self.url, self.intake, self.defaults = database_url, intake, defaults
        self.near, self.kept = {}, {}

    def submit(self, path, label="Apple", supplier="ann"):
        defaults = replace(self.defaults, supplier=supplier)
        [receipt] = submit_paths(self.intake, [str(path)], labels=[label], defaults=defaults)
        [submission] = receipt.submissions
        return submission

    def begin(self):
        """Begin a batch and decide its files, as the lake would hold them before publication."""
        with connect(self.url) as db:
            batch = due_batch(db, batch_files=1000)
            return batch, batch and [
                self._judge(f) for f in batches.list_batch_files(db, batch.batch_no)
            ]

    def finish(self, batch, judged):
        outcomes, published, related = zip(*judged, strict=True)
        with connect(self.url) as db:
            publish_batch(
                db,
                batch.batch_no,
                outcomes=outcomes,
                published=[one for one in published if one],
                related=[one for one in related if one],
            )
            for stage in STAGES:
                end_stage(db, batch, report=StageReport(stage, 1, {"files": 1}, 0.0))

    def run(self):
        batch, judged = self.begin()
        if batch:
            self.finish(batch, judged)

    def _judge(self, file):
        content = self.intake.objects.get(landing_key(file.sha256))
        image_id = sha256(strip(content).content).hexdigest()
        name = file.path.rpartition("/")[2]
        if image_id in self.kept.values():
            relation = "bytes" if file.sha256 == image_id else "pixels"
            return self._repeat(file, image_id, relation), None, None
        other = self.kept.get(self.near.get(name))
        if other and not file.is_apart:
            return self._repeat(file, other, "near"), None, None
        self.kept[name] = image_id
        outcome = OutcomeRow(file.file_id, "published", None, image_id, None, None)
        relation = other and RelationRow(image_id, other, "near", 3, 0.02, 2)
        return outcome, _picture(file, image_id), relation

    def _repeat(self, file, image_id, relation):
        return OutcomeRow(file.file_id, "duplicate", None, None, image_id, relation, 3, 0.02, 2)

    def undo(self, file_id):
        with connect(self.url) as db:
            return undo(db, file_id, by="eve", objects=self.intake.objects)

    def ask(self, query, *params):
        with connect(self.url) as db, db.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()

    def duplicates(self):
        return [
            file
            for (file,) in self.ask(
                "SELECT file_id FROM submission_file WHERE outcome = 'duplicate' ORDER BY file_id"
            )
        ]

    def outcomes(self):
        """[(name, outcome, relation, is_undone)] in order of receipt."""
        return [
            (path.rpartition("/")[2], *said)
            for path, *said in self.ask(
                "SELECT path, outcome, relation, is_undone FROM submission_file ORDER BY file_id"
            )
        ]

    def own(self, label):
        with connect(self.url) as db:
            assert recount(db) == []
            return show_label(db, label, evidence="supplier").label.own


def _picture(file, image_id):
    return PublishedImage(
        image_id=image_id,
        file_id=file.file_id,
        label_key=file.label_key,
        split="train",
        group_id=image_id,
        format="jpeg",
        width_px=96,
        height_px=96,
        size_bytes=1,
        crc32=1,
        licence=file.licence,
        author=file.author,
        source=file.source,
        phash=1,
        taken_at=None,
        lon=None,
        lat=None,
    )


@pytest.fixture
def hub(database_url, tmp_path, defaults, open_db, intake):
    with connect(database_url) as db:
        for label in ("Pear", "Quince"):
            add_label(db, label, by="ann")
        with db.cursor() as cursor:
            # The labels of the intake's fixture have neither closure nor counts.
            cursor.execute(
                "INSERT INTO label_closure SELECT label_id, label_id FROM label"
                " ON CONFLICT DO NOTHING"
            )
            cursor.execute(
                "INSERT INTO label_count (label_id) SELECT label_id FROM label"
                " ON CONFLICT DO NOTHING"
            )
    return Played(database_url, replace(intake, max_bytes=2**20), defaults)


@pytest.fixture
def pictures(folder, draw):
    """Two pictures that the played job takes for one another, and one with other metadata."""
    return folder(
        "in",
        {
            "a.jpg": draw(1),
            "like-a.jpg": draw(2),
            "a-commented.jpg": draw(1, comment=b"taken with a camera"),
            "too.jpg": draw(3),
        },
    )


@pytest.fixture
def repeated(hub, pictures):
    """a.jpg is published as an Apple, like-a.jpg was taken for it when it came as a Pear."""
    hub.near = {"like-a.jpg": "a.jpg", "too.jpg": "a.jpg"}
    hub.submit(pictures / "a.jpg")
    hub.run()
    hub.submit(pictures / "like-a.jpg", "Pear")
    hub.run()
    [file] = hub.duplicates()
    return file


def test_the_next_job_publishes_what_was_set_apart(hub, repeated):
    assert (hub.own("Apple"), hub.own("Pear")) == (1, 0)
    undone = hub.undo(repeated)
    assert (undone.claim, undone.hindrance) == ("removed", None)
    hub.run()
    assert hub.outcomes() == [
        ("a.jpg", "published", None, False),
        ("like-a.jpg", "duplicate", "near", True),
        ("like-a.jpg", "published", None, False),
    ]
    assert (hub.own("Apple"), hub.own("Pear")) == (1, 1)
    assert hub.ask("SELECT relation FROM image_relation") == [("near",)]


def test_the_new_receipt_says_all_that_the_old_one_did(hub, repeated):
    undone = hub.undo(repeated)
    columns = (
        "supplier_id, label_id, path, sha256, size_bytes, licence, author, source, lon, taken_at"
    )
    query = (
        f"SELECT {columns} FROM submission_file JOIN submission USING (submission_id)"
        " JOIN receipt USING (receipt_no) WHERE "
    )
    assert hub.ask(query + "file_id = %s", repeated) == hub.ask(
        query + "apart_from_file_id = %s", repeated
    )
    assert hub.ask(
        "SELECT submission_id, file_count, batch_no FROM receipt JOIN submission USING (receipt_no)"
        " WHERE status = 'received'"
    ) == [(undone.submission, 1, None)]


def test_a_second_undo_is_refused_and_receives_nothing(hub, repeated):
    hub.undo(repeated)
    with pytest.raises(UndoError, match="undone already"):
        hub.undo(repeated)
    assert hub.ask("SELECT count(*) FROM receipt") == [(3,)]


def test_two_undos_at_once_receive_the_file_once(hub, repeated, monkeypatch):
    both_have_looked = threading.Barrier(2, timeout=20)
    look = duplicates._image_of

    def look_and_wait(*args):
        found = look(*args)
        both_have_looked.wait()
        return found

    monkeypatch.setattr(duplicates, "_image_of", look_and_wait)
    done = []

    def act():
        try:
            done.append(hub.undo(repeated).claim)
        except UndoError:
            done.append("refused")

    together = [threading.Thread(target=act) for _ in range(2)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert sorted(done) == ["refused", "removed"]
    assert hub.ask("SELECT count(*) FROM submission_file WHERE apart_from_file_id IS NOT NULL") == [
        (1,)
    ]


def test_an_undo_while_a_batch_is_at_work_waits_for_the_next(hub, repeated, pictures):
    hub.submit(pictures / "too.jpg", "Pear")
    batch, judged = hub.begin()
    hub.undo(repeated)
    hub.finish(batch, judged)
    # The batch was fixed before: its own near duplicate proposes the label again.
    assert hub.outcomes()[-2:] == [
        ("too.jpg", "duplicate", "near", False),
        ("like-a.jpg", "pending", None, False),
    ]
    hub.run()
    assert hub.outcomes()[-1] == ("like-a.jpg", "published", None, False)
    assert (hub.own("Apple"), hub.own("Pear")) == (1, 1)


def test_an_undo_of_a_file_that_is_still_undecided_is_refused(hub, pictures):
    hub.submit(pictures / "a.jpg")
    [(file,)] = hub.ask("SELECT file_id FROM submission_file")
    with pytest.raises(UndoError, match="is pending, not a duplicate"):
        hub.undo(file)


def test_the_file_is_published_under_the_label_that_stands_after_a_merge(hub, repeated):
    undone = hub.undo(repeated)
    with connect(hub.url) as db:
        merge_labels(db, "Pear", into="Quince", by="ann")
    hub.run()
    assert undone.label == "Pear"
    assert (hub.own("Apple"), hub.own("Quince")) == (1, 1)


def test_a_merge_that_comes_first_decides_which_claim_goes(hub, repeated):
    with connect(hub.url) as db:
        merge_labels(db, "Pear", into="Quince", by="ann")
    assert hub.undo(repeated).claim == "removed"
    hub.run()
    assert (hub.own("Apple"), hub.own("Quince")) == (1, 1)


def test_later_files_of_the_same_bytes_are_compared_by_bytes_alone(hub, repeated, pictures):
    hub.undo(repeated)
    hub.submit(pictures / "like-a.jpg", "Quince", supplier="bob")
    hub.run()
    assert [outcome[1:3] for outcome in hub.outcomes()[2:]] == [
        ("published", None),
        ("duplicate", "bytes"),
    ]
    # Two labels of one picture, set apart from the Apple.
    assert [hub.own(name) for name in ("Apple", "Pear", "Quince")] == [1, 1, 1]
    assert hub.ask("SELECT count(*) FROM image") == [(2,)]


def test_other_files_of_the_same_picture_are_still_compared(hub, repeated, pictures):
    hub.undo(repeated)
    hub.submit(pictures / "too.jpg", "Pear")
    hub.run()
    assert ("too.jpg", "duplicate", "near", False) in hub.outcomes()


def vacuum(hub):
    for path in Objects.path(hub.intake.objects, "landing").rglob("*"):
        if path.is_file():
            path.unlink()


def test_where_the_bytes_are_gone_the_undo_is_recorded_and_says_so(hub, repeated):
    vacuum(hub)
    undone = hub.undo(repeated)
    assert (undone.hindrance, undone.submission, undone.claim) == ("bytes_gone", None, "removed")
    assert hub.ask("SELECT count(*) FROM receipt WHERE batch_no IS NULL") == [(0,)]


def test_what_was_set_apart_may_be_submitted_again_and_is_published(hub, repeated, pictures):
    vacuum(hub)
    hub.undo(repeated)
    again = hub.submit(pictures / "like-a.jpg", "Pear")
    assert (again.received, again.already) == (1, [])
    hub.run()
    assert hub.outcomes()[-1] == ("like-a.jpg", "published", None, False)
    assert hub.own("Pear") == 1


def test_what_waits_to_be_published_apart_is_not_received_twice(hub, repeated, pictures):
    undone = hub.undo(repeated)
    again = hub.submit(pictures / "like-a.jpg", "Pear")
    assert [each.submission for each in again.already] == [undone.submission]


def test_equal_published_bytes_are_one_picture_whatever_is_undone(hub, pictures):
    hub.submit(pictures / "a.jpg")
    hub.run()
    hub.submit(pictures / "a-commented.jpg", "Pear")
    hub.run()
    [file] = hub.duplicates()
    undone = hub.undo(file)
    assert (undone.relation, undone.hindrance, undone.claim) == (
        "pixels",
        "same_picture",
        "removed",
    )
    assert undone.submission is None


def test_a_label_left_to_near_duplicates_is_only_proposed(hub, repeated, pictures):
    hub.submit(pictures / "a.jpg", "Pear")
    hub.run()
    assert hub.own("Pear") == 1
    exact = hub.duplicates()[-1]
    assert exact != repeated
    assert hub.undo(exact).claim == "proposed"
    assert hub.own("Pear") == 0
    assert hub.undo(repeated).claim == "removed"
    assert hub.ask("SELECT count(*) FROM label_claim") == [(1,)]
