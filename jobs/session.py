"""Spark sessions: the only place that builds one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from hub.config import Settings
from jobs.jars import jar_paths

# A picture's bytes lie in one piece: plain pages, one a chunk, in row groups of 16 MB, without
# compression, dictionary or statistics (JPEG does not shrink). OPTIMIZE keeps the layout.
_PARQUET = {
    "parquet.block.size": 16 * 1024**2,
    "parquet.page.size": 64 * 1024**2,
    "parquet.page.size.row.check.min": 1,
    "parquet.page.size.row.check.max": 4,
    "parquet.block.size.row.check.min": 1,
    "parquet.block.size.row.check.max": 4,
    "parquet.enable.dictionary#content": "false",
    "parquet.column.statistics.enabled#content": "false",
}


# On one machine the JVM plans and writes while Python does the heavy work: its second compiler
# costs the cores more than it gives back (949 photographs: 43 s without it beside 68 s with it).
_LOCAL_JVM = "-XX:TieredStopAtLevel=1"

_SAFE_PATH = "PYTHONSAFEPATH"


@contextmanager
def spark_session(settings: Settings, app_name: str) -> Iterator[SparkSession]:
    """Start a session in UTC with Delta, and stop it on the way out.

    What Spark and its workers print goes to `logs/spark.log` of the hub's home.
    """
    log = settings.home / "logs" / "spark.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    os.environ["PYSPARK_PYTHON"] = sys.executable  # workers must see the same packages
    with _stderr_to(log), _safe_path():
        spark = _builder(settings, app_name).getOrCreate()
    try:
        yield spark
    finally:
        # A JVM that was killed cannot be stopped; what it was asked last says what happened.
        with suppress(Py4JError, OSError):
            spark.stop()


def _builder(settings: Settings, app_name: str) -> SparkSession.Builder:
    builder = (
        SparkSession.builder.appName(f"deep-images-hub-{app_name}")
        .master(settings.spark_master)
        .config("spark.jars", ",".join(map(str, jar_paths())))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog"
        )
        .config("spark.driver.memory", settings.spark_memory)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", str(settings.home / "tmp"))
        .config("spark.sql.warehouse.dir", str(settings.home / "tmp" / "warehouse"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "WARN")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", settings.partitions or os.cpu_count() or 1)
        # Where bytes are read, 4096 rows of 285 KB a vector would be 1.2 GB.
        .config("spark.sql.parquet.columnarReaderBatchSize", 64)
        .config("spark.databricks.delta.snapshotPartitions", 2)
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # The library's threads would contend with the workers for the cores.
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        .config("spark.executorEnv.OPENBLAS_NUM_THREADS", "1")
    )
    if settings.spark_master.startswith("local"):
        builder = builder.config("spark.driver.extraJavaOptions", _LOCAL_JVM)
    for name, value in _PARQUET.items():
        builder = builder.config(f"spark.hadoop.{name}", value)
    return builder


@contextmanager
def _safe_path() -> Iterator[None]:
    """Let what is started meanwhile, Spark with its workers, import nothing from this folder.

    A home called `hub` has a folder `lake`, which would be taken for the package's.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        del os.environ[_SAFE_PATH]
        if before is not None:
            os.environ[_SAFE_PATH] = before


@contextmanager
def _stderr_to(log: Path) -> Iterator[None]:
    """Send stderr to a file while the JVM starts, which keeps what it inherits."""
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
