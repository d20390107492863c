"""The site under load: 64 clients preview, page through labels and download, beside bare Dash.

    BENCH_CLIENTS=64 BENCH_SECONDS=120 BENCH_CATALOGUE=200000 python -m benchmarks.load

Both answer the same questions of the same Postgres with as many processes and threads, in turn; the
hub knows each client by a token of theirs and counts what it sends, the peer knows nobody.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.request import Request, urlopen

import psutil

from benchmarks.archive_lakes import make_real
from benchmarks.facets import fill, list_largest_own
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from cluster import postgres
from cluster.ports import free_port
from hub.catalogue.subsets import add_subset
from hub.config import Settings
from hub.db import connect
from hub.rules.locks import Lock, Notes, lock_text
from hub.services.accounts import add_user, issue_token

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "load.json"
_QUICK_RESULT = _HERE / "results" / "load-quick.json"
_CLIENTS, _SECONDS, _PICTURES = 64, 120, 200_000
_IMAGES = 350
"""Of the archive: some 100 MB."""
_HOST = "127.0.0.1"
_WORKERS, _THREADS = 2, 64
"""As `hub site` runs."""
_PATIENCE_S = 60
_NAMES = {"hub": "hub: tokens checked, requests and sent bytes counted", "dash": "bare Dash"}
PAGES = ("preview",) * 7 + ("facets",) * 2
_MIXES = {"with downloads": (*PAGES, "download"), "pages alone": PAGES}


def measure(*, clients: int, seconds: int, pictures: int) -> dict[str, Any]:
    """Measure and return the result. Raises BenchError where a server does not start."""
    # Under /tmp: the account that root's server runs under cannot reach every folder.
    home = Path(tempfile.mkdtemp(prefix="hub-bench-load-"))
    home.chmod(0o711)
    settings = Settings.from_env({"HUB_HOME": str(home)})
    postgres.create(home)
    postgres.start(home)
    try:
        url = postgres.database_url(home)
        fill(url, pictures)
        lock = make_real(settings, home / "loose" / "images", images=_IMAGES)
        plans = _plans(url, lock, clients=clients, seconds=seconds)
        told = {}
        with serving_hub(home) as (port, process):
            archive = home / "archive.zip"
            _save_archive(plans["hub"], port, archive)
            told["hub"] = _load_mixes(plans["hub"], port, process, name="hub")
        with serving_dash(url, archive) as (port, process):
            told["dash"] = _load_mixes(plans["dash"], port, process, name="dash")
    finally:
        postgres.stop(home)
        shutil.rmtree(home)
    return {
        "benchmark": "load",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "pictures": pictures,
        "clients": clients,
        "seconds": seconds,
        "contenders": told,
    }


def _plans(url: str, lock: Lock, *, clients: int, seconds: int) -> dict[str, dict[str, Any]]:
    """Return what the clients ask of each contender."""
    with connect(url) as db:
        names = [one.name for one in list_largest_own(db)]
    hub = hub_plan(url, names, clients=clients)
    with connect(url) as db:
        named = replace(lock, notes=Notes(name="load", created_by="client 0"))
        add_subset(db, named, lock_toml=lock_text(named))
    archive = f"/api/v1/subsets/{lock.root}/archive.zip"
    hub["requests"]["download"] = [_asked(archive, at_least=lock.bytes)]
    dash = {
        **hub,
        "headers": [{}] * clients,
        "requests": {
            "preview": [_called("preview", {"labels": [name]}) for name in names],
            "facets": [_called("facets", name[0]) for name in names],
            "download": [_asked("/archive.zip", at_least=lock.bytes)],
        },
    }
    return {"hub": {**hub, "seconds": seconds}, "dash": {**dash, "seconds": seconds}}


def hub_plan(url: str, names: Sequence[str], *, clients: int) -> dict[str, Any]:
    """Return what clients, each with a token of its own, ask of a hub for pages."""
    tokens = []
    with connect(url) as db:
        for number in range(clients):
            user = add_user(db, f"client {number}", role="ops")
            tokens.append(issue_token(db, user).text)
    return {
        "host": _HOST,
        "clients": clients,
        "headers": [{"Authorization": f"Bearer {token}"} for token in tokens],
        "requests": {
            "preview": [
                _asked("/api/v1/preview", {"recipe": {"labels": [name]}}) for name in names
            ],
            "facets": [_asked(f"/api/v1/labels?limit=24&after={name[0]}") for name in names],
        },
    }


def _asked(path: str, body: object = None, *, at_least: int = 100) -> dict[str, Any]:
    return {"path": path.replace(" ", "%20"), "body": body, "at_least": at_least}


def _called(output: str, value: object) -> dict[str, Any]:
    """Return a call of a callback, as a browser makes it."""
    body = {
        "output": f"{output}.children",
        "outputs": {"id": output, "property": "children"},
        "inputs": [{"id": "asked", "property": "children", "value": value}],
        "changedPropIds": ["asked.children"],
    }
    return _asked("/_dash-update-component", body)


@contextmanager
def serving_hub(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    environ = {"HUB_HOME": str(home), "HUB_REQUESTS_PER_MINUTE": "0"}
    port = free_port(_HOST)
    with _serving(["-m", "cluster.cli", "site", "--port", str(port)], port, environ) as process:
        yield port, process


@contextmanager
def serving_dash(url: str, archive: Path) -> Iterator[tuple[int, psutil.Process]]:
    port = free_port(_HOST)
    options = ["--worker-class", "gthread", "--workers", str(_WORKERS), "--threads", str(_THREADS)]
    words = ["-m", "gunicorn", *options, "--bind", f"{_HOST}:{port}", "benchmarks.bare_dash:app"]
    environ = {"BENCH_DATABASE_URL": url, "BENCH_ZIP": str(archive)}
    with _serving(words, port, environ) as process:
        yield port, process


def plain_environ() -> dict[str, str]:
    """Return the environment without what names another hub."""
    return {name: text for name, text in os.environ.items() if not name.startswith(("HUB_", "PG"))}


@contextmanager
def _serving(words: list[str], port: int, environ: Mapping[str, str]) -> Iterator[psutil.Process]:
    if words[:2] == ["-m", "cluster.cli"]:
        words = ["-c", "from cluster.cli import main; main()", *words[2:]]
    with subprocess.Popen(
        [sys.executable, *words], env={**plain_environ(), **environ}, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port, server)
            yield psutil.Process(server.pid)
        finally:
            server.terminate()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urlopen(f"http://{_HOST}:{port}/_favicon.ico"):
                return
        except OSError:
            time.sleep(0.1)
    raise BenchError("a server did not start")


def _save_archive(plan: Mapping[str, Any], port: int, to: Path) -> None:
    path = plan["requests"]["download"][0]["path"]
    asked = Request(f"http://{_HOST}:{port}{path}", headers=plan["headers"][0])
    with urlopen(asked) as answer, to.open("wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)


def _load_mixes(
    plan: Mapping[str, Any], port: int, process: psutil.Process, *, name: str
) -> dict[str, Any]:
    return {
        mix: load({**plan, "kinds": kinds}, port, process, name=f"{name}, {mix}")
        for mix, kinds in _MIXES.items()
    }


def load(
    plan: Mapping[str, Any], port: int, process: psutil.Process, *, name: str
) -> dict[str, Any]:
    say(f"{name}: {plan['clients']} clients for {plan['seconds']} s")
    # What a process takes once, for code and pools, is no growth.
    _run({**plan, "port": port, "seconds": max(5, plan["seconds"] // 6)})
    before = _resident(process)
    seen = _run({**plan, "port": port})
    told = {"resident_before": before, "resident_after": _resident(process), **_figures(seen)}
    say(f"{name}: {told['per_second']:.0f} requests/s, p99 {told['p99_ms']}, wrong {seen['wrong']}")
    return told


def _run(plan: Mapping[str, Any]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_client"],
        input=json.dumps(plan),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


def _resident(process: psutil.Process) -> int:
    children = process.children(recursive=True)
    return sum(one.memory_info().rss for one in (process, *children))


def _figures(seen: Mapping[str, Any]) -> dict[str, Any]:
    took = seen["seconds"]
    return {
        "requests": sum(map(len, took.values())),
        "per_second": sum(map(len, took.values())) / seen["took"],
        "megabytes_per_second": seen["bytes"] / seen["took"] / 1e6,
        "p50_ms": {kind: 1000 * median(some) for kind, some in took.items() if some},
        "p99_ms": {kind: 1000 * quantiles(some, n=100)[-1] for kind, some in took.items() if some},
        "wrong": seen["wrong"],
    }


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: a line a contender and mix."""
    machine = result["machine"]
    lines = [
        f"{result['clients']} clients for {result['seconds']} s: of ten requests seven previews,"
        " two pages of labels and one download of 100 MB; and the same without downloads;"
        f" {result['pictures']:,} pictures; {result['measured_on']};"
        f" {machine['processor']}, {machine['cores']} cores, which the clients share.",
        "",
        "| | | requests/s | MB/s | preview p50, p99 (ms) | labels p50, p99 | download p50, p99 |"
        " other answers | memory before, after (MB) |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for mix in _MIXES:
        lines += [_line(name, mix, told[mix]) for name, told in result["contenders"].items()]
    return "\n".join(lines)


def _line(name: str, mix: str, told: Mapping[str, Any]) -> str:
    times = " | ".join(
        f"{told['p50_ms'][kind]:,.0f}, {told['p99_ms'][kind]:,.0f}"
        if kind in told["p50_ms"]
        else ""
        for kind in ("preview", "facets", "download")
    )
    return (
        f"| {_NAMES[name]} | {mix} | **{told['per_second']:.0f}** |"
        f" {told['megabytes_per_second']:,.0f} | {times} | {sum(told['wrong'].values())} |"
        f" {told['resident_before'] / 1e6:.0f}, {told['resident_after'] / 1e6:.0f} |"
    )


def main() -> None:
    """Measure, then write results/load.json, or load-quick.json of a run that is not whole."""
    try:
        clients = count(os.environ, "BENCH_CLIENTS", default=_CLIENTS)
        seconds = count(os.environ, "BENCH_SECONDS", default=_SECONDS)
        pictures = count(os.environ, "BENCH_CATALOGUE", default=_PICTURES)
        result = measure(clients=clients, seconds=seconds, pictures=pictures)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = clients >= _CLIENTS and seconds >= _SECONDS and pictures >= _PICTURES
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("load", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
