import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import psycopg2
import pytest

from hub.catalogue import bitmaps
from hub.db import connect
from hub.errors import MigrationError
from hub.migrations import migrate
from tests.fixtures.postgres import copy_of

SQL = Path(__file__).parents[2] / "sql"

# Everything of the schema that statements of ours can make, as text.
CATALOG = """
SELECT 'column', c.relname, format('%s %s %s not null=%s identity=%s default=%s', a.attnum,
       a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
       pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
UNION ALL
SELECT 'view', matviewname, definition FROM pg_matviews WHERE schemaname = 'public'
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""


def catalog(url):
    """The schema as sorted rows, less what the runner of migrations keeps for itself."""
    with connect(url) as db, db.cursor() as cursor:
        cursor.execute(CATALOG)
        return [row for row in cursor if not row[1].startswith("schema_migration")]


def tables(url):
    with connect(url) as db, db.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor if name != "schema_migration"]


@pytest.fixture
def empty(server_url):
    with copy_of("template1", server_url) as url:
        yield url


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0001_add_first.sql").write_text("CREATE TABLE first ();")
    (tmp_path / "0002_add_second.sql").write_text("CREATE TABLE second ();")
    return tmp_path


def test_the_schema_file_is_what_the_migrations_lead_to(database_url, empty):
    with connect(empty) as db, db.cursor() as cursor:
        cursor.execute((SQL / "schema.sql").read_text())
    assert catalog(database_url) == catalog(empty)
    assert len(catalog(empty)) > 100


def test_a_second_run_applies_nothing(empty, folder):
    assert migrate(empty, folder=folder) == ["0001_add_first", "0002_add_second"]
    assert migrate(empty, folder=folder) == []


def test_a_migration_that_fails_leaves_the_schema_of_the_one_before(empty, folder):
    second = folder / "0002_add_second.sql"
    second.write_text("CREATE TABLE second (); SELECT 1 / 0;")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        migrate(empty, folder=folder)
    assert tables(empty) == ["first"]

    second.write_text("CREATE TABLE second ();")
    assert migrate(empty, folder=folder) == ["0002_add_second"]
    assert tables(empty) == ["first", "second"]


def test_a_migration_that_is_killed_leaves_the_schema_of_the_one_before(empty, folder):
    second = folder / "0002_add_second.sql"
    second.write_text("CREATE TABLE second (); SELECT pg_sleep(1);")
    program = "import sys, pathlib; from hub.migrations import migrate;"
    program += "migrate(sys.argv[1], folder=pathlib.Path(sys.argv[2]))"
    running = subprocess.Popen([sys.executable, "-c", program, empty, str(folder)])
    wait_for_sleep(empty)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert tables(empty) == ["first"]

    assert migrate(empty, folder=folder) == ["0002_add_second"]
    assert tables(empty) == ["first", "second"]


def wait_for_sleep(url):
    for _ in range(200):
        with connect(url) as db, db.cursor() as cursor:
            cursor.execute("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
            if cursor.rowcount:
                return
        time.sleep(0.05)
    raise AssertionError("the migration did not begin")


def test_runs_at_the_same_time_apply_each_migration_once(empty, folder):
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrate(empty, folder=folder), range(4)))
    assert sorted(chain(*applied)) == ["0001_add_first", "0002_add_second"]


def test_a_migration_whose_text_was_changed_is_refused(empty, folder):
    migrate(empty, folder=folder)
    (folder / "0001_add_first.sql").write_text("CREATE TABLE other ();")
    with pytest.raises(MigrationError, match="0001_add_first was applied with another text"):
        migrate(empty, folder=folder)


def test_a_catalogue_of_a_newer_version_is_refused(empty, folder):
    migrate(empty, folder=folder)
    os.remove(folder / "0002_add_second.sql")
    with pytest.raises(MigrationError, match=r"newer than this version of hub .*0002_add_second"):
        migrate(empty, folder=folder)
    assert tables(empty) == ["first", "second"]


# A hub as the first release left it: two receipts, a picture, a duplicate of it, one that waits.
FILLED = """
INSERT INTO hub_user (name, role) VALUES ('ann', 'supplier');
INSERT INTO label (label_key) VALUES ('m_1');
INSERT INTO batch (batch_no, status, file_count) VALUES (1, 'ended', 2);
INSERT INTO receipt (receipt_no, supplier_id, batch_no)
SELECT no, user_id, batch FROM hub_user, (VALUES (1, 1), (2, NULL)) AS given (no, batch);
INSERT INTO submission (receipt_no, label_id) SELECT receipt_no, label_id FROM receipt, label;
INSERT INTO submission_file
    (submission_id, path, sha256, size_bytes, licence, author,
     outcome, image_id, duplicate_of, relation)
SELECT submission_id, path, path, 1, '', '', outcome, image_id, duplicate_of, relation
FROM submission JOIN (VALUES
    (1, 'a', 'published', 'A', NULL, NULL),
    (1, 'b', 'duplicate', NULL, 'A', 'pixels'),
    (2, 'c', 'pending', NULL, NULL, NULL)
) AS file (receipt_no, path, outcome, image_id, duplicate_of, relation) USING (receipt_no);
INSERT INTO image (image_id, file_id, batch_no, label_key, split, group_id, format, width_px,
                   height_px, size_bytes, crc32, licence, author, source)
SELECT 'A', file_id, 1, 'm_1', 'train', 'A', 'jpeg', 1, 1, 1, 1, '', '', ''
FROM submission_file WHERE path = 'a';
INSERT INTO image_hash (image_id, kind, hash) VALUES ('A', 'phash', 1);
"""


def test_a_hub_with_pictures_keeps_them_and_gains_what_near_duplicates_need(empty, tmp_path):
    first = "0001_create_catalogue.sql"
    (tmp_path / first).write_text((SQL / "migrations" / first).read_text())
    migrate(empty, folder=tmp_path)
    with connect(empty) as db, db.cursor() as cursor:
        cursor.execute(FILLED)

    assert "0002_add_near_duplicates" in migrate(empty)

    with connect(empty) as db, db.cursor() as cursor:
        cursor.execute("SELECT receipt_no, file_count FROM receipt ORDER BY receipt_no")
        assert cursor.fetchall() == [(1, 2), (2, 1)]
        cursor.execute(
            "SELECT path, distance, look_distance, rule_version, apart_from_file_id"
            " FROM submission_file ORDER BY path"
        )
        nothing = (None,) * 4
        assert cursor.fetchall() == [("a", *nothing), ("b", 0, 0, 1, None), ("c", *nothing)]
        cursor.execute("SELECT image_id, rule_version, sharpness, is_grey FROM image")
        assert cursor.fetchall() == [("A", None, None, None)]


SAID = """
INSERT INTO label (label_key) VALUES ('m_2');
INSERT INTO label_closure SELECT label_id, label_id FROM label;
INSERT INTO label_closure SELECT 2, 1;
INSERT INTO label_claim (image_id, label_id, value, source) VALUES ('A', 1, 'positive', 'supplier');
"""


def test_a_hub_with_pictures_gains_the_bitmaps_of_their_claims(empty, tmp_path):
    for path in sorted((SQL / "migrations").glob("000[123]_*.sql")):
        (tmp_path / path.name).write_text(path.read_text())
        migrate(empty, folder=tmp_path)
        if path.name.startswith("0001"):
            with connect(empty) as db, db.cursor() as cursor:
                cursor.execute(FILLED + SAID)

    assert "0004_add_label_bitmaps" in migrate(empty)

    with connect(empty) as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT facet, value, bit_count(bits), get_bit(bits, 1) FROM bitmap ORDER BY 1, 2"
        )
        assert cursor.fetchall() == [
            ("licence", "", 1, 1),
            ("own", "1", 1, 1),
            ("rollup", "1", 1, 1),
            ("rollup", "2", 1, 1),
            ("size", "0", 1, 1),
            ("split", "train", 1, 1),
        ]
        assert bitmaps.list_differences(db) == []
