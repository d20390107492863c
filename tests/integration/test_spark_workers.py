import os
import sys


def test_workers_import_nothing_from_the_folder_that_a_job_was_started_in(spark):
    # A home may be called as the hub's own package is, and has a folder `lake`, too.
    [paths] = spark.sparkContext.parallelize([0], 1).map(lambda _: sys.path).collect()
    assert "" not in paths
    assert os.getcwd() not in paths
