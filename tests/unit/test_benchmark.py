import json
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from benchmarks import checks, limit, page, plain, profile
from benchmarks.contender import Measured
from benchmarks.judged import Judged
from benchmarks.peer import serving
from benchmarks.processes import BenchError, run
from benchmarks.report import lay_out, sum_up
from benchmarks.spans import Spans, with_rests
from hub.rules.hashing import phash


def make_round(*, limit, hub, peer, start=0.0):
    return {
        "fused_limit": Measured(100, limit),
        "hub": Measured(100, hub, start_seconds=start, parts=(("submit", hub / 2),)),
        "img2dataset": Measured(100, peer),
    }


@pytest.fixture
def pictures(tmp_path):
    random = np.random.default_rng(1)
    paths = [tmp_path / f"{number}.jpg" for number in range(3)]
    for path in paths:
        Image.fromarray(random.integers(0, 255, (96, 128, 3), dtype=np.uint8)).save(path)
    return paths


def test_a_ratio_is_of_one_round_and_the_median_of_all():
    slow_machine = make_round(limit=10, hub=20, peer=30)
    fast_machine = make_round(limit=1, hub=2.5, peer=3)
    result = sum_up([slow_machine, fast_machine, fast_machine])
    assert result["ratios"] == pytest.approx({"fused_limit": 0.4, "img2dataset": 1.2})


def test_the_start_is_told_apart_and_counted_beside():
    result = sum_up([make_round(limit=1, hub=2, peer=2, start=2)])
    assert result["ratios"]["img2dataset"] == 1.0
    assert result["ratios_with_start"]["img2dataset"] == 0.5
    assert result["medians"]["hub"]["parts"] == {"submit": 1.0}


def test_a_table_replaces_the_last_one_of_its_part_and_nothing_else(tmp_path):
    written = tmp_path / "benchmarks.md"
    written.write_text(
        "Before.\n<!-- ingest: begin -->\nold\n<!-- ingest: end -->\nAfter.\n"
        "<!-- search: begin -->\nkept\n<!-- search: end -->\n"
    )
    page.write_table("ingest", "new\nlines", page=written)
    once = written.read_text()
    assert once == (
        "Before.\n<!-- ingest: begin -->\nnew\nlines\n<!-- ingest: end -->\nAfter.\n"
        "<!-- search: begin -->\nkept\n<!-- search: end -->\n"
    )
    page.write_table("ingest", "new\nlines", page=written)
    assert written.read_text() == once


def test_a_page_without_the_place_of_a_table_is_an_error(tmp_path):
    written = tmp_path / "benchmarks.md"
    written.write_text("<!-- ingest: begin -->\n")
    with pytest.raises(ValueError, match="ingest: end"):
        page.write_table("ingest", "new", page=written)


def test_the_ingest_names_versions_and_ratios():
    result = {
        "measured_on": "2026-11-21",
        "machine": {"processor": "P", "cores": 2, "memory_gib": 24, "kernel": "Linux 6"},
        "versions": {"img2dataset": "1.47.0"},
        "images": 100,
        "bytes": 28_500_000,
        **sum_up([make_round(limit=1, hub=2, peer=4)]),
    }
    shown = lay_out(json.loads(json.dumps(result)))
    assert "img2dataset 1.47.0" in shown
    assert "**2.00**" in shown


def test_the_tables_of_the_page_are_those_of_the_results():
    shown = page.PAGE.read_text(encoding="utf-8")
    for part in page.PARTS:
        assert page.split(part, shown)
    for part, table in page.tables().items():
        assert page.split(part, shown)[1] == table


def test_each_package_of_a_peer_has_one_version_and_no_address():
    lists = sorted(Path(page.RESULTS).parent.glob("constraints-*.txt"))
    assert len(lists) >= 4
    for path in lists:
        lines = path.read_text().splitlines()
        pinned = [line for line in lines if line and not line.startswith("#")]
        assert [line for line in pinned if line.count("==") != 1 or "/" in line] == []


def test_the_bare_loop_handles_every_picture_and_leaves_nothing(pictures, tmp_path):
    measured = limit.measure(pictures, folder=tmp_path / "limit")
    assert measured.images == 3
    assert measured.peak_bytes > 10_000_000
    assert not (tmp_path / "limit").exists()


def test_the_bare_loop_writes_the_bytes_and_two_thumbnails(pictures, tmp_path):
    limit.fused_pass(str(pictures[0]), folder=str(tmp_path))
    (written,) = tmp_path.glob("pictures-*")
    (thumbnails,) = tmp_path.glob("thumbnails-*")
    assert written.read_bytes() == pictures[0].read_bytes()
    assert thumbnails.read_bytes().count(b"\xff\xd8\xff") == 2


def test_the_plain_hash_is_the_published_one(pictures):
    with Image.open(pictures[0]) as picture:
        assert plain.hash_of(picture) == phash(picture)


def test_a_contender_that_lost_a_picture_does_not_count(pictures, tmp_path):
    with pytest.raises(BenchError, match="2 of 3"):
        limit.measure([pictures[0], pictures[1], pictures[1]], folder=tmp_path / "limit")


def test_a_command_tells_its_output_time_and_memory(tmp_path):
    told = "import time; held = bytes(200_000_000); time.sleep(1.5); print('done')"
    ran = run([sys.executable, "-c", told], environ={}, log=tmp_path / "log")
    assert ran.output == "done\n"
    assert ran.seconds > 1.5
    assert ran.peak_bytes > 10_000_000


def test_the_memory_of_a_command_is_that_of_all_it_starts(tmp_path):
    held = "import time; held = bytes(range(200)) * 1_000_000; time.sleep(2)"
    told = (
        "import subprocess, sys;"
        f"subprocess.run([sys.executable, '-c', {held!r}], start_new_session=True)"
    )
    ran = run([sys.executable, "-c", told], environ={}, log=tmp_path / "log")
    assert ran.peak_bytes > 200_000_000


def test_a_command_that_fails_is_an_error_with_its_last_words(tmp_path):
    with pytest.raises(BenchError, match="ended with 1: out of luck"):
        run(
            [sys.executable, "-c", "raise SystemExit('out of luck')"],
            environ={},
            log=tmp_path / "log",
        )


def test_the_server_hands_out_the_bytes(pictures):
    with serving(pictures[0].parent) as url, urlopen(f"{url}/1.jpg") as answer:
        assert answer.read() == pictures[1].read_bytes()


def slow():
    time.sleep(0.02)
    quick()


def quick():
    yield_from = list(steps())
    return yield_from


def steps():
    yield 1
    time.sleep(0.01)
    yield 2


def test_functions_are_timed_within_those_that_call_them():
    spans = Spans()
    here = __name__
    with spans.timing({f"{here}:slow": "slow", f"{here}:quick": "quick", f"{here}:steps": "steps"}):
        slow()
    assert list(spans.seconds) == [("slow",), ("slow", "quick"), ("slow", "quick", "steps")]
    whole, within, innermost = spans.seconds.values()
    assert whole > within + 0.02
    assert within >= innermost > 0.01
    slow()
    assert sum(spans.seconds.values()) == whole + within + innermost


def test_what_a_part_leaves_of_its_whole_is_the_rest():
    parts = [
        {"path": ["job"], "seconds": 10.0},
        {"path": ["job", "dedupe"], "seconds": 4.0},
        {"path": ["submit"], "seconds": 1.0},
        {"path": ["job", "split"], "seconds": 3.0},
    ]
    assert list(with_rests(parts, "seconds")) == [
        (("job",), 10.0),
        (("job", "dedupe"), 4.0),
        (("job", "split"), 3.0),
        (("job", "rest"), 3.0),
        (("submit",), 1.0),
    ]


def test_what_the_profile_times_is_there():
    with Spans().timing(profile.PARTS | checks.CHECK):
        pass


@pytest.fixture
def judged(tmp_path):
    (tmp_path / "duplicates.csv").write_text(
        "path_a,path_b,expected\na,b,duplicate\nb,c,duplicate\nd,e,not_duplicate\nf,g,either\n"
    )
    (tmp_path / "labels.csv").write_text(
        "path,label,contributor\nh,Hat,one\ni,Hat,one\nj,Hat,two\n"
    )
    return Judged(tmp_path)


def test_pairs_are_scored_through_the_groups_that_they_form(judged):
    score = judged.score([("b", "a"), ("a", "c")])
    assert (score.found, score.duplicates, score.recall) == (1, 2, 0.5)
    assert (score.right, score.wrong, score.precision) == (2, 0, 1.0)


def test_look_alikes_and_strangers_are_wrong_and_open_cases_are_not_scored(judged):
    score = judged.score([("d", "e"), ("a", "j"), ("f", "g"), ("h", "i")])
    assert (score.merged, score.look_alikes) == (1, 1)
    assert (score.right, score.wrong) == (0, 2)
