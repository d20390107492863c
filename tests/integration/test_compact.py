"""Compaction: fewer files, the same pictures, and readers that notice nothing."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hub.lake.files import list_files, list_unreferenced
from hub.lake.indexes import index_path
from hub.lake.pictures import Wanted, read_pictures
from hub.lake.ranges import index_file
from hub.lake.scans import Snapshot
from hub.lake.tables import TABLES, table_path
from jobs import compact, pipeline


def count_files(hub):
    return {table: len(list_files(hub.settings.lake_root, table)) for table in TABLES}


def picture_files(hub):
    return {file.path for file in list_files(hub.settings.lake_root, "images")}


def run_compaction(hub):
    @contextmanager
    def open_spark(_settings, _name):
        yield hub._spark

    return pipeline.run_compaction(
        hub.settings, hub.open_db, holder="a test", say=lambda line: None, open_spark=open_spark
    )


@pytest.fixture
def hub(new_hub, folder, draw):
    """A hub of three batches, of some data files each."""
    hub = new_hub()
    for batch in range(3):
        names = {f"{batch}-{n}.jpg": draw(batch * 10 + n) for n in range(8)}
        hub.submit(folder(f"receipt-{batch}", names), labels=["Apple" if batch else "Pear"])
        hub.run()
    return hub


def wanted(hub):
    rows = hub.ask("SELECT image_id, label_key, size_bytes, crc32 FROM image ORDER BY image_id")
    return [Wanted(*row, file_name="") for row in rows]


def test_many_files_become_few_and_the_hub_stays_the_same(hub):
    before, said = count_files(hub), hub.verify(read_bytes=True)
    assert before["images"] >= 3
    report = run_compaction(hub)
    assert count_files(hub) == {table: min(1, count) for table, count in before.items()}
    assert {done.table: done.files_before for done in report.compacted} == {
        table: count for table, count in before.items() if count > 1
    }
    after = hub.verify(read_bytes=True)
    assert after.differences == []
    assert (after.fingerprint, after.counted) == (said.fingerprint, said.counted)
    assert run_compaction(hub).compacted == []


def test_the_compacted_files_keep_pictures_in_one_piece_and_are_indexed(hub):
    run_compaction(hub)
    [path] = picture_files(hub)
    assert index_path(path).exists()
    whole = Path(path).read_bytes()
    asked = wanted(hub)
    for one, place in zip(asked, index_file(path).find([o.image_id for o in asked]), strict=True):
        content = whole[place.offset : place.offset + place.length]
        assert hashlib.sha256(content).hexdigest() == one.image_id


def test_who_reads_meanwhile_notices_nothing(hub):
    asked = wanted(hub)
    reading = read_pictures(hub.settings.lake_root, asked)
    snapshot = Snapshot(hub.settings.lake_root)
    found = [next(reading)[0].image_id for _ in range(2)]
    run_compaction(hub)
    found += [one.image_id for one, _ in reading]
    assert sorted(found) == [one.image_id for one in asked]
    assert [*snapshot.damaged_pictures()] == snapshot.damages == []


def test_later_batches_are_published_into_a_compacted_lake(hub, folder, draw):
    run_compaction(hub)
    hub.submit(folder("more", {"new.jpg": draw(99), "old.jpg": draw(3)}), labels=["Apple"])
    hub.run()
    outcomes = hub.ask("SELECT outcome FROM submission_file ORDER BY file_id DESC LIMIT 2")
    assert sorted(outcomes) == [("duplicate",), ("published",)]
    assert hub.verify(read_bytes=True).differences == []


def test_a_job_compacts_by_itself_once_a_table_has_many_small_files(hub, monkeypatch):
    assert hub.run().compacted == []
    files = count_files(hub)["files_checked"]
    monkeypatch.setattr(compact, "MOST_SMALL", files)
    assert "files_checked" not in {done.table for done in hub.run().compacted}
    monkeypatch.setattr(compact, "MOST_SMALL", files - 1)
    assert "files_checked" in {done.table for done in hub.run().compacted}
    assert count_files(hub)["files_checked"] == 1
    assert hub.verify().differences == []


def test_a_killed_compaction_leaves_the_table_as_it_was(hub, monkeypatch):
    before = picture_files(hub)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(compact, "_index", die)
    with pytest.raises(KeyboardInterrupt):
        run_compaction(hub)
    monkeypatch.undo()
    # Committed already: nothing is done twice, and readers make the index that is lacking.
    after = picture_files(hub)
    assert len(before) > len(after) == 1
    assert len([*read_pictures(hub.settings.lake_root, wanted(hub))]) == 24
    assert hub.verify(read_bytes=True).differences == []


def test_the_files_that_a_vacuum_removes_are_those_of_deltas_own(hub, spark):
    """Judged by Delta's VACUUM itself, which is asked only to list."""
    root = table_path(hub.settings.lake_root, "images")
    replaced = picture_files(hub)
    run_compaction(hub)
    Path(root, "orphan.parquet").write_bytes(b"never committed")
    settings = {
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
        # It lists in ten thousand tasks if not told otherwise.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    }
    with compact._configured(spark, settings):
        for hours in (0, 24, 168):
            listed = spark.sql(f"VACUUM delta.`{root}` RETAIN {hours} HOURS DRY RUN").collect()
            theirs = {Path(row[0].removeprefix("file:")).name for row in listed}
            ours = list_unreferenced(hub.settings.lake_root, "images", retention_hours=hours)
            assert {path.name for path in ours} == theirs
            expected = {Path(path).name for path in replaced} | {"orphan.parquet"}
            assert theirs == (expected if hours == 0 else set())


def test_large_files_that_lie_together_are_left_alone(new_hub, spark, monkeypatch):
    """With every size a thousandth: only what is new is rewritten."""
    hub = new_hub()
    lake = pipeline.Lake(hub.settings.lake_root, "a hub")
    small = {name: int(value) // 1000 for name, value in compact._SETTINGS.items()}
    monkeypatch.setattr(compact, "_SETTINGS", small)
    monkeypatch.setattr(compact, "SMALL_BYTES", compact.SMALL_BYTES // 1000)
    random = np.random.default_rng(0)
    kept = set()
    for batch_no in range(1, 9, 2):
        append_pictures(lake, spark, random, batch_no)
        append_pictures(lake, spark, random, batch_no + 1)
        compact.compact(
            hub.settings.lake_root,
            lambda: spark,
            confirm=lambda: None,
            say=lambda line: None,
            most_small=1,
        )
        files = list_files(hub.settings.lake_root, "images")
        assert kept <= {file.path for file in files}
        if sum(file.size_bytes for file in files) > 540_000 and not kept:
            kept = {file.path for file in files}
    assert kept


def append_pictures(lake, spark, random, batch_no):
    contents = [random.bytes(5_000) for _ in range(30)]
    rows = [
        {"image_id": hashlib.sha256(one).hexdigest(), "label_key": f"m_{n % 5}", "content": one}
        for n, one in enumerate(contents)
    ]
    lake.make(spark, "images")
    schema = lake.target("images", pipeline.Batch(batch_no, "key", 30)).schema
    whole = pa.Table.from_pylist(rows, schema=schema)
    batch = pipeline.Batch(batch_no, f"key-{batch_no}", len(rows))
    lake.append_table(spark, whole, "images", batch=batch)
