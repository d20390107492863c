"""`make bench`: the hub's ingest beside img2dataset and beside the machine's limit.

    BENCH_IMAGES=5000 BENCH_ROUNDS=3 python -m benchmarks.ingest

docs/benchmarks.md says what is measured, and how.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import limit
from benchmarks.contender import Measured
from benchmarks.hub_ingest import HubContender
from benchmarks.machine import describe_machine, list_versions
from benchmarks.peer import Img2datasetContender
from benchmarks.pictures import draw
from benchmarks.processes import BenchError
from benchmarks.report import lay_out, sum_up, write_result, write_table

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "ingest.json"
_QUICK_RESULT = _HERE / "results" / "ingest-quick.json"
_PAGE = _HERE.parent / "docs" / "benchmarks.md"
_IMAGES, _ROUNDS = 5000, 3


def measure(*, images: int, rounds: int, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run every contender once a round, in turn, and return the result.

    Raises BenchError if one of them does not handle every picture.
    """
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    _say(f"pictures: {images:,}, drawn once into {work.name}/")
    pictures = draw(work, images=images)
    peer = Img2datasetContender(work, environ)
    _say("img2dataset: its environment, made once")
    peer.install()
    hub = HubContender(work, environ)
    turns: dict[str, Callable[[], Measured]] = {
        "fused_limit": lambda: limit.measure(pictures.paths),
        "hub": lambda: hub.measure(pictures),
        "img2dataset": lambda: peer.measure(pictures),
    }
    measured = [_round(turns, number) for number in range(1, rounds + 1)]
    return {
        "benchmark": "ingest",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | peer.versions(),
        "images": images,
        "bytes": pictures.total_bytes,
        **sum_up(measured),
    }


def _round(turns: Mapping[str, Callable[[], Measured]], number: int) -> dict[str, Measured]:
    done = {}
    for name, turn in turns.items():
        done[name] = turn()
        told = f"{done[name].rate:.0f} images/s, {done[name].start_seconds:.1f} s of start apart"
        _say(f"round {number}: {name}: {told}")
    return done


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise BenchError(f"{name} is '{text}'; set it to a whole number of at least 1")
    return int(text)


def main() -> None:
    """Measure, then write results/ingest.json and, of a whole run, docs/benchmarks.md."""
    try:
        images = _count(os.environ, "BENCH_IMAGES", _IMAGES)
        rounds = _count(os.environ, "BENCH_ROUNDS", _ROUNDS)
        result = measure(images=images, rounds=rounds, environ=os.environ)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    # A quick run does not replace what is told of a whole one.
    if images >= _IMAGES and rounds >= _ROUNDS:
        write_result(_RESULT, result)
        write_table(_PAGE, result)
    else:
        write_result(_QUICK_RESULT, result)
    print(lay_out(result))


if __name__ == "__main__":
    main()
