"""Who ends which processes of a run."""

import os
import subprocess
import sys
import time

from jobs.train.launchers import Launched
from jobs.train.marked import end_marked, find_marked, marks


def test_who_was_replaced_ends_what_it_started_and_not_what_its_successor_did(tmp_path):
    first, second = (
        Launched(
            subprocess.Popen(
                [sys.executable, "-c", "import time; time.sleep(600)"],
                env={**os.environ, **marks(tmp_path, supervisor=number)},
            ),
            tmp_path,
            number,
            tmp_path,
        )
        for number in (1, 2)
    )
    deadline = time.monotonic() + 60
    while len(find_marked(tmp_path)) < 2:
        assert time.monotonic() < deadline
    first.end()
    assert find_marked(tmp_path) == [second.process.pid]
    assert end_marked(tmp_path, up_to=1) == 0
    second.end()
    assert find_marked(tmp_path) == []
