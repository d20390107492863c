"""Files that are not what they were are named, and a read that ends early is never believed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.exported import train_python
from tests.fixtures.run_folders import write_run_folder
from tests.train.ranks import ROOT, environment, events, finish, start

IMAGES = [f"train-{place:06d}" for place in range(6)]


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What became of reading run folders whose files were spoilt, each in its way."""
    ways = {
        "whole": lambda file: None,
        "missing": lambda file: file.unlink(),
        "truncated": lambda file: file.write_bytes(file.read_bytes()[:-100]),
        "changed": lambda file: file.write_bytes(_with_another_pixel(file.read_bytes())),
        "zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
        "foreign": lambda file: file.with_name("_common_metadata").write_bytes(b"cos\nsystem\n"),
        "late": lambda file: None,
        "uncorrected": lambda file: None,
    }
    asked = []
    for name, spoil in ways.items():
        folder = tmp_path_factory.mktemp(name)
        write_run_folder(folder, train=6, validation=0, rows_a_file=2)
        spoil(folder / "train" / "00002.parquet")
        asked += [str(folder), name if name in ("late", "uncorrected") else "plain"]
    program = Path(__file__).with_name("reading_program.py")
    done = subprocess.run(
        [train_python(), str(program), *asked],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(ways, json.loads(done.stdout.splitlines()[-1]), strict=True))


def test_each_picture_comes_once(read):
    assert read["whole"] == IMAGES


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("missing", "is missing"),
        ("truncated", "bytes instead of"),
        ("changed", "has changed since it was written"),
        ("zeros", "has changed since it was written"),
    ],
)
def test_a_file_that_is_not_what_it_was_is_named(read, way, words):
    assert read[way].startswith("DataError: ")
    assert "train/00002.parquet" in read[way]
    assert words in read[way]


def test_metadata_that_petastorm_would_unpickle_is_refused(read):
    assert read["foreign"].startswith("DataError: ")
    assert "_common_metadata is not part of this training" in read["foreign"]


def test_petastorm_ends_a_read_early_where_it_is_not_corrected_and_that_is_an_error(read):
    assert read["uncorrected"].startswith("ShortRead: ")
    assert read["late"] == IMAGES


def test_a_run_of_a_truncated_file_ends_for_good_and_says_which(tmp_path):
    write_run_folder(tmp_path, train=6, validation=3)
    file = tmp_path / "validation" / "00001.parquet"
    file.write_bytes(file.read_bytes()[:1000])
    status, said = finish(start(tmp_path, ranks=1))
    assert status == 3, said
    (failed,) = events(tmp_path, "failed")
    assert "validation/00001.parquet has 1,000 bytes instead of" in failed["error"]
    assert failed["exit"] == 3
    assert not (tmp_path / "result.json").exists()


def _with_another_pixel(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
