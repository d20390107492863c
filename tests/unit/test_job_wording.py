"""How jobs and what networks learned are put into words and drawn."""

from datetime import UTC, datetime

import pytest
from dash.development.base_component import Component

from dashboard.learning import confusion_matrix
from dashboard.pages.ops.wording import (
    became_text,
    outcome_of,
    rate_text,
    seconds_text,
    share_of,
)
from hub.catalogue.jobs import Job

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job(command, result):
    fields = (1, command, {}, "succeeded", "ann", NOW, None, NOW, NOW, "h", 1, "", None, result)
    return Job(*fields)


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("batch 9: files checked: 1,200 of 4,800", 25.0),
        ("starting Spark", None),
        ("0 of 0", None),
        ("7 of 5", 100.0),
    ],
)
def test_a_line_of_progress_tells_how_far_a_job_is(line, share):
    assert share_of(line) == share


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (245, "4 min 05 s"), (7805, "2 h 10 min")],
)
def test_durations_read_well(seconds, text):
    assert seconds_text(seconds) == text


def test_no_rate_is_told_of_nothing():
    assert (rate_text(0, 3.0), rate_text(10, 0.0), rate_text(10, 4.0)) == ("-", "-", "2.5")


@pytest.mark.parametrize(
    ("command", "result", "text"),
    [
        ("run", {"stages": []}, "Nothing was due."),
        ("compact", {"compacted": []}, "Nothing to compact."),
        ("vacuum", {"removed": [{"files": 2, "bytes": 3000}]}, "2 files removed, 3 kB."),
        ("verify", {"ok": True, "fingerprint": "ab" * 20}, "Both stores say the same. "),
        ("export", {"size_bytes": 5000}, "5 kB to download."),
        ("run", None, "Nothing was due."),
    ],
)
def test_what_a_job_brought_forth_is_a_sentence(command, result, text):
    assert outcome_of(job(command, result)).startswith(text)


def texts(component):
    if isinstance(component, Component):
        yield from texts(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for one in component:
            yield from texts(one)
    elif component is not None:
        yield str(component)


def test_of_many_classes_the_most_mistaken_are_shown():
    size = 60
    counts = [[100 if i == j else 0 for j in range(size)] for i in range(size)]
    counts[59][0] = 7
    shown = [*texts(confusion_matrix([f"class {i}" for i in range(size)], counts))]
    assert "class 59" in shown
    assert "class 58" not in shown
    assert "The 40 classes of 60 that are mistaken most often." in shown


def test_what_files_became_is_told_in_words():
    rows = {"duplicate_near": 2, "published": 1_200, "train": 0, "duplicate_bytes": 9}
    assert became_text(rows) == "1,200 published, 9 repeated files, 2 near duplicates"
