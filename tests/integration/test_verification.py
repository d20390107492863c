import json
import shutil

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import bitmaps
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.services.batches import due_batch
from hub.services.verification import verify
from tests.fixtures.world import digest, end, image_of, write_lake


def check(world, **options):
    world.db.commit()
    return verify(world.db, world.lake_root, world.objects, **options)


def named(found):
    return sorted((each.kind, each.subject) for each in found.differences)


def test_an_empty_hub_is_verified(db, tmp_path):
    found = verify(db, str(tmp_path / "lake"), Objects(tmp_path / "objects"))
    assert found.ok
    assert found.fingerprint == "0" * 64
    assert {(each.postgres, each.lake) for each in found.counted} == {(0, 0)}


def test_a_consistent_hub_is_verified_and_counted(world):
    found = check(world, read_bytes=True)
    assert found.differences == []
    assert found.in_progress == []
    assert found.pending == 1
    assert {each.thing: (each.postgres, each.lake) for each in found.counted} == {
        "batches": (2, 2),
        "files": (7, 7),
        "duplicates": (2, 2),
        "pictures kept": (3, 3),
        "pictures published": (3, 3),
        "pairs of related pictures": (1, 1),
    }


def test_a_hub_that_the_last_release_filled_is_verified(as_the_last_release, world):
    assert check(world).differences == []


def test_a_batch_in_progress_is_no_difference(world):
    before = check(world)
    batch = due_batch(world.db, batch_files=1000)
    begun = check(world)
    write_lake(world, batch)
    written = check(world)
    assert [begun.ok, written.ok] == [True, True]
    assert [begun.in_progress, written.in_progress] == [[3], [3]]
    assert begun.fingerprint == written.fingerprint == before.fingerprint
    end(world, batch)
    ended = check(world)
    assert (ended.ok, ended.in_progress) == (True, [])
    assert ended.fingerprint != before.fingerprint


A, B, BOTH = image_of("a.jpg"), image_of("b.jpg"), image_of("both.jpg")


def file_id(world, path, label="cat"):
    [(found,)] = world.sql(
        "SELECT file_id FROM submission_file JOIN submission USING (submission_id)"
        " JOIN label USING (label_id) WHERE path = %s AND label_key = %s",
        path,
        f"m_{label}",
    )
    return found


def without(column, value):
    return lambda rows: [row for row in rows if row[column] != value]


def changed(column, value, **where):
    [(name, equal)] = where.items()
    return lambda rows: [row | {column: value} if row[name] == equal else row for row in rows]


def twice(column, value):
    return lambda rows: [*rows, *(row for row in rows if row[column] == value)]


def remove_picture(world):
    world.sql("DELETE FROM image_relation")
    for table in ("label_claim", "image_hash", "image"):
        world.sql(f"DELETE FROM {table} WHERE image_id = %s", A)
    uncount(world)


def uncount(world, *keys):
    """Take one picture from the counts of labels, so that these are right again."""
    world.sql(
        "UPDATE label_count SET own = own - 1, rollup = rollup - 1, undisputed = undisputed - 1"
        " FROM label WHERE label.label_id = label_count.label_id AND label_key = ANY(%s)",
        [*(keys or ("m_cat", "m_dog"))],
    )


def drop_file(world, table):
    first = world.path(table).glob("*.parquet")
    min(first, key=lambda path: path.stat().st_mtime).unlink()


def spoil_file(world, table):
    for path in world.path(table).glob("*.parquet"):
        path.write_bytes(b"PAR1" + bytes(path.stat().st_size - 4))


def picture_again_under_another_file(rows):
    return [*rows, next(r for r in rows if r["image_id"] == A) | {"file_id": 999}]


# What is tampered with -> how -> which differences are named, and no others.
TAMPERINGS = {
    "a file lost in the lake": (
        lambda w: w.rewrite("files_checked", without("path", "bad.jpg")),
        [("file_missing", "file {bad.jpg} (bad.jpg)")],
    ),
    "a file lost in Postgres": (
        lambda w: w.sql("DELETE FROM submission_file WHERE path = 'bad.jpg'"),
        [("file_missing", "file {bad.jpg} (bad.jpg)")],
    ),
    "a file lost in both": (
        lambda w: (
            w.sql("DELETE FROM submission_file WHERE path = 'bad.jpg'"),
            w.rewrite("files_checked", without("path", "bad.jpg")),
        ),
        [("batch_file_count", "batch 1")],
    ),
    "a file twice in the lake": (
        lambda w: w.rewrite("files_checked", twice("path", "bad.jpg")),
        [("file_repeated", "file {bad.jpg} (bad.jpg)")],
    ),
    "another reason": (
        lambda w: w.sql("UPDATE submission_file SET reason = 'too_small' WHERE path = 'bad.jpg'"),
        [("file_differs", "file {bad.jpg} (bad.jpg)")],
    ),
    "other bytes of a file": (
        lambda w: w.rewrite("files_checked", changed("sha256", "0" * 64, path="bad.jpg")),
        [("file_differs", "file {bad.jpg} (bad.jpg)")],
    ),
    "a duplicate lost in the lake": (
        lambda w: w.rewrite("duplicates", lambda rows: [r for r in rows if r["batch_no"] == 2]),
        [("file_differs", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "a duplicate of another picture": (
        lambda w: w.rewrite("duplicates", changed("image_id", BOTH, batch_no=1)),
        [("file_differs", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "a duplicate twice in the lake": (
        lambda w: w.rewrite("duplicates", twice("batch_no", 1)),
        [("file_repeated", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "a duplicate row of a refused file": (
        lambda w: w.rewrite(
            "duplicates",
            lambda rows: [*rows, rows[0] | {"file_id": file_id(w, "bad.jpg")}],
        ),
        [("file_repeated", "file {bad.jpg} (bad.jpg)")],
    ),
    "a picture lost in images_kept": (
        lambda w: w.rewrite("images_kept", without("image_id", A)),
        [("picture_missing", f"picture {A}")],
    ),
    "a picture lost in images": (
        lambda w: w.rewrite("images", without("image_id", A)),
        [("picture_missing", f"picture {A}")],
    ),
    "a picture lost in Postgres": (
        remove_picture,
        [
            ("picture_missing", f"picture {A}"),
            ("relation_missing", f"related pictures {B} and {A}"),
        ],
    ),
    "a picture twice in images": (
        lambda w: w.rewrite("images", twice("image_id", A)),
        [("picture_repeated", f"picture {A}")],
    ),
    "a picture again under another file": (
        lambda w: w.rewrite("images", picture_again_under_another_file),
        [("picture_repeated", f"picture {A}")],
    ),
    "another split in Postgres": (
        lambda w: w.sql("UPDATE image SET split = 'test' WHERE image_id = %s", BOTH),
        [("picture_differs", f"picture {BOTH}")],
    ),
    "another split in images": (
        lambda w: w.rewrite("images", changed("split", "test", image_id=A)),
        [("picture_differs", f"picture {A}")],
    ),
    "another group in images_kept": (
        lambda w: w.rewrite("images_kept", changed("group_id", BOTH, image_id=A)),
        [("picture_differs", f"picture {A}")],
    ),
    "another crc32": (
        lambda w: w.sql("UPDATE image SET crc32 = crc32 + 1 WHERE image_id = %s", A),
        [("picture_differs", f"picture {A}")],
    ),
    "another size": (
        lambda w: w.rewrite("images", changed("size_bytes", 1, image_id=A)),
        [("picture_differs", f"picture {A}")],
    ),
    "another hash": (
        lambda w: w.sql("UPDATE image_hash SET hash = 0 WHERE image_id = %s", A),
        [("picture_differs", f"picture {A}")],
    ),
    "another hash of a crop": (
        lambda w: w.rewrite("images_kept", changed("phash_crop10", 7, image_id=A)),
        [("picture_differs", f"picture {A}")],
    ),
    "another distance of a duplicate": (
        lambda w: w.sql("UPDATE submission_file SET distance = 4 WHERE path = 'a-copy.jpg'"),
        [("file_differs", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "another look of a duplicate": (
        lambda w: w.rewrite("duplicates", changed("look_distance", 0.01, batch_no=1)),
        [("file_differs", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "another rule of a duplicate": (
        lambda w: w.rewrite("duplicates", changed("rule_version", 2, batch_no=1)),
        [("file_differs", "file {a-copy.jpg} (a-copy.jpg)")],
    ),
    "another rule of a picture": (
        lambda w: w.sql("UPDATE image SET rule_version = 2 WHERE image_id = %s", A),
        [("picture_differs", f"picture {A}")],
    ),
    "a relation lost in Postgres": (
        lambda w: w.sql("DELETE FROM image_relation"),
        [("relation_missing", f"related pictures {B} and {A}")],
    ),
    "a relation lost in the lake": (
        lambda w: w.rewrite("images_related", lambda rows: []),
        [("relation_missing", f"related pictures {B} and {A}")],
    ),
    "another relation": (
        lambda w: w.sql("UPDATE image_relation SET relation = 'burst'"),
        [("relation_differs", f"related pictures {B} and {A}")],
    ),
    "related pictures in two splits": (
        lambda w: (
            w.sql("UPDATE image SET split = 'test' WHERE image_id = %s", B),
            w.rewrite("images", changed("split", "test", image_id=B)),
            w.rewrite("images_kept", changed("split", "test", image_id=B)),
        ),
        [("splits_leak", f"related pictures {B} and {A}")],
    ),
    "related pictures of which one is in no split": (
        lambda w: w.sql("UPDATE image SET split = 'none' WHERE image_id = %s", B),
        [("picture_differs", f"picture {B}")],
    ),
    "a relation twice in the lake": (
        lambda w: w.rewrite("images_related", twice("image_id", B)),
        [("relation_repeated", f"related pictures {B} and {A}")],
    ),
    "a licence lost in the lake": (
        lambda w: w.rewrite("images", changed("licence", None, image_id=A)),
        [("picture_differs", f"picture {A}")],
    ),
    "another author in Postgres": (
        lambda w: w.sql("UPDATE image SET author = 'bob' WHERE image_id = %s", A),
        [("picture_differs", f"picture {A}"), ("picture_strayed", f"picture {A}")],
    ),
    "another source of the file": (
        lambda w: w.sql("UPDATE submission_file SET source = 'x' WHERE path = 'a.jpg'"),
        [("picture_strayed", f"picture {A}")],
    ),
    "a picture withdrawn in one store": (
        lambda w: (
            w.sql("UPDATE image SET status = 'withdrawn' WHERE image_id = %s", BOTH),
            uncount(w),
        ),
        [("picture_differs", f"picture {BOTH}")],
    ),
    "a file of images dropped": (
        lambda w: drop_file(w, "images"),
        [
            ("lake_file_damaged", "lake file images/*"),
            ("picture_missing", f"picture {A}"),
            ("picture_missing", f"picture {BOTH}"),
        ],
    ),
    "a file of duplicates dropped": (
        lambda w: drop_file(w, "duplicates"),
        [
            ("file_differs", "file {a-copy.jpg} (a-copy.jpg)"),
            ("lake_file_damaged", "lake file duplicates/*"),
        ],
    ),
    "a lake that is older": (
        lambda w: [
            w.rewrite(table, without("batch_no", 2), last=1)
            for table in ("files_checked", "duplicates", "images_related", "images_kept", "images")
        ],
        [("batch_lost", "batch 2")],
    ),
    "no lake at all": (
        lambda w: shutil.rmtree(w.lake_root),
        [("batch_lost", "batch 1"), ("batch_lost", "batch 2")],
    ),
    "a log that forgot its transaction": (
        lambda w: w.rewrite("images", lambda rows: rows, last=1),
        [("transaction_forgotten", "table images")],
    ),
    "a batch number used again": (
        lambda w: w.sql("UPDATE batch SET batch_key = 'other' WHERE batch_no = 2"),
        [("batch_number_reused", "batch 2")],
    ),
    "a batch counter set back": (
        lambda w: w.sql("UPDATE hub SET last_batch_no = 1"),
        [("batch_unknown", "batch 2"), ("counter_behind", "batch counter")],
    ),
    "a receipt counter set back": (
        lambda w: w.sql("UPDATE hub SET last_receipt_no = 1"),
        [("counter_behind", "receipt counter")],
    ),
    "a submission set back": (
        lambda w: w.sql("UPDATE submission SET status = 'split' WHERE receipt_no = 2"),
        [("submission_unsettled", "submission {b.jpg}")],
    ),
    "a waiting submission set ahead": (
        lambda w: w.sql("UPDATE submission SET status = 'published' WHERE receipt_no = 3"),
        [("submission_unsettled", "submission {waits.jpg}")],
    ),
    "a landing file lost": (
        lambda w: w.objects.path(landing_key(digest(b"picture w"))).unlink(),
        [("landing_file_missing", f"object {landing_key(digest(b'picture w'))}")],
    ),
    "a claim lost": (
        lambda w: (
            w.sql(
                "DELETE FROM label_claim USING label"
                " WHERE label.label_id = label_claim.label_id AND label_key = 'm_dog'"
                " AND image_id = %s",
                A,
            ),
            uncount(w, "m_dog"),
        ),
        [("claim_missing", f"picture {A}, label dog")],
    ),
    "a claim that no file supports": (
        lambda w: w.sql("UPDATE submission_file SET is_undone = true WHERE path = 'a-again.jpg'"),
        [("claim_unsupported", f"picture {A}, label dog")],
    ),
}


def rebuild_bitmaps(world):
    """Let the bitmaps follow what was tampered with: they are compared with the rows, elsewhere."""
    world.sql("DELETE FROM bitmap")
    images = [image_id for (image_id,) in world.sql("SELECT image_id FROM image")]
    bitmaps.put_picture_bits(world.db, image_ids=images)
    bitmaps.put_rollups(world.db, changed=None)


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_exactly_what_was_tampered_with_is_named(world, tampering):
    tamper, expected = TAMPERINGS[tampering]
    ids = {path: file_id(world, path) for path in ("bad.jpg", "a-copy.jpg")}
    for path in ("b.jpg", "waits.jpg"):
        [(ids[path],)] = world.sql(
            "SELECT submission_id FROM submission_file WHERE path = %s", path
        )
    tamper(world)
    rebuild_bitmaps(world)
    found = check(world)
    assert not found.ok
    for (kind, subject), (wanted, pattern) in zip(named(found), sorted(expected), strict=True):
        for path, number in ids.items():
            pattern = pattern.replace(f"{{{path}}}", str(number))
        assert kind == wanted
        assert subject.startswith(pattern[:-1]) if pattern.endswith("*") else subject == pattern
    assert all("Restore" in each.message or "Submit" in each.message for each in found.differences)


def test_an_older_postgres_is_named_with_the_batches_it_lacks(world):
    batch = due_batch(world.db, batch_files=1000)
    write_lake(world, batch)
    # As a Postgres restored from before the batch began.
    world.db.rollback()
    found = check(world)
    assert named(found) == [("batch_unknown", "batch 3")]
    assert "files_checked: 1 rows" in found.differences[0].message


def test_a_lost_landing_file_is_told_with_what_to_submit_again(world):
    world.objects.path(landing_key(digest(b"picture w"))).unlink()
    [found] = check(world).differences
    assert "waits.jpg (submission " in found.message


def test_an_unreadable_file_of_the_lake_is_named(world):
    spoil_file(world, "images_kept")
    found = check(world)
    damaged = [each for each in found.differences if each.kind == "lake_file_damaged"]
    assert len(damaged) == 2
    assert all("cannot be read" in each.message for each in damaged)


def test_bytes_are_read_again_only_when_asked(world):
    world.rewrite("images", changed("content", b"published picture x", image_id=A))
    assert check(world).ok
    found = check(world, read_bytes=True)
    assert named(found) == [("picture_bytes_damaged", f"picture {A}")]
    assert "crc32" in found.differences[0].message


def test_pictures_of_equal_size_and_crc_are_told_apart_by_their_id(world):
    # The row is made to fit the wrong bytes: only the id still tells.
    world.rewrite("images", changed("image_id", "0" * 64, image_id=A))
    found = check(world, read_bytes=True)
    assert ("picture_bytes_damaged", f"picture {'0' * 64}") in named(found)


def test_a_wrong_count_of_a_label_is_named(world):
    world.sql("UPDATE label_count SET own = own + 1, rollup = rollup + 1")
    told = [each.message for each in check(world).differences]
    assert len(told) == 4
    assert any("label cat: own is 3, a recount gives 2" in message for message in told)


def test_a_wrong_closure_is_named(world):
    world.sql("DELETE FROM label_closure WHERE ancestor_id = (SELECT min(label_id) FROM label)")
    assert not check(world).ok


COVERED = [
    "UPDATE image SET split = 'test' WHERE image_id = '{A}'",
    "UPDATE image SET group_id = 'x' WHERE image_id = '{A}'",
    "UPDATE image SET licence = 'x' WHERE image_id = '{A}'",
    "UPDATE image SET author = 'x' WHERE image_id = '{A}'",
    "UPDATE image SET source = 'x' WHERE image_id = '{A}'",
    "UPDATE image SET status = 'withdrawn' WHERE image_id = '{A}'",
    "UPDATE label_claim SET value = 'negative' WHERE image_id = '{A}'",
    "UPDATE label SET merged_into_id = (SELECT max(label_id) FROM label) WHERE label_key = 'm_cat'",
    "UPDATE submission_file SET sha256 = 'x' WHERE path = 'a.jpg'",
    "UPDATE submission_file SET reason = 'too_small' WHERE path = 'bad.jpg'",
    "UPDATE submission_file SET duplicate_of = '{BOTH}' WHERE path = 'a-copy.jpg'",
    "DELETE FROM submission_file WHERE path = 'waits.jpg'",
]


@pytest.mark.parametrize("statement", COVERED)
def test_the_fingerprint_covers(world, statement):
    before = check(world).fingerprint
    world.sql(statement.format(A=A, BOTH=BOTH))
    assert check(world).fingerprint != before


NOT_COVERED = [
    "UPDATE image SET published_at = now(), taken_at = now()",
    "UPDATE image SET lon = 1, lat = 1, shown_lon = 2, shown_lat = 2",
    "UPDATE submission_file SET path = path || '.renamed'",
    "UPDATE label_name SET name = 'Cat', folded_name = 'c' WHERE name = 'cat'",
    "UPDATE hub SET place_secret = 'x'",
    "UPDATE receipt SET received_at = '2001-01-01'",
    "UPDATE image SET rule_version = 9, sharpness = 0, is_grey = true",
    "UPDATE submission_file SET distance = 1, look_distance = 1 WHERE outcome = 'duplicate'",
    "DELETE FROM image_relation",
    "UPDATE label_claim SET claimed_at = '2001-01-01'",
]


@pytest.mark.parametrize("statement", NOT_COVERED)
def test_the_fingerprint_leaves_out(world, statement):
    before = check(world).fingerprint
    world.sql(statement)
    assert check(world).fingerprint == before


def run_cli(world, database_url, *arguments):
    environ = {
        "HUB_DATABASE_URL": database_url,
        "HUB_LAKE_ROOT": world.lake_root,
        "HUB_OBJECTS_ROOT": str(world.objects.path("x").parent),
    }
    world.db.commit()
    return CliRunner().invoke(cli, ["verify", *arguments], obj=Hub(environ))


def test_the_command_prints_one_document_and_exits_0_when_ok(world, database_url):
    done = run_cli(world, database_url, "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert document["ok"] is True
    assert document["differences"] == []
    assert len(document["fingerprint"]) == 64


def test_the_command_names_differences_and_exits_1(world, database_url):
    world.sql("UPDATE image SET split = 'test' WHERE image_id = %s", BOTH)
    rebuild_bitmaps(world)
    done = run_cli(world, database_url, "--json", "--bytes")
    [difference] = json.loads(done.stdout)["differences"]
    assert done.exit_code == 1
    assert difference["kind"] == "picture_differs"
    assert "split is 'test' in Postgres, 'train' in images_kept" in difference["message"]


def test_a_person_sees_the_counts_of_both_stores_and_at_most_twenty_differences(
    world, database_url
):
    assert "OK" in run_cli(world, database_url).stdout
    world.rewrite(
        "files_checked",
        lambda rows: [r | {"file_id": n} for n in range(100, 130) for r in rows[:1]],
    )
    shown = run_cli(world, database_url).stdout
    assert shown.count("\nfile_") == 20
    assert "more; `hub verify --json` has all" in shown
