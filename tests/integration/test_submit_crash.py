import signal
import subprocess
import sys

import pytest

from hub.services.submissions import submit_paths

# Runs one submit that kills its own process as the named function is about to run, or has run.
SUBMIT_AND_DIE = """
import os, signal, sys
from hub.db import connect
from hub.objects.local import Objects
from hub.rules.submissions import check_defaults
from hub.services import landing, receipts, submissions

url, objects, moment, *paths = sys.argv[1:]
intake = submissions.Intake(lambda: connect(url), Objects(objects), max_bytes=1000)

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def run(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return run

if moment == "while files are copied":
    intake.objects.accept = after(intake.objects.accept)
elif moment == "before registering":
    submissions.register = die
elif moment == "before the commit":
    receipts.receipts.add_files = after(receipts.receipts.add_files)
elif moment == "after the commit":
    submissions.register = after(submissions.register)
submissions.submit_paths(intake, paths, labels=["Apple"], defaults=check_defaults("ann"))
"""


@pytest.mark.parametrize(
    ("moment", "receipts_left"),
    [
        ("while files are copied", 0),
        ("before registering", 0),
        ("before the commit", 0),
        ("after the commit", 1),
    ],
)
def test_a_submit_that_dies_leaves_its_receipt_whole_or_absent_and_is_run_again(
    moment, receipts_left, intake, defaults, database_url, tmp_path, rows_of
):
    paths = [str(tmp_path / f"{number}.jpg") for number in range(20)]
    for number, path in enumerate(paths):
        with open(path, "w") as file:
            file.write(str(number))
    objects = str(intake.objects.path("landing").parent)
    arguments = [sys.executable, "-c", SUBMIT_AND_DIE, database_url, objects, moment, *paths]

    died = subprocess.run(arguments, timeout=60)

    assert died.returncode == -signal.SIGKILL
    assert rows_of("SELECT count(*) FROM receipt") == [(receipts_left,)]
    [again] = submit_paths(intake, paths, labels=["Apple"], defaults=defaults)
    [submission] = again.submissions
    assert submission.received + len(submission.already) == 20
    assert rows_of("SELECT last_receipt_no FROM hub") == [(1,)]
    stored = rows_of("SELECT count(*), count(DISTINCT sha256) FROM submission_file")
    assert stored == [(20, 20)]
