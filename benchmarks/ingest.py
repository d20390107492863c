"""The hub's ingest beside img2dataset, Daft, plain Spark and the machine's limit.

    BENCH_IMAGES=5000 BENCH_ROUNDS=3 python -m benchmarks.ingest

docs/benchmarks.md says what is measured, and how.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import limit
from benchmarks.contender import Measured
from benchmarks.environments import make_environment, version_in
from benchmarks.hub_ingest import HubContender
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.peer import MODES, Img2datasetContender
from benchmarks.pictures import Pictures, draw
from benchmarks.processes import BenchError
from benchmarks.programs import ProgramContender
from benchmarks.report import lay_out, sum_up, write_result

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "ingest.json"
_QUICK_RESULT = _HERE / "results" / "ingest-quick.json"
_IMAGES, _ROUNDS = 5000, 3

Turn = Callable[[], Measured]


def measure(*, images: int, rounds: int, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run every contender once a round, in turn, and return the result.

    Raises BenchError if one of them does not handle every picture.
    """
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    say(f"pictures: {images:,}, drawn once into {work.name}/")
    pictures = draw(work, images=images)
    say("the peers: their environments, made once")
    turns, versions = contenders(work, pictures, environ)
    measured = [_round(turns, number) for number in range(1, rounds + 1)]
    return {
        "benchmark": "ingest",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | versions,
        "images": images,
        "bytes": pictures.total_bytes,
        **sum_up(measured),
    }


def contenders(
    work: Path, pictures: Pictures, environ: Mapping[str, str]
) -> tuple[dict[str, Turn], dict[str, str]]:
    """Make every contender ready; return their turns, and the versions of the peers."""
    hub = HubContender(work, environ)
    modes = {mode: Img2datasetContender(work, environ, mode=mode) for mode in MODES}
    python = make_environment(work, "daft", environ=environ)
    command = [str(python), "-m", "benchmarks.peers.daft_ingest"]
    quiet = {**environ, "DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "true"}
    daft = ProgramContender(work, "daft", command=command, environ=quiet)
    command = [sys.executable, "-m", "benchmarks.peers.spark_ingest"]
    same = {**environ, "PYSPARK_PYTHON": sys.executable}
    spark = ProgramContender(work, "spark", command=command, environ=same)
    turns: dict[str, Turn] = {
        "fused_limit": lambda: limit.measure(pictures.paths, folder=work / "limit"),
        "hub": lambda: hub.measure(pictures),
        **{mode: partial(peer.measure, pictures) for mode, peer in modes.items()},
        "daft": lambda: daft.measure(pictures),
        "spark": lambda: spark.measure(pictures),
    }
    log = work / "version.log"
    versions = version_in(python, "daft", environ=environ, log=log)
    return turns, modes["img2dataset"].versions() | versions


def _round(turns: dict[str, Turn], number: int) -> dict[str, Measured]:
    """Let the contenders take their turns, every second round in the opposite order."""
    done = {}
    for name in list(turns) if number % 2 else reversed(turns):
        # What an earlier turn has written is on disk before the next begins.
        os.sync()
        done[name] = turns[name]()
        told = f"{done[name].rate:.0f} images/s, {done[name].start_seconds:.1f} s of start apart"
        say(f"round {number}: {name}: {told}")
    return {name: done[name] for name in turns}


def main() -> None:
    """Measure, then write results/ingest.json and, of a whole run, docs/benchmarks.md."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(images=images, rounds=rounds, environ=os.environ)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    # A quick run does not replace what is told of a whole one.
    if images >= _IMAGES and rounds >= _ROUNDS:
        write_result(_RESULT, result)
        write_table("ingest", lay_out(result))
    else:
        write_result(_QUICK_RESULT, result)
    print(lay_out(result))


if __name__ == "__main__":
    main()
