"""Where the time of an ingest goes: `python -m benchmarks.profile`.

    BENCH_IMAGES=5000 python -m benchmarks.profile

Two views. The first runs `hub submit` and `hub job run` in this process and times their parts,
with the processor time that each kind of process used meanwhile. The second runs the check of a
picture, which Spark's workers have done by child processes, in as many processes as there are
cores, and times the parts of it. The times of the second are of one core each.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.checks import lay_out_check, profile_check
from benchmarks.knobs import count
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.pictures import Pictures, draw
from benchmarks.processes import BenchError
from benchmarks.processor import DRIVER, KINDS, Processor
from benchmarks.report import write_result
from benchmarks.spans import Spans, indented, with_rests
from cluster.cli import cli
from cluster.cli.context import Hub
from hub.config import Settings

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "profile.json"
_QUICK_RESULT = _HERE / "results" / "profile-quick.json"
_IMAGES = 5000

PARTS = {
    "hub.services.submissions:parse_csv": "read the CSV",
    "hub.services.submissions:_land": "copy files in",
    "hub.objects.local:Objects.sync": "sync to disk",
    "hub.services.submissions:register": "receipt in Postgres",
    "jobs.pipeline:next_batch": "next batch in Postgres",
    "jobs.pipeline:write_files": "files from Postgres",
    "jobs.validate:run": "validate",
    "jobs.validate:written_by": "workers",
    "jobs.dedupe:run": "dedupe",
    "jobs.dedupe:read_files": "read files_checked",
    "jobs.alike:BatchIndex.build": "build index",
    "jobs.dedupe:find_matches": "find matches",
    "jobs.candidates:Candidates.pairs": "list pairs",
    "jobs.comparisons:Comparisons.findings": "compare pairs",
    "hub.rules.keeping:decide": "decide",
    "jobs.split:run": "split",
    "jobs.split:place": "groups and splits",
    "jobs.publish:run": "publish",
    "jobs.publish:written_by": "workers",
    "jobs.augment:run": "augment",
    "jobs.tables:Lake.make": "Delta: make table",
    "jobs.tables:Lake.append_files": "Delta: commit",
    "jobs.pipeline:is_committed": "look at the lake",
    "jobs.pipeline:record_stage": "record in Postgres",
    "hub.services.publication:publish_batch": "publish in Postgres",
    "hub.lake.outcomes:count_outcomes": "count outcomes",
    "jobs.pipeline:compact_tables": "look for small files",
}


def measure(*, images: int) -> dict[str, Any]:
    """Profile one ingest of so many pictures, and the check of a thousand of them."""
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    pictures = draw(work, images=images)
    environ = {"HUB_HOME": str(work / "profile"), "HUB_AUGMENT_COUNT": "0"}
    with _fresh_hub(environ):
        ingest = profile_ingest(pictures, environ)
        check = profile_check(pictures, Settings.from_env(environ).objects_root)
    return {
        "benchmark": "profile",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "images": images,
        **ingest,
        "check": check,
    }


@contextmanager
def _fresh_hub(environ: Mapping[str, str]) -> Iterator[None]:
    home = Path(environ["HUB_HOME"])
    if home.exists():
        _hub(environ, "down")
        shutil.rmtree(home)
    try:
        _hub(environ, "init")
        _hub(environ, "up")
        yield
    finally:
        _hub(environ, "down")
        shutil.rmtree(home)


def _hub(environ: Mapping[str, str], *arguments: str) -> None:
    outer = {n: v for n, v in os.environ.items() if not n.startswith(("HUB_", "PG"))}
    with redirect_stdout(io.StringIO()):
        cli.main(args=list(arguments), standalone_mode=False, obj=Hub(outer | dict(environ)))


def profile_ingest(pictures: Pictures, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the seconds of each part, and the processor's seconds by phase and kind."""
    spans, home = Spans(), Path(environ["HUB_HOME"])
    with spans.timing(PARTS):
        processor = Processor(lambda: [os.getpid(), *_servers(home)], phase=lambda: _phase(spans))
        processor.start()
        with spans.span("submit"):
            _hub(environ, "submit", "--csv", str(pictures.csv))
        with spans.span("job"):
            _hub(environ, "job", "run")
        processor.stop()
    parts = [{"path": list(path), "seconds": took} for path, took in spans.seconds.items()]
    return {"parts": parts, "processor": {name: dict(by) for name, by in processor.seconds.items()}}


def _phase(spans: Spans) -> str:
    """Name what the processor's time goes to: a stage and the part of it."""
    path = spans.path
    return ": ".join(path[1:3] if len(path) > 2 else path) or "between"


def _servers(home: Path) -> list[int]:
    return [int(path.read_text().split()[0]) for path in home.glob("**/postmaster.pid")]


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: the parts of the time, the processor's, the check's."""
    machine = result["machine"]
    whole = sum(part["seconds"] for part in result["parts"] if len(part["path"]) == 1)
    return "\n".join(
        [
            f"{result['images']:,} pictures in {whole:.1f} s; {result['measured_on']};"
            f" {machine['processor']}, {machine['cores']} cores.",
            "",
            "| part | s | share |",
            "|---|---|---|",
            *(
                f"| {indented(path)} | {took:.2f} | {took / whole:.1%} |"
                for path, took in with_rests(result["parts"], "seconds")
            ),
            "",
            *_processor_table(result["processor"]),
            "",
            *lay_out_check(result["check"]),
        ]
    )


def _processor_table(processor: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    kinds = [DRIVER, *KINDS.values()]
    yield f"| processor time, s | {' | '.join(kinds)} | all |"
    yield f"|---|{'---|' * len(kinds)}---|"
    for phase, used in processor.items():
        cells = [f"{used.get(kind, 0.0):.1f}" for kind in kinds]
        yield f"| {phase} | {' | '.join(cells)} | {sum(used.values()):.1f} |"


def main() -> None:
    """Profile, write results/profile.json (of a whole run) and print the tables."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        result = measure(images=images)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = images >= _IMAGES
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("profile", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
