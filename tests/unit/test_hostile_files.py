import csv

import pytest

from tests.fixtures.bounded import judge_files

REFUSED_WHATEVER = {"reject", "reject_or_unsupported"}
TAKEN = {"accept", "accept_drop_gps"}


@pytest.fixture(scope="module")
def expected(shared):
    with (shared / "hostile" / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def verdicts(shared, expected):
    folder = shared / "hostile"
    judged = judge_files([folder / row["path"] for row in expected])
    return {str(path.relative_to(folder)): verdict for path, verdict in judged.items()}


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


def test_every_file_gets_the_same_verdict_twice(verdicts):
    assert [path for path, v in verdicts.items() if v.checked != v.again] == []


def test_no_file_takes_long(verdicts):
    assert {path: v.seconds for path, v in verdicts.items() if v.seconds > 5} == {}


def test_equal_md5_is_not_an_equal_picture(verdicts):
    first = verdicts["identity/md5collision_md5-1.jpg"].checked
    second = verdicts["identity/md5collision_md5-2.jpg"].checked
    assert first.image_id != second.image_id
    assert first.reduced_sha256 != second.reduced_sha256
