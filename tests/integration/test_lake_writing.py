"""The lake grows by files that are written beside Spark: committed once, read by everybody."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from delta.tables import DeltaTable as SparkTable
from deltalake import DeltaTable
from pyspark import cloudpickle
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, LongType, StringType, StructType

from hub.catalogue.batches import Batch
from hub.errors import LakeUnreadable, StoresDiffer
from hub.lake import tables
from jobs import kernel, schemas
from jobs.tables import Lake
from jobs.writing import write_table, written_by

BATCH = Batch(1, "key-1", 3)
KEPT = [name for name in schemas.IMAGES_KEPT.fieldNames() if not name.startswith("batch_")]


@pytest.fixture(params=["lake", "a lake of 100% & ümlauts"])
def lake(tmp_path, request):
    return Lake(str(tmp_path / request.param), "hub-1")


@pytest.fixture
def plain_lake(tmp_path):
    return Lake(str(tmp_path / "lake"), "hub-1")


def read(lake, spark, table):
    """As Spark reads the table, held to its schema."""
    rows = spark.read.format("delta").load(tables.table_path(lake.root, table))
    return rows.to(schemas.TABLES[table])


def table_of(lake, table):
    return DeltaTable(tables.table_path(lake.root, table))


def rows_of(lake, table, **values):
    """A table of the columns that a stage gives, NULL where no values are given."""
    schema = lake.target(table, BATCH).schema
    fields = [field for field in schema if not field.name.startswith("batch_")]
    count = len(next(iter(values.values())))
    return pa.table({f.name: pa.array(values.get(f.name, [None] * count), f.type) for f in fields})


def kept(lake, *labels):
    return rows_of(lake, "images_kept", image_id=[f"of {one}" for one in labels], label_key=labels)


def pictures(lake, contents, *, labels):
    return rows_of(
        lake,
        "images",
        image_id=list(map(str, range(len(contents)))),
        content=contents,
        label_key=labels,
    )


def append_frame(lake, rows, table, *, batch):
    """As a stage does whose rows are on the workers."""
    lake.make(rows.sparkSession, table)
    files = written_by(rows, target=lake.target(table, batch))
    return lake.append_files(rows.sparkSession, table, files, batch=batch)


def entry(lake, table, version):
    path = Path(tables.table_path(lake.root, table), "_delta_log", f"{version:020d}.json")
    return [json.loads(line) for line in path.read_text().splitlines()]


def added(lake, table):
    return pa.table(table_of(lake, table).get_add_actions(flatten=True)).to_pylist()


def test_rows_are_read_by_spark_and_without_it(lake, spark):
    assert lake.append_table(spark, kept(lake, "m_a", "m_b"), "images_kept", batch=BATCH)
    second = Batch(2, "key-2", 1)
    assert lake.append_table(spark, kept(lake, "m_c"), "images_kept", batch=second)

    expected = [(1, "key-1", "m_a"), (1, "key-1", "m_b"), (2, "key-2", "m_c")]
    found = read(lake, spark, "images_kept").select("batch_no", "batch_key", "label_key")
    assert sorted(map(tuple, found.collect())) == expected
    rows = table_of(lake, "images_kept").to_pyarrow_table(
        columns=["batch_no", "batch_key", "label_key"]
    )
    assert sorted(tuple(row.values()) for row in rows.to_pylist()) == expected
    assert lake.has_batch("images_kept", second)


def test_a_batch_is_appended_once(plain_lake, spark):
    assert plain_lake.append_table(spark, kept(plain_lake, "m_a"), "images_kept", batch=BATCH)
    before = table_of(plain_lake, "images_kept").version()
    again = kept(plain_lake, "m_a", "m_b")
    assert not plain_lake.append_table(spark, again, "images_kept", batch=BATCH)
    earlier = replace(BATCH, batch_no=0)
    assert not plain_lake.append_table(spark, again, "images_kept", batch=earlier)
    assert table_of(plain_lake, "images_kept").version() == before
    assert read(plain_lake, spark, "images_kept").count() == 1


def test_the_number_of_a_batch_is_the_one_that_spark_would_have_written(plain_lake, spark):
    """A hub made by a release that wrote through Spark goes on where it stopped."""
    path = tables.table_path(plain_lake.root, "images_kept")
    plain_lake.append_table(spark, kept(plain_lake, "m_a"), "images_kept", batch=BATCH)
    by_spark = spark.read.format("delta").load(path).withColumn("batch_no", F.lit(2).cast("long"))
    options = {"txnAppId": tables.app_id("hub-1", "images_kept"), "txnVersion": 2}
    by_spark.write.format("delta").mode("append").options(**options).save(path)
    rows = kept(plain_lake, "m_b")
    assert not plain_lake.append_table(spark, rows, "images_kept", batch=Batch(2, "key-2", 1))
    assert plain_lake.append_table(spark, rows, "images_kept", batch=Batch(3, "key-3", 1))
    by_spark.write.format("delta").mode("append").options(**options | {"txnVersion": 3}).save(path)
    assert read(plain_lake, spark, "images_kept").count() == 3


def test_a_batch_without_rows_is_a_commit_without_files(plain_lake, spark):
    plain_lake.append_table(spark, kept(plain_lake), "images_kept", batch=BATCH)
    assert plain_lake.has_batch("images_kept", BATCH)
    assert added(plain_lake, "images_kept") == []
    assert list(Path(tables.table_path(plain_lake.root, "images_kept")).glob("*.parquet")) == []
    no_rows = read(plain_lake, spark, "images_kept")
    append_frame(plain_lake, no_rows, "images_kept", batch=Batch(2, "key-2", 0))
    assert plain_lake.has_batch("images_kept", Batch(2, "key-2", 0))


def test_a_batch_of_other_receipts_under_the_number_is_refused(plain_lake, spark):
    plain_lake.append_table(spark, kept(plain_lake, "m_a"), "images_kept", batch=BATCH)
    with pytest.raises(StoresDiffer, match="number was used twice"):
        plain_lake.has_batch("images_kept", replace(BATCH, batch_key="another"))


def test_a_frame_is_written_one_file_a_partition(plain_lake, spark):
    names = [(f"m_{number:03d}",) for number in range(100)]
    frame = spark.createDataFrame(names, "label_key string").withColumns(
        {name: F.lit(None) for name in KEPT if name != "label_key"}
    )
    append_frame(plain_lake, frame.repartition(3), "images_kept", batch=BATCH)
    assert len(added(plain_lake, "images_kept")) == 3
    found = read(plain_lake, spark, "images_kept").select("label_key").collect()
    assert sorted(row.label_key for row in found) == [name for (name,) in names]


def test_the_properties_that_the_hub_relies_on(plain_lake, spark):
    plain_lake.append_table(
        spark, pictures(plain_lake, [b"a"], labels=["m_a"]), "images", batch=BATCH
    )
    assert tables.owner(plain_lake.root, "images") == "hub-1"
    detail = spark_table(plain_lake, spark, "images").detail().collect()[0]
    assert detail.clusteringColumns == ["label_key"]
    assert detail.properties["delta.enableDeletionVectors"] == "false"
    assert "deletionVectors" not in detail.tableFeatures
    schema = spark.read.format("delta").load(tables.table_path(plain_lake.root, "images")).schema
    assert schema == schemas.IMAGES


def spark_table(lake, spark, table):
    return SparkTable.forPath(spark, tables.table_path(lake.root, table))


def test_optimize_reads_and_keeps_every_byte(plain_lake, spark):
    contents = {number: [bytes([number, row]) * 1000 for row in range(5)] for number in (1, 2, 3)}
    for number, some in contents.items():
        rows = pictures(plain_lake, some, labels=["m_a", "m_b", "m_c", "m_d", "m_e"])
        plain_lake.append_table(spark, rows, "images", batch=Batch(number, f"key-{number}", 5))
    spark_table(plain_lake, spark, "images").optimize().executeCompaction()
    assert len(added(plain_lake, "images")) == 1
    found = read(plain_lake, spark, "images").select("content").collect()
    assert sorted(bytes(row.content) for row in found) == sorted(
        chain.from_iterable(contents.values())
    )
    fourth = Batch(4, "key-4", 1)
    plain_lake.append_table(
        spark, pictures(plain_lake, [b"z"], labels=["m_z"]), "images", batch=fourth
    )
    assert read(plain_lake, spark, "images").count() == 16


def test_a_checkpoint_is_made_now_and_then_and_holds_everything(plain_lake, spark):
    for number in range(1, 13):
        batch = Batch(number, f"key-{number}", 1)
        plain_lake.append_table(spark, kept(plain_lake, f"m_{number}"), "images_kept", batch=batch)
    log = Path(tables.table_path(plain_lake.root, "images_kept"), "_delta_log")
    assert [path.name for path in log.glob("*.checkpoint.parquet")] == [
        "00000000000000000010.checkpoint.parquet"
    ]
    for version in range(10):
        (log / f"{version:020d}.json").unlink()
    assert plain_lake.has_batch("images_kept", Batch(12, "key-12", 1))
    assert tables.owner(plain_lake.root, "images_kept") == "hub-1"
    assert len(table_of(plain_lake, "images_kept").to_pyarrow_table()) == 12
    assert read(plain_lake, spark, "images_kept").count() == 12


def test_files_of_other_batches_and_labels_are_skipped(plain_lake, spark):
    for number, labels in ((1, ["m_a", "m_c"]), (2, ["m_m", "m_x"])):
        rows = kept(plain_lake, *labels)
        plain_lake.append_table(spark, rows, "images_kept", batch=Batch(number, f"key-{number}", 2))
    found = {
        (one["min.batch_no"], one["min.label_key"], one["max.label_key"])
        for one in added(plain_lake, "images_kept")
    }
    assert found == {(1, "m_a", "m_c"), (2, "m_m", "m_x")}
    found = read(plain_lake, spark, "images_kept")
    for condition in (F.col("batch_no") == 2, F.col("label_key") == "m_n"):
        assert files_read(found.where(condition)) == 1
    assert files_read(found) == 2


def files_read(rows):
    """How many files Spark's plan is left with once Delta has looked at the statistics."""
    rows.collect()
    scan = rows._jdf.queryExecution().executedPlan().collectLeaves().head()
    return scan.metrics().apply("numFiles").value()


def test_spark_keeps_the_same_statistics_of_the_same_rows(plain_lake, spark):
    """Bounds and NULLs as Spark writes them, for every type that a table has."""
    at = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    values = {
        "file_id": [7, 3, None],
        "width_px": [1024, None, None],
        "lon": [-0.5, 179.25, None],
        "is_grey": [True, False, None],
        "taken_at": [at, at + timedelta(seconds=1), None],
        "label_key": ["m_a", "é" * 40, None],
        "path": ["p" * 32, "p" * 33, "p" * 31],
        "probes": [[1, 2], None, []],
    }
    rows = rows_of(plain_lake, "files_checked", **values)
    plain_lake.append_table(spark, rows, "files_checked", batch=BATCH)
    path = tables.table_path(plain_lake.root, "files_checked")
    columns = ["batch_no", *values]
    spark.read.format("delta").load(path).select(columns).coalesce(1).write.format("delta").save(
        f"{path}-spark"
    )
    [ours] = [
        json.loads(one["add"]["stats"])
        for one in entry(plain_lake, "files_checked", 1)
        if "add" in one
    ]
    [spark_s] = [
        json.loads(one["add"]["stats"])
        for one in entry(plain_lake, "files_checked-spark", 0)
        if "add" in one
    ]

    for kind in ("minValues", "nullCount"):
        told = {name: value for name, value in ours[kind].items() if name in columns}
        if kind == "minValues":
            # Without bounds deltalake would skip every file where it is asked for a boolean.
            assert told.pop("is_grey") is False
        assert told == {name: value for name, value in spark_s[kind].items() if name in told}
    assert ours["numRecords"] == spark_s["numRecords"] == 3
    for name, bound in spark_s["maxValues"].items():
        if name == "taken_at":
            # Spark cuts what it must not cut, and allows for it where it reads.
            assert (bound, ours["maxValues"][name]) == (
                "2024-02-29T12:30:16.123Z",
                "2024-02-29T12:30:16.124Z",
            )
        else:
            told = ours["maxValues"][name]
            assert told == bound or (len(bound) > 32 and told[:32] == bound[:32] and told > bound)


def test_a_timestamp_with_microseconds_is_found_by_its_value(plain_lake, spark):
    at = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    rows = rows_of(plain_lake, "files_checked", taken_at=[at])
    plain_lake.append_table(spark, rows, "files_checked", batch=BATCH)
    found = read(plain_lake, spark, "files_checked")
    assert found.where(F.col("taken_at") == F.lit(at)).count() == 1
    dataset = table_of(plain_lake, "files_checked").to_pyarrow_dataset()
    assert dataset.count_rows(filter=pa.compute.field("taken_at") == pa.scalar(at)) == 1


def test_a_long_string_is_found_by_its_value(plain_lake, spark):
    paths = ["x" * 40, "x" * 32 + chr(0x10FFFF) * 2, "ü" * 5000]
    for number, path in enumerate(paths, start=1):
        rows = rows_of(plain_lake, "files_checked", path=[path])
        plain_lake.append_table(
            spark, rows, "files_checked", batch=Batch(number, f"key-{number}", 1)
        )
    found = read(plain_lake, spark, "files_checked")
    dataset = table_of(plain_lake, "files_checked").to_pyarrow_dataset()
    for path in paths:
        assert found.where(F.col("path") == path).count() == 1
        assert dataset.count_rows(filter=pa.compute.field("path") == path) == 1


def test_bytes_lie_in_one_piece_and_last(plain_lake, spark):
    contents = [bytes([number]) * 2**20 for number in range(40)]
    rows = pictures(plain_lake, contents, labels=["m_a"] * 40)
    [file] = write_table(rows, target=made(plain_lake, spark, "images"))
    path = Path(tables.table_path(plain_lake.root, "images"), file.path)
    footer = pq.read_metadata(path)
    assert footer.row_group(0).num_rows < 40
    for group in range(footer.num_row_groups):
        *others, chunk = [footer.row_group(group).column(at) for at in range(footer.num_columns)]
        assert (chunk.path_in_schema, chunk.compression) == ("content", "UNCOMPRESSED")
        assert (chunk.has_dictionary_page, chunk.statistics) == (False, None)
        data = chunk.num_values * (2**20 + 4)
        assert 0 < chunk.total_compressed_size - data < 100  # one page header
        assert all(other.compression == "ZSTD" for other in others)
    written = path.read_bytes()
    assert all(content in written for content in contents)


def made(lake, spark, table):
    lake.make(spark, table)
    return lake.target(table, BATCH)


def test_a_file_that_is_gone_or_cut_short_is_not_committed(plain_lake, spark):
    target = made(plain_lake, spark, "images_kept")
    files = write_table(kept(plain_lake, "m_a"), target=target)
    path = Path(target.folder, files[0].path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(LakeUnreadable, match=rf"has {len(whole) - 10} bytes, not {len(whole)}"):
        plain_lake.append_files(spark, "images_kept", files, batch=BATCH)
    path.unlink()
    with pytest.raises(LakeUnreadable, match="is missing"):
        plain_lake.append_files(spark, "images_kept", files, batch=BATCH)
    assert not plain_lake.has_batch("images_kept", BATCH)
    path.write_bytes(whole)
    assert plain_lake.append_files(spark, "images_kept", files, batch=BATCH)


def test_a_table_that_maps_its_columns_is_refused(plain_lake, spark):
    path = tables.table_path(plain_lake.root, "images_kept")
    properties = {"delta.columnMapping.mode": "name", tables.OWNER: "hub-1"}
    empty = spark.createDataFrame([], schemas.IMAGES_KEPT).write.format("delta")
    empty.options(**properties).save(path)
    with pytest.raises(LakeUnreadable, match="maps its columns"):
        plain_lake.append_table(spark, kept(plain_lake, "m_a"), "images_kept", batch=BATCH)
    assert added(plain_lake, "images_kept") == []


def test_a_table_of_an_older_release_gets_the_new_columns_once(plain_lake, spark, monkeypatch):
    """As the first release made it: by Spark, with fewer columns and the bytes in the middle."""
    path = tables.table_path(plain_lake.root, "images")
    newer = {"rule_version", "source"}
    older = StructType([field for field in schemas.IMAGES if field.name not in newer])
    making = SparkTable.createIfNotExists(spark).location(path).addColumns(older)
    making = making.property("delta.enableDeletionVectors", "false")
    making.property(tables.OWNER, "hub-1").clusterBy("label_key").execute()
    first = [(1, "key-1", "old", "m_a", bytearray(b"old bytes"))]
    columns = ["batch_no", "batch_key", "image_id", "label_key", "content"]
    rows = spark.createDataFrame(first, columns)
    options = {"txnAppId": tables.app_id("hub-1", "images"), "txnVersion": 1}
    rows.write.format("delta").mode("append").options(**options).save(path)
    assert read(plain_lake, spark, "images").select("rule_version").collect()[0][0] is None

    new = pictures(plain_lake, [b"new bytes"], labels=["m_b"])
    new = new.set_column(new.schema.get_field_index("rule_version"), "rule_version", [[2]])
    for number in (2, 3):
        batch = Batch(number, f"key-{number}", 1)
        plain_lake.append_table(spark, new, "images", batch=batch)

    expected = [(1, None, b"old bytes"), (2, 2, b"new bytes"), (3, 2, b"new bytes")]
    found = read(plain_lake, spark, "images").select("batch_no", "rule_version", "content")
    assert sorted((a, b, bytes(c)) for a, b, c in found.collect()) == expected
    dataset = table_of(plain_lake, "images").to_pyarrow_table(
        columns=["batch_no", "rule_version", "content"]
    )
    assert sorted(tuple(row.values()) for row in dataset.to_pylist()) == expected
    detail = spark_table(plain_lake, spark, "images").detail().collect()[0]
    assert detail.clusteringColumns == ["label_key"]
    assert detail.properties["delta.enableDeletionVectors"] == "false"
    assert table_of(plain_lake, "images").version() == 4  # made, batch 1, widened, batches 2 and 3


@pytest.fixture
def shipped():
    """Send functions of this module to workers whole: they cannot import it."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.mark.usefixtures("shipped")
def test_what_a_failing_task_wrote_is_in_no_table(plain_lake, spark):
    target = made(plain_lake, spark, "images_kept")
    frame = spark.range(1).select("*", *(F.lit(None).alias(name) for name in KEPT))
    with pytest.raises(Exception, match="a worker fails"):
        written_by(frame, fail_after_writing, target=target)
    left = list(Path(target.folder).glob("*.parquet"))
    assert len(left) >= 1
    assert added(plain_lake, "images_kept") == []
    assert append_frame(plain_lake, frame.drop("id"), "images_kept", batch=BATCH)
    assert read(plain_lake, spark, "images_kept").count() == 1


def fail_after_writing(batches, *, target):
    from jobs.writing import write_files

    list(write_files(batches, target=target))
    raise ValueError("a worker fails")


def test_every_type_of_the_tables_is_made_as_spark_knows_it(plain_lake, spark):
    for table, schema in schemas.TABLES.items():
        plain_lake.make(spark, table)
        path = tables.table_path(plain_lake.root, table)
        assert spark.read.format("delta").load(path).schema == schema
    nested = StructType().add("lists", ArrayType(ArrayType(LongType()))).add("name", StringType())
    path = tables.table_path(plain_lake.root, "nested")
    kernel.create_table(spark, path, schema=nested, properties={})
    assert spark.read.format("delta").load(path).schema == nested
