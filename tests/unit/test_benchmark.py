import json
import sys
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from benchmarks import limit
from benchmarks.contender import Measured
from benchmarks.peer import serving
from benchmarks.processes import BenchError, run
from benchmarks.report import sum_up, write_table


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


def test_the_table_replaces_the_last_one_and_nothing_else(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("Before.\n<!-- ingest: begin -->\nold\n<!-- ingest: end -->\nAfter.\n")
    result = {
        "measured_on": "2026-11-21",
        "machine": {"processor": "P", "cores": 2, "memory_gib": 24, "kernel": "Linux 6"},
        "versions": {"img2dataset": "1.47.0"},
        "images": 100,
        "bytes": 28_500_000,
        **sum_up([make_round(limit=1, hub=2, peer=4)]),
    }
    write_table(page, json.loads(json.dumps(result)))
    once = page.read_text()
    assert once.startswith("Before.\n")
    assert once.endswith("\nAfter.\n")
    assert "old" not in once
    assert "img2dataset 1.47.0" in once
    assert "**2.00**" in once
    write_table(page, result)
    assert page.read_text() == once


def test_the_bare_loop_hashes_every_picture(pictures):
    assert limit.measure(pictures).images == 3


def test_a_contender_that_lost_a_picture_does_not_count(pictures):
    with pytest.raises(BenchError, match="2 of 3"):
        limit.measure([pictures[0], pictures[1], pictures[1]])


def test_a_command_tells_its_output_time_and_memory(tmp_path):
    told = "import time; held = bytes(200_000_000); time.sleep(1.5); print('done')"
    ran = run([sys.executable, "-c", told], environ={}, log=tmp_path / "log")
    assert ran.output == "done\n"
    assert ran.seconds > 1.5
    assert ran.peak_bytes > 10_000_000


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
