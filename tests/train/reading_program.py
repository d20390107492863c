"""Run by the training environment's Python: reads an epoch of a run folder, prints it as JSON.

`late` hands files out late, as a busy machine may, and asks the workers slowly; `uncorrected`
besides leaves Petastorm as it is.
"""

import json
import sys
import time
from pathlib import Path

from petastorm.workers_pool.thread_pool import ThreadPool
from petastorm.workers_pool.ventilator import ConcurrentVentilator

from hub.rules.epochs import EpochPlan
from hub.rules.runs import read_run
from jobs.train.worker import reading
from jobs.train.worker.reading import read_batches
from jobs.train.worker.sources import Source

ventilate, all_workers_done = ConcurrentVentilator._ventilate, ThreadPool.all_workers_done


def late(self):
    time.sleep(0.3)
    self._ventilation_interval = 0.1
    ventilate(self)


def slowly(self):
    is_done = all_workers_done(self)
    time.sleep(0.6 if is_done else 0)
    return is_done


def uncorrected(urls):
    reader = open_reader(urls)
    del reader._workers_pool.all_workers_done
    return reader


open_reader = reading.open_reader
told = []
for folder, how in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    if how != "plain":
        ConcurrentVentilator._ventilate, ThreadPool.all_workers_done = late, slowly
    reading.open_reader = uncorrected if how == "uncorrected" else open_reader
    try:
        source = Source(Path(folder), read_run(Path(folder)), "train")
        source.check_sizes()
        plan = EpochPlan(source.run.rows("train"), source.run.batch, 1, 1)
        batches = list(read_batches(source, plan, rank=0, ranks=1))
        assert all(batch.images.any() for batch in batches)
        told.append(sorted(image for batch in batches for image in batch.image_ids))
    except Exception as error:
        told.append(f"{type(error).__name__}: {error}")
sys.stdout.write(json.dumps(told) + "\n")
