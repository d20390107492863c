import csv

import pytest

from hub.guarded import Bounds
from tests.fixtures.bounded import judge_all

REFUSED_WHATEVER = {"reject", "reject_or_unsupported"}
BOUNDS = Bounds(seconds=5, memory_bytes=512 * 1024**2)
TAKEN = {"accept", "accept_drop_gps"}


@pytest.fixture(scope="module")
def expected(shared):
    with (shared / "hostile" / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judge(shared, rows):
    paths = [row["path"] for row in rows]
    contents = ((shared / "hostile" / path).read_bytes() for path in paths)
    return dict(zip(paths, judge_all(contents, bounds=BOUNDS), strict=True))


@pytest.fixture(scope="module")
def verdicts(shared, expected):
    return judge(shared, expected)


def outcomes(expected, verdicts, kinds):
    return {
        row["path"]: verdicts[row["path"]].checked for row in expected if row["expected"] in kinds
    }


def test_what_is_broken_is_refused(expected, verdicts):
    judged = outcomes(expected, verdicts, REFUSED_WHATEVER)
    assert len(judged) > 300
    assert [path for path, checked in judged.items() if checked.reason is None] == []


def test_what_is_valid_is_taken(expected, verdicts):
    judged = outcomes(expected, verdicts, TAKEN)
    assert len(judged) > 90
    assert {path: c.reason for path, c in judged.items() if c.reason is not None} == {}


def test_other_formats_are_never_called_corrupt(expected, verdicts):
    judged = outcomes(expected, verdicts, {"accept_or_unsupported"})
    assert {c.reason for c in judged.values()} == {None, "unsupported_format", "animated"}


def test_an_impossible_place_is_dropped(expected, verdicts):
    judged = outcomes(expected, verdicts, {"accept_drop_gps"})
    assert len(judged) == 6
    assert {(c.lon, c.lat) for c in judged.values()} == {(None, None)}


def test_a_valid_place_beside_them_is_kept(verdicts):
    checked = verdicts["crafted/gps_south_west.jpg"].checked
    assert (checked.lon, checked.lat) == (pytest.approx(-70.5), pytest.approx(-33.86))


def test_every_file_gets_the_same_verdict_in_another_process_and_order(shared, expected, verdicts):
    again = judge(shared, expected[::-1])
    assert [path for path, v in verdicts.items() if v.checked != again[path].checked] == []


def test_no_file_breaks_its_bounds_or_the_checks(verdicts):
    ended = {"too_slow", "too_much_memory", "decoder_crashed"}
    assert {
        path: v.checked.reason for path, v in verdicts.items() if v.checked.reason in ended
    } == {}
    assert {path: v.error for path, v in verdicts.items() if v.error} == {}
    assert [path for path, v in verdicts.items() if v.peak_bytes > BOUNDS.memory_bytes] == []


def test_what_is_published_is_published_as_itself(verdicts):
    assert [path for path, v in verdicts.items() if not v.is_stable] == []


def test_equal_md5_is_not_an_equal_picture(verdicts):
    first = verdicts["identity/md5collision_md5-1.jpg"].checked
    second = verdicts["identity/md5collision_md5-2.jpg"].checked
    assert first.image_id != second.image_id
    assert first.reduced_sha256 != second.reduced_sha256
