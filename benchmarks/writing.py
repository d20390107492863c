"""The write of pictures' bytes: the hub's files beside delta-rs' default and Spark's writer.

    BENCH_IMAGES=2000 BENCH_ROUNDS=3 python -m benchmarks.writing

Each contender turns the same JPEG into one commit of a Delta table with the same columns.
`hub_alone` and `delta_rs` get Arrow data that lie in memory, in one process; `hub` and `spark` get
keys, and read the files on Spark's workers. Every byte is read back and compared. What the hub
wrote is on disk when its time ends; the others leave that to the system.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contender import Measured
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.pictures import draw
from benchmarks.processes import BenchError, Memory
from benchmarks.report import sum_up, write_result
from benchmarks.writers import Writers
from hub.config import Settings
from jobs.session import spark_session

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "writing.json"
_QUICK_RESULT = _HERE / "results" / "writing-quick.json"
_IMAGES, _ROUNDS = 2000, 3
_NAMES = {
    "hub": "hub: Spark's workers write the files, the driver commits them",
    "spark": "Spark {pyspark}: the workers return the bytes, its writer writes them",
    "hub_alone": "hub in one process, from Arrow data",
    "delta_rs": "delta-rs {deltalake}, `write_deltalake` as it comes, from Arrow data",
}
_BESIDE = {"hub": "spark", "hub_alone": "delta_rs"}
"""Whose rate each of the hub's ways is compared with: of those that are given the same."""


def measure(*, images: int, rounds: int) -> dict[str, Any]:
    """Run every contender once a round, in turn, and return the result.

    Raises BenchError if one of them does not give every picture back.
    """
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    say(f"pictures: {images:,}, drawn once into {work.name}/")
    pictures = draw(work, images=images)
    home = work / "writing"
    memory = Memory(os.getpid())
    memory.start()
    begun = time.perf_counter()
    with spark_session(_settings(home), "benchmark") as spark:
        started = time.perf_counter() - begun
        writers = Writers(spark, home / "tables", pictures.paths)
        measured = [_round(writers, images, number) for number in range(1, rounds + 1)]
    peak_bytes = memory.stop()
    shutil.rmtree(home)
    turns = [{name: turn for name, (turn, _) in one.items()} for one in measured]
    sizes = {name: size for name, (_, size) in measured[0].items()}
    return {
        "benchmark": "writing",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | {"deltalake": version("deltalake")},
        "images": images,
        "bytes": pictures.total_bytes,
        "spark_start_seconds": started,
        "peak_bytes": peak_bytes,
        **sum_up(turns),
        "ratios": {
            f"{hub}/{other}": median(turn[hub].rate / turn[other].rate for turn in turns)
            for hub, other in _BESIDE.items()
        },
        "size_ratios": {name: size / pictures.total_bytes for name, size in sizes.items()},
    }


def _settings(home: Path) -> Settings:
    return Settings.from_env({"HUB_HOME": str(home)})


def _round(writers: Writers, images: int, number: int) -> dict[str, tuple[Measured, int]]:
    done = {}
    for name, loads in (("hub", False), ("spark", False), ("hub_alone", True), ("delta_rs", True)):
        writers.clear()
        if loads:
            writers.load()
        seconds = _seconds(getattr(writers, name))
        writers.unload()
        done[name] = Measured(images, seconds), writers.check(name)
        say(f"round {number}: {name}: {images / seconds:.0f} images/s")
    writers.clear()
    return done


def _seconds(turn: Callable[[], None]) -> float:
    begun = time.perf_counter()
    turn()
    return time.perf_counter() - begun


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: machine, then a row a contender."""
    machine, versions = result["machine"], result["versions"]
    size_kb = result["bytes"] / result["images"] / 1e3
    return "\n".join(
        [
            f"{result['images']:,} JPEG of 1024x768, {size_kb:.0f} kB on average;"
            f" {len(result['rounds'])} rounds, the medians of them; {result['measured_on']}.",
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
            f" {machine['kernel']}; "
            + ", ".join(f"{name} {number}" for name, number in versions.items())
            + ".",
            "",
            "| | images/s | first round | hub / this | bytes on disk / JPEG bytes |",
            "|---|---|---|---|---|",
            *(_line(name, result) for name in _NAMES),
        ]
    )


def _line(name: str, result: Mapping[str, Any]) -> str:
    beside = {other: f"{hub}/{other}" for hub, other in _BESIDE.items()}
    ratio = result["ratios"].get(beside.get(name))
    cells = [
        _NAMES[name].format(**result["versions"]),
        f"{result['medians'][name]['images_per_second']:.0f}",
        f"{result['rounds'][0][name]['images_per_second']:.0f}",
        f"**{ratio:.2f}**" if ratio is not None else "",
        f"{result['size_ratios'][name]:.4f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, write results/writing.json (of a whole run) and print the table."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(images=images, rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = images >= _IMAGES and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("writing", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
