"""Pulls over HTTP: `hub pull` beside a parallel copy of loose files from the same kind of server.

    BENCH_IMAGES=4000 BENCH_ROUNDS=5 python -m benchmarks.pulling

The same pictures out of a lake by `hub site`, and as files by a bare Flask application under
gunicorn with the same processes and threads; each fetched by a process of its own over four
connections into an empty folder.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from benchmarks.archive_lakes import make_real
from benchmarks.archive_site import serving
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError, run
from benchmarks.report import write_result
from cluster.ports import free_port
from hub.config import Settings
from hub.rules.locks import Lock

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "pulling.json"
_QUICK_RESULT = _HERE / "results" / "pulling-quick.json"
_IMAGES, _ROUNDS = 4000, 5
_HOST = "127.0.0.1"
_WORKERS, _THREADS = 2, 32
"""As `hub site` runs."""
_PATIENCE_S = 60
_NAMES = {
    "hub": "hub: pull out of a lake: every picture checked, labels and credit written",
    "loose": "parallel copy of loose files, nothing checked",
}


def measure(*, images: int, rounds: int) -> dict[str, Any]:
    """Measure and return the result. Raises BenchError if a picture is missing or another."""
    work = _HERE / "work" / "pulling"
    shutil.rmtree(work, ignore_errors=True)
    (work / "home").mkdir(parents=True)
    say(f"a lake of {images:,} pictures, and the same as files")
    settings = Settings.from_env({"HUB_HOME": str(work / "home")})
    lock = make_real(settings, work / "loose" / "images", images=images)
    listed = work / "names.txt"
    names = sorted(path.name for path in (work / "loose" / "images").iterdir())
    listed.write_text("\n".join(names), encoding="utf-8")
    log = work / "pulling.log"
    with (
        serving(settings, lock, environ=os.environ, log=log) as site,
        _serving_loose(work / "loose") as loose,
    ):
        own = {**os.environ, "HUB_TOKEN": site.token}
        contenders = {
            "hub": ["hub", f"http://{_HOST}:{site.port}", lock.root],
            "loose": ["loose", loose, str(listed)],
        }
        turns = [
            _round(contenders, number, lock=lock, work=work, environ=own)
            for number in range(rounds)
        ]
    shutil.rmtree(work)
    rates = {name: median(lock.bytes / turn[name] / 1e6 for turn in turns) for name in contenders}
    return {
        "benchmark": "pulling",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "images": images,
        "bytes": lock.bytes,
        "rounds": turns,
        "megabytes_per_second": rates,
        "ratio": median(turn["loose"] / turn["hub"] for turn in turns),
        "peak_bytes": max(turn["peak_bytes"] for turn in turns),
    }


def _round(
    contenders: Mapping[str, Sequence[str]],
    number: int,
    *,
    lock: Lock,
    work: Path,
    environ: Mapping[str, str],
) -> dict[str, float]:
    turn: dict[str, float] = {}
    for name in [*contenders][:: 1 if number % 2 == 0 else -1]:
        folder = work / "target"
        command = [sys.executable, "-m", "benchmarks.pulling_client", *contenders[name]]
        ran = run([*command, str(folder)], environ=environ, log=work / "client.log")
        turn[name] = float(ran.output)
        _check(folder, lock, name)
        if name == "hub":
            turn["peak_bytes"] = ran.peak_bytes
        shutil.rmtree(folder)
        say(f"round {number + 1}: {name}: {turn[name]:.2f} s")
    return turn


def _check(folder: Path, lock: Lock, name: str) -> None:
    files = [*(folder / "images").iterdir()]
    size = sum(path.stat().st_size for path in files)
    if (len(files), size) != (lock.images, lock.bytes):
        raise BenchError(f"{name} brought {len(files)} pictures of {size} bytes")


@contextmanager
def _serving_loose(folder: Path) -> Iterator[str]:
    """Serve a folder as `hub site` would be served; yield the address."""
    url = f"http://{_HOST}:{(port := free_port(_HOST))}"
    words = ["-k", "gthread", "-w", str(_WORKERS), "--threads", str(_THREADS)]
    command = [sys.executable, "-m", "gunicorn", *words, "-b", f"{_HOST}:{port}"]
    with subprocess.Popen(
        [*command, "--log-level", "warning", "benchmarks.loose_site:app"],
        env={**os.environ, "BENCH_LOOSE": str(folder)},
    ) as server:
        try:
            _wait(url, server, next((folder / "images").iterdir()).name)
            yield url
        finally:
            server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]", name: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urlopen(f"{url}/images/{name}"):
                return
        except OSError:
            time.sleep(0.1)
    raise BenchError("the server of loose files did not start; see what it said above")


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: machine, a row a contender."""
    machine, versions = result["machine"], result["versions"]
    rates = result["megabytes_per_second"]
    return "\n".join(
        [
            f"{result['images']:,} pictures of {result['bytes'] / result['images'] / 1e3:.0f} kB;"
            f" {len(result['rounds'])} rounds, the medians of them; {result['measured_on']}.",
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
            f" {machine['kernel']}; "
            + ", ".join(f"{name} {number}" for name, number in versions.items())
            + ".",
            "",
            "| | MB/s | hub / this |",
            "|---|---|---|",
            f"| {_NAMES['hub']} | {rates['hub']:,.0f} |  |",
            f"| {_NAMES['loose']} | {rates['loose']:,.0f} | **{result['ratio']:.2f}** |",
            "",
            f"The process that pulls held {result['peak_bytes'] / 2**20:.0f} MiB at most.",
        ]
    )


def main() -> None:
    """Measure, write results/pulling.json (of a whole run) and print the table."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(images=images, rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = images >= _IMAGES and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("pulling", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
