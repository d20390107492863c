"""What the workers count as they go comes out as rows done, and leaves nothing behind."""

from threading import Event

import pytest

from jobs.progress import noting, shown


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr("jobs.progress._NOTED_SECONDS", 0.0)
    monkeypatch.setattr("jobs.progress._QUIET_SECONDS", 0.0)


class Tracked:
    def __init__(self):
        self.rows = []
        self.asked = None
        self.is_done = Event()

    def __call__(self, done, what, total):
        self.asked = (what, total)
        for rows in done:
            self.rows.append(rows)
            if rows == total:
                self.is_done.set()


def test_rows_are_shown_as_workers_have_done_them(tmp_path):
    seen = Tracked()
    with shown(tmp_path / "counts", "files checked", total=5, track=seen) as folder:
        pieces = noting(["ab", "cde"], folder, rows=len)
        assert [*pieces] == ["ab", "cde"]
        assert seen.is_done.wait(60)
    assert seen.asked == ("files checked", 5)
    assert seen.rows[-1] == 5


def test_an_item_counts_when_the_next_one_is_asked_for(tmp_path):
    items = noting("ab", str(tmp_path))
    next(items)
    assert not [*tmp_path.iterdir()]
    next(items)
    assert (tmp_path / "0").read_text() == "1"


def test_a_task_that_begins_again_does_not_count_twice(tmp_path):
    seen = Tracked()
    with shown(tmp_path / "counts", "files checked", total=9, track=seen) as folder:
        first = noting(range(9), folder)
        for _ in range(7):
            next(first)
        first.close()
        assert [*noting(range(9), folder)] == [*range(9)]
        assert seen.is_done.wait(60)
    assert seen.rows == sorted(seen.rows)
    assert seen.rows[-1] == 9


def test_counts_are_gone_after_a_failure_and_an_error_is_not_hidden(tmp_path):
    counting = shown(tmp_path / "counts", "files checked", total=2, track=Tracked())
    with pytest.raises(ZeroDivisionError), counting as folder:
        [1 // row for row in noting([1, 0], folder)]
    assert not [*tmp_path.iterdir()]


def test_a_worker_goes_on_where_its_count_cannot_be_written(tmp_path):
    assert [*noting("abc", str(tmp_path / "gone"))] == ["a", "b", "c"]


def test_what_is_soon_done_shows_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("jobs.progress._QUIET_SECONDS", 600.0)
    seen = Tracked()
    with shown(tmp_path / "counts", "files checked", total=1, track=seen) as folder:
        assert [*noting("a", folder)] == ["a"]
    assert seen.asked is None
