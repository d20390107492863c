"""Runs the ranks of a run on the executors of a Spark cluster: the driver of `horovod.spark.run`.

`python -m jobs.train.worker.on_spark RUN_FOLDER --attempt N --ranks N --master URL`. Executors see
the run folder under the same path and have the training environment at the same place.
"""

import argparse
import os
import runpy
import sys

import horovod.spark
from pyspark import SparkConf, SparkContext

_START_SECONDS = 300
"""Until as many executors as ranks must be there."""

_BEGINNINGS = ("HOROVOD_", "HUB_", "NCCL_", "OMP_", "PYTHON", "TF_", "XLA_")
"""Of the variables that an executor's rank needs from here; it has its own paths and devices."""


def work(folder: str, attempt: int) -> None:
    """Be one rank, in a process that an executor started."""
    sys.argv = ["jobs.train.worker", folder, "--attempt", str(attempt)]
    try:
        runpy.run_module("jobs.train.worker", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        # The launcher waits for each rank's result: only what failed may end its process.
        if ended.code:
            raise


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--attempt", type=int, required=True)
    parser.add_argument("--ranks", type=int, required=True)
    parser.add_argument("--master", required=True)
    asked = parser.parse_args()
    handed = {name: value for name, value in os.environ.items() if name.startswith(_BEGINNINGS)}
    with SparkContext(conf=_conf(asked.master, handed)):
        horovod.spark.run(
            work,
            args=(asked.folder, asked.attempt),
            num_proc=asked.ranks,
            start_timeout=_START_SECONDS,
            use_gloo=True,
            env=handed,
            verbose=0,
            executable=sys.executable,
        )


def _conf(master: str, handed: dict[str, str]) -> SparkConf:
    conf = (
        SparkConf()
        .setMaster(master)
        .setAppName("deep-images-hub-train")
        .set("spark.driver.memory", "1g")
        .set("spark.ui.enabled", "false")
        # A rank that failed is no task to be tried again: the supervisor restarts all of them.
        .set("spark.task.maxFailures", "1")
    )
    if master.startswith("local"):
        conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
    for name, value in handed.items():
        conf.set(f"spark.executorEnv.{name}", value)
    return conf


if __name__ == "__main__":
    # By its name, not as `__main__`: then `work` travels to the executors as a name, too.
    from jobs.train.worker import on_spark

    on_spark.main()
