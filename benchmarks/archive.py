"""Archives: the hub's stream beside `cat`, `zip` and zipstream-ng; memory and first byte.

    BENCH_IMAGES=4000 BENCH_LARGE_GB=50 BENCH_ENTRIES=1000000 BENCH_ROUNDS=5 \\
        python -m benchmarks.archive

Every contender writes into a pipe that `wc -c` empties: the same pictures, as files or in the
lake's data files, out of memory that the system keeps of the disk. The site sends them to a client
on loopback.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.archive_lakes import PICTURE_BYTES, make_real, make_sparse
from benchmarks.archive_site import Site, serving
from benchmarks.environments import make_environment, version_in
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from hub.config import Settings
from hub.rules.locks import Lock
from hub.services.archives import open_archive

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "archive.json"
_QUICK_RESULT = _HERE / "results" / "archive-quick.json"
_IMAGES, _ENTRIES, _ROUNDS = 4000, 1_000_000, 5
_SMALL_BYTES, _LARGE_GB = 100 * 10**6, 50
_PEER = "zipstream-ng"
_OURS = ("hub", "http")
_NAMES = {
    "hub": "hub: `open_archive(...).read()`",
    "http": "hub: `GET .../archive.zip` of `hub site`",
    "cat": "`cat` of the same pictures as files",
    "zip": "`zip -0 -r -` of them",
    "zipstream": "zipstream-ng {zipstream-ng}",
}


@dataclass(frozen=True)
class Hub:
    """A lake, and a subset of all its pictures."""

    settings: Settings
    lock: Lock

    @property
    def size_bytes(self) -> int:
        return open_archive(self.settings, self.lock.root).size_bytes


def measure(*, images: int, large_gb: int, entries: int, rounds: int) -> dict[str, Any]:
    """Measure and return the result. Raises BenchError if a contender lost a byte."""
    work = _HERE / "work" / "archive"
    shutil.rmtree(work, ignore_errors=True)
    python = make_environment(work.parent, _PEER, environ=os.environ)
    version = version_in(python, _PEER, environ=os.environ, log=work.parent / "version.log")
    say(f"a lake of {images:,} pictures, and the same as files")
    loose = work / "loose"
    hub = _hub(work / "real", lambda settings: make_real(settings, loose / "images", images=images))
    log = work.parent / "archive-site.log"
    with serving(hub.settings, hub.lock, environ=os.environ, log=log) as site:
        turns = [
            _round(_contenders(hub, site, loose=loose, python=python), number)
            for number in range(rounds)
        ]
    shutil.rmtree(work)
    result = {
        "benchmark": "archive",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | version,
        "images": images,
        "bytes": hub.lock.bytes,
        "rounds": turns,
        "megabytes_per_second": {
            name: hub.lock.bytes / median(turn[name] for turn in turns) / 1e6 for name in turns[0]
        },
        "ratios": {name: _ratios(turns, name) for name in _OURS},
    }
    result["memory"] = _memory(work, large_gb * 10**9)
    result["start"] = _start(work, entries)
    return result


def _contenders(
    hub: Hub, site: Site, *, loose: Path, python: Path
) -> dict[str, Callable[[], float]]:
    files = sorted(map(str, loose.glob("images/*")))
    return {
        "hub": lambda: _read_hub(hub)["seconds"],
        "http": lambda: site.read_archive(hub.lock.root, wanted=hub.size_bytes),
        "cat": lambda: _time_of(["cat", *files], hub.lock.bytes),
        "zip": lambda: _time_of(["zip", "-0", "-q", "-r", "-", "images"], None, folder=loose),
        "zipstream": lambda: _read_zipstream(python, loose / "images"),
    }


def _ratios(turns: Sequence[Mapping[str, float]], ours: str) -> dict[str, float]:
    """Tell one of our rates by each other's in the same round, the medians of all rounds."""
    others = [name for name in turns[0] if name not in _OURS]
    return {name: median(turn[name] / turn[ours] for turn in turns) for name in others}


def _hub(home: Path, make: Callable[[Settings], Lock]) -> Hub:
    settings = Settings.from_env({"HUB_HOME": str(home)})
    home.mkdir(parents=True)
    return Hub(settings, make(settings))


def _round(contenders: Mapping[str, Callable[[], float]], number: int) -> dict[str, float]:
    names = [*contenders][:: 1 if number % 2 == 0 else -1]
    turn = {}
    for name in names:
        turn[name] = contenders[name]()
        say(f"round {number + 1}: {name}: {turn[name]:.2f} s")
    return {name: turn[name] for name in contenders}


def _read_hub(hub: Hub, most: int | None = None) -> dict[str, float]:
    """Read an archive, or so many bytes of it, in a process of its own; return what it tells."""
    wanted = hub.size_bytes if most is None else most
    command = [sys.executable, "-m", "benchmarks.archive_reader", str(hub.settings.home)]
    told, _ = _drained([*command, hub.lock.root, str(wanted)], wanted=wanted)
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def _read_zipstream(python: Path, folder: Path) -> float:
    command = [str(python), "-m", "benchmarks.peers.zipstream_archive", str(folder)]
    told, _ = _drained(command, wanted=None)
    return float(json.loads(told.splitlines()[-1])["seconds"])


def _time_of(command: Sequence[str], wanted: int | None, *, folder: Path | None = None) -> float:
    return _drained(command, wanted=wanted, folder=folder)[1]


def _drained(
    command: Sequence[str], *, wanted: int | None, folder: Path | None = None
) -> tuple[str, float]:
    """Run a program into `wc -c`; return what it said on stderr, and the seconds.

    Raises BenchError if it fails, or writes other than `wanted` bytes.
    """
    begun = time.perf_counter()
    with ExitStack() as running:
        sink = running.enter_context(
            subprocess.Popen(["wc", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        source = running.enter_context(
            subprocess.Popen(
                command, stdout=sink.stdin, stderr=subprocess.PIPE, cwd=folder, text=True
            )
        )
        assert sink.stdin
        assert sink.stdout
        assert source.stderr
        sink.stdin.close()
        told = source.stderr.read()
        written = int(sink.stdout.read())
    seconds = time.perf_counter() - begun
    if source.returncode or (wanted is not None and written != wanted):
        raise BenchError(f"`{' '.join(command[:4])}` wrote {written} bytes: {told[-200:]}")
    return told, seconds


def _memory(work: Path, large_bytes: int) -> dict[str, Any]:
    """Tell the most memory of a process that reads a small archive, and of one with a large."""
    peaks = {}
    for name, size in (("small", _SMALL_BYTES), ("large", large_bytes)):
        say(f"an archive of {size / 1e9:g} GB, of zeros that take no room")
        images = size // PICTURE_BYTES
        hub = _hub(work / name, partial(make_sparse, images=images))
        peaks[name] = _read_hub(hub)["peak_bytes"]
        shutil.rmtree(work)
    grown = peaks["large"] - peaks["small"]
    return {"small_bytes": _SMALL_BYTES, "large_bytes": large_bytes, **peaks, "grown": grown}


def _start(work: Path, entries: int) -> dict[str, Any]:
    """Tell how soon an archive of many entries begins, in a process that has not opened it."""
    say(f"an archive of {entries:,} entries")
    hub = _hub(work / "many", partial(make_sparse, images=entries, until="008"))
    told = [_read_hub(hub, 2**20) for _ in range(5)]
    shutil.rmtree(work)
    return {
        "entries": entries,
        "first_ms": median(one["first"] for one in told) * 1e3,
        "picture_ms": median(one["picture"] for one in told) * 1e3,
    }


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: machine, a row a contender, then memory and first byte."""
    machine, versions = result["machine"], result["versions"]
    memory, start = result["memory"], result["start"]
    rows = [
        f"| {_NAMES[name].format(**versions)} | {rate:,.0f} | {_shown(result, name)} |"
        for name, rate in result["megabytes_per_second"].items()
    ]
    return "\n".join(
        [
            f"{result['images']:,} pictures of {result['bytes'] / result['images'] / 1e3:.0f} kB;"
            f" {len(result['rounds'])} rounds, the medians of them; {result['measured_on']}.",
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
            f" {machine['kernel']}; "
            + ", ".join(f"{name} {number}" for name, number in versions.items())
            + ".",
            "",
            "| | MB/s | hub / this | over HTTP / this |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Memory of the process that reads: {memory['small'] / 2**20:.1f} MiB for an archive of"
            f" {memory['small_bytes'] / 1e6:.0f} MB, {memory['large'] / 2**20:.1f} MiB for one of"
            f" {memory['large_bytes'] / 1e9:.0f} GB: **{memory['grown'] / 2**20:.1f} MiB** more.",
            f"An archive of {start['entries']:,} entries begins after **{start['first_ms']:.0f}"
            f" ms**, and its first picture after {start['picture_ms']:.0f} ms.",
        ]
    )


def _shown(result: Mapping[str, Any], name: str) -> str:
    ratios = (result["ratios"][ours].get(name) for ours in _OURS)
    return " | ".join(f"**{ratio:.2f}**" if ratio is not None else "" for ratio in ratios)


def main() -> None:
    """Measure, write results/archive.json (of a whole run) and print the table."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        entries = count(os.environ, "BENCH_ENTRIES", default=_ENTRIES)
        large_gb = count(os.environ, "BENCH_LARGE_GB", default=_LARGE_GB)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(images=images, large_gb=large_gb, entries=entries, rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_large = images >= _IMAGES and large_gb >= _LARGE_GB and entries >= _ENTRIES
    is_whole = is_large and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("archive", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
