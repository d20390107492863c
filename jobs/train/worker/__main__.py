"""One rank of a training: `python -m jobs.train.worker RUN_FOLDER --attempt N`.

Ends with 0 when the run is done, 3 when starting again would not help, 4 when the run is
cancelled or another's, and else may be started again.
"""

import argparse
import atexit
import os
import sys
from pathlib import Path

from hub.errors import HubError
from hub.rules.runs import FOR_GOOD, RESULT, read_run
from hub.rules.trainings import Options
from jobs.train.worker.digests import DataError
from jobs.train.worker.events import append_event
from jobs.train.worker.watchdog import watch_lease

_FAILED = 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--attempt", type=int, default=1)
    asked = parser.parse_args()
    if (asked.folder / RESULT).exists():
        return 0
    lease_seconds = float(os.environ.get("HUB_LEASE_SECONDS", 90))
    watch_lease(asked.folder, attempt=asked.attempt, lease_seconds=lease_seconds)
    try:
        _train(asked.folder, attempt=asked.attempt)
    except HubError as error:
        code = FOR_GOOD if isinstance(error, DataError) else _FAILED
        append_event(asked.folder, "failed", error=str(error), exit=code)
        sys.stderr.write(f"{error}\n")
        return code
    return 0


def _train(folder: Path, *, attempt: int) -> None:
    run = read_run(folder)
    # TensorFlow takes seconds to load.
    from jobs.train.worker.ranks import join_ranks, leave_ranks
    from jobs.train.worker.tracing import Trace
    from jobs.train.worker.training import train

    ranks = join_ranks(precision=Options(**run.options).precision)
    traces = os.environ.get("HUB_TRAIN_TRACE")
    train(
        folder,
        run,
        ranks=ranks,
        attempt=attempt,
        checkpoint_seconds=float(os.environ.get("HUB_TRAIN_CHECKPOINT_SECONDS", 60)),
        trace=Trace(Path(traces) if traces else None, attempt=attempt, rank=ranks.rank),
    )
    leave_ranks()


def _leave(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    status = _FAILED
    try:
        status = main()
    finally:
        # A thread of pyarrow 14's may abort the interpreter as it shuts down, when all has been
        # done, and Horovod would wait for the farewells of ranks that are gone.
        atexit.register(_leave, status)
    sys.exit(status)
