"""Has Spark write a training's run folder, and leaves the machine to the ranks afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.sql import SparkSession

from hub.catalogue.trainings import Training
from hub.config import Settings
from hub.db import OpenDb
from hub.rules.trainings import Options
from hub.services import lineage, subsets
from jobs.progress import Track
from jobs.session import spark_session
from jobs.train.writing import write_run_folder

_PAUSE_SECONDS = 1.0


def prepare(
    settings: Settings,
    open_db: OpenDb,
    training: Training,
    *,
    folder: Path,
    over: Event,
    track: Track,
) -> None:
    """Write the run folder of a training that has its subset, and keep which pictures it uses.

    Raises what writing it does, also where Spark is stopped since the training is over.
    """
    assert training.root
    with open_db() as db:
        lock = subsets.find_lock(db, training.root)
    with _brief_session(settings) as spark, ending(spark, over):
        write_run_folder(
            spark,
            settings,
            lock=lock,
            options=Options(**training.options),
            training_id=training.training_id,
            folder=folder,
            track=track,
        )
    with open_db() as db:
        lineage.put_images(db, settings, training.training_id, folder)


@contextmanager
def _brief_session(settings: Settings) -> Iterator[SparkSession]:
    """Start Spark, and end its JVM afterwards, which would keep gigabytes as long as this runs."""
    try:
        with spark_session(settings, "train") as spark:
            yield spark
    finally:
        if gateway := SparkContext._gateway:
            # Forgotten first: the next training cannot use it, however it ends.
            SparkContext._gateway = SparkContext._jvm = None
            gateway.shutdown()
            # It ends with what it reads its orders from.
            gateway.proc.stdin.close()
            gateway.proc.wait()


@contextmanager
def ending(spark: SparkSession, over: Event) -> Iterator[None]:
    """Let Spark end what it does in the block once `over` is set."""
    stop = Event()

    def watch() -> None:
        while not stop.wait(_PAUSE_SECONDS):
            if over.is_set():
                # Where Spark is gone, so is what it did.
                with suppress(Py4JError):
                    spark.sparkContext.cancelAllJobs()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
