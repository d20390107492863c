"""Makes tables and commits files to them by Delta Kernel: the only code that calls the JVM."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaObject
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, DataType, StructType

from hub.errors import LakeUnreadable
from jobs.writing import DataFile

_ENGINE = "deep-images-hub"
_MAPPING = "delta.columnMapping.mode"


def create_table(
    spark: SparkSession,
    path: str,
    *,
    schema: StructType,
    properties: Mapping[str, str],
    cluster_by: Sequence[str] = (),
) -> None:
    """Make an empty table; a part of a second, where Spark's own builder takes three."""
    kernel, engine = _kernel(spark), _engine(spark)
    making = kernel.TableManager.buildCreateTableTransaction(
        path, _kernel_schema(kernel, schema), _ENGINE
    ).withTableProperties(_java_map(spark, properties))
    if cluster_by:
        columns = [kernel.expressions.Column(name) for name in cluster_by]
        layout = kernel.transaction.DataLayoutSpec.clustered(_java_list(spark, columns))
        making = making.withDataLayoutSpec(layout)
    committed = making.build(engine).commit(engine, kernel.utils.CloseableIterable.emptyIterable())
    _finish(engine, committed, path)


def commit_files(
    spark: SparkSession,
    table_path: str,
    files: Sequence[DataFile],
    *,
    app_id: str,
    version: int,
) -> bool:
    """Add files to a table in one commit; return False if it has that version of the app already.

    Without files the commit says only that the version is done. Raises LakeUnreadable if a file is
    not there as it was written, or if the table names its columns otherwise in its files.
    """
    kernel, engine = _kernel(spark), _engine(spark)
    snapshot = kernel.TableManager.loadSnapshot(table_path).build(engine)
    done = snapshot.getLatestTransactionVersion(engine, app_id)
    if done.isPresent() and done.get() >= version:
        return False
    if dict(snapshot.getTableProperties()).get(_MAPPING, "none") != "none":
        raise LakeUnreadable(
            f"{table_path} maps its columns to other names ({_MAPPING}), so that values written to"
            " it would read as NULL. Nothing was committed. Restore the table from a backup."
        )
    transaction = (
        snapshot.buildUpdateTableTransaction(_ENGINE, kernel.Operation.WRITE)
        .withTransactionId(app_id, version)
        .build(engine)
    )
    adding = [_status(kernel, engine, snapshot, table_path, file) for file in files]
    committed = transaction.commit(engine, _actions(spark, engine, transaction, adding))
    _finish(engine, committed, table_path)
    return True


def _status(
    kernel: Any, engine: JavaObject, snapshot: JavaObject, table_path: str, file: DataFile
) -> JavaObject:
    """Describe a file to the kernel, which would also commit one that is not there."""
    path = f"{table_path}/{file.path}"
    found = Path(path).stat().st_size if Path(path).is_file() else None
    if found != file.size_bytes:
        state = "is missing" if found is None else f"has {found} bytes, not {file.size_bytes}"
        raise LakeUnreadable(
            f"{path}, which was just written, {state}. Nothing was committed. See what else writes"
            " to the lake, or that its disk is not full, and run the same command again."
        )
    statistics = kernel.statistics.DataFileStatistics.deserializeFromJson(
        file.statistics, snapshot.getSchema()
    )
    return kernel.utils.DataFileStatus(
        f"{snapshot.getPath()}/{file.path}", file.size_bytes, file.modified_ms, statistics
    )


def _actions(
    spark: SparkSession, engine: JavaObject, transaction: JavaObject, adding: list[JavaObject]
) -> JavaObject:
    kernel = _kernel(spark)
    if not adding:
        return kernel.utils.CloseableIterable.emptyIterable()
    state = transaction.getTransactionState(engine)
    unpartitioned = _java_map(spark, {})
    context = kernel.Transaction.getWriteContext(engine, state, unpartitioned)
    files = kernel.internal.util.Utils.toCloseableIterator(_java_list(spark, adding).iterator())
    rows = kernel.Transaction.generateAppendActions(engine, state, files, context)
    return kernel.utils.CloseableIterable.inMemoryIterable(rows)


def _finish(engine: JavaObject, committed: JavaObject, table_path: str) -> None:
    """Make a commit last, and do what it asks for: checksums, and a checkpoint now and then."""
    log = Path(table_path) / "_delta_log"
    # The kernel leaves it to the system when its entry reaches the disk; Postgres comes next, and
    # must not be the only one to remember the batch after a power cut.
    for path in (log / f"{committed.getVersion():020d}.json", log, log.parent):
        _sync(path)
    for hook in committed.getPostCommitHooks():
        hook.threadSafeInvoke(engine)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _kernel_schema(kernel: Any, schema: StructType) -> JavaObject:
    made = kernel.types.StructType()
    for field in schema:
        made = made.add(field.name, _kernel_type(kernel, field.dataType))
    return made


def _kernel_type(kernel: Any, kind: DataType) -> JavaObject:
    if isinstance(kind, ArrayType):
        return kernel.types.ArrayType(_kernel_type(kernel, kind.elementType), True)
    # LongType has LongType.LONG, and so on.
    name = type(kind).__name__
    return getattr(getattr(kernel.types, name), name.removesuffix("Type").upper())


def _engine(spark: SparkSession) -> JavaObject:
    configuration = spark._jsc.hadoopConfiguration()
    return _kernel(spark).defaults.engine.DefaultEngine.create(configuration)


def _kernel(spark: SparkSession) -> Any:
    assert spark._jvm is not None
    return spark._jvm.io.delta.kernel


def _java_map(spark: SparkSession, values: Mapping[str, str]) -> JavaObject:
    assert spark._jvm is not None
    made = spark._jvm.java.util.HashMap()
    for name, value in values.items():
        made.put(name, value)
    return made


def _java_list(spark: SparkSession, values: Sequence[JavaObject]) -> JavaObject:
    assert spark._jvm is not None
    made = spark._jvm.java.util.ArrayList()
    for value in values:
        made.add(value)
    return made
