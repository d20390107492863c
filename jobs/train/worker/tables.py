"""Petastorm's reader, as it has to be for a read that is whole, in order, and without detours."""

import time
import warnings
from typing import Any

import pyarrow as pa
from petastorm import make_batch_reader
from petastorm.workers_pool import EmptyResultError

COLUMNS = ["image", "image_id", "number", "label", "states"]
_NAP_SECONDS = 0.001


def open_reader(urls: list[str]) -> Any:
    """Open Petastorm's reader of files in the order given, which ends only when all are read."""
    # Petastorm uses of pyarrow 14 what later ones have no more.
    warnings.filterwarnings("ignore", category=FutureWarning, module="petastorm")
    # One thread reads in order, and no more than four files ahead.
    reader = make_batch_reader(
        urls,
        schema_fields=[f"^{name}$" for name in COLUMNS],
        workers_count=1,
        shuffle_row_groups=False,
    )
    reader._results_queue_reader = _Tables()
    # How often is looked whether the next files can be handed out: every 10 ms, small ones wait.
    reader._workers_pool._ventilator._ventilation_interval = _NAP_SECONDS
    _wait_for_all(reader._workers_pool)
    return reader


def _wait_for_all(pool: Any) -> None:
    """Correct when a reader thinks that it is done.

    Petastorm 0.13.1 counts what its workers have done before it asks whether all was handed out
    to them: between the two the last files can be handed out, and are never read. The other way
    round, nothing can come in between.
    """
    are_workers_done = pool.all_workers_done

    def is_all_done() -> bool:
        if pool._ventilator.completed():
            return bool(are_workers_done())
        if are_workers_done():
            # Asked again at once, over and over, until more is handed out.
            time.sleep(_NAP_SECONDS)
        return False

    pool.all_workers_done = is_all_done


class _Tables:
    """Takes from Petastorm what it has read as it has read it, a table a file."""

    batched_output = True

    def read_next(self, pool: Any, _schema: Any, _ngram: Any) -> pa.Table:
        try:
            return pool.get_results()
        except EmptyResultError:
            raise StopIteration from None
