"""What hostile files cost those around them: photographs alone, and with 5% hostile ones between.

    BENCH_ROUNDS=3 python -m benchmarks.hostile FOLDER

FOLDER holds `photos/images` and `hostile` with its `expected.csv`. One worker's checks, as stage
`validate` does them: the guarded child reads, judges, hashes and makes the thumbnails of each.
"""

import csv
import os
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from hub.config import Settings
from hub.judging import judge_landed
from hub.limits import bounds_of, limits_of
from hub.objects.local import Objects
from hub.rules.landing import landing_key

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "hostile.json"
_SHARE, _ROUNDS = 0.05, 3
_REFUSED = {"reject", "reject_or_unsupported", "reject_or_bounded"}


def measure(folder: Path, *, rounds: int) -> dict[str, Any]:
    """Check both sets once a round, in turn, and return the result.

    Raises BenchError if the folder lacks the files.
    """
    home = _HERE / "work" / "hostile"
    settings = Settings.from_env({"HUB_HOME": str(home), "HUB_MIN_SIDE_PX": "1"})
    clean, mixed = _sets(folder)
    digests = {"clean": _land(settings, clean), "mixed": _land(settings, mixed)}
    turns = []
    for number in range(1, rounds + 1):
        turns.append({name: _check(settings, some) for name, some in digests.items()})
        say(f"round {number}: {turns[-1]}")
    shutil.rmtree(home)
    return {
        "benchmark": "hostile",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "files": {name: len(some) for name, some in digests.items()},
        "hostile": sum(path.is_relative_to(folder / "hostile") for path in mixed),
        "rounds": turns,
        "ratios": {
            f"mixed/clean, {rate}": median(
                turn["mixed"][rate] / turn["clean"][rate] for turn in turns
            )
            for rate in turns[0]["clean"]
        },
    }


def _sets(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return photographs, and as many files of which every twentieth is hostile."""
    photographs = sorted((folder / "photos" / "images").rglob("*.jp*g"))
    try:
        with (folder / "hostile" / "expected.csv").open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["expected"] in _REFUSED]
    except FileNotFoundError as error:
        raise BenchError(f"{error.filename} is not there: name the folder that has it") from error
    if not photographs:
        raise BenchError(f"{folder} has no photographs: name the folder that has photos/images")
    every = round(1 / _SHARE)
    hostile = rows[:: max(1, len(rows) * every // len(photographs))]
    mixed = list(photographs)
    for place, row in zip(range(0, len(mixed), every), hostile, strict=False):
        mixed[place] = folder / "hostile" / row["path"]
    return photographs, mixed


def _land(settings: Settings, paths: Sequence[Path]) -> list[str]:
    """Put files where received ones lie; return their digests, each once."""
    objects = Objects(settings.objects_root)
    contents = {sha256(content).hexdigest(): content for content in map(Path.read_bytes, paths)}
    for digest, content in contents.items():
        objects.put(landing_key(digest), content)
    return list(contents)


def _check(settings: Settings, digests: Sequence[str]) -> dict[str, float]:
    """Check files; return how many a second, by the clock and by what the processors did."""
    begun, worked = time.perf_counter(), _processor_seconds()
    with judge_landed(
        settings.objects_root, limits=limits_of(settings), bounds=bounds_of(settings)
    ) as judge:
        for _ in judge.check_all(digests):
            pass
    return {
        "files_per_second": len(digests) / (time.perf_counter() - begun),
        "files_per_processor_second": len(digests) / (_processor_seconds() - worked),
    }


def _processor_seconds() -> float:
    """Return what this process has used, and its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    try:
        if len(sys.argv) != 2:
            raise BenchError("name the folder that has photos/images and hostile/expected.csv")
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(Path(sys.argv[1]), rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    write_result(_RESULT, result)
    for name, ratio in result["ratios"].items():
        say(f"{result['hostile']} hostile files, {name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
