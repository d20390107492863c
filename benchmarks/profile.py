"""Where the time of an ingest goes: `python -m benchmarks.profile`.

    BENCH_IMAGES=5000 python -m benchmarks.profile

Two views. The first runs `hub submit` and `hub job run` in this process and times their parts,
with the processor time that each kind of process used meanwhile. The second runs the check of a
picture, which Spark's workers have done by child processes, in as many processes as there are
cores, and times the parts of it. The times of the second are of one core each.
"""

import io
import multiprocessing
import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.knobs import count
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.pictures import Pictures, draw
from benchmarks.processes import BenchError
from benchmarks.processor import DRIVER, KINDS, Processor
from benchmarks.report import write_result
from benchmarks.spans import Path as Path_
from benchmarks.spans import Spans
from cluster.cli import cli
from cluster.cli.context import Hub
from hub import judging
from hub.config import Settings
from hub.limits import limits_of

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "profile.json"
_QUICK_RESULT = _HERE / "results" / "profile-quick.json"
_IMAGES, _SOME = 5000, 1000

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
CHECK = {
    "hub.objects.local:Objects.get": "read the file",
    "hub.judging:sha256": "sha256 of what was received",
    "hub.rules.checking:strip": "strip (byte surgery)",
    "hub.rules.checking:_decoded": "decode at reduced scale",
    "hub.rules.checking:reduce": "reduced copy",
    "hub.rules.checking:measure": "quality measures",
    "hub.rules.checking:read_exif": "EXIF",
    "hub.rules.checking:thumbnails_of": "thumbnails",
    "hub.rules.thumbnails:_encoded": "JPEG encoding",
    "hub.rules.checking:hash_picture": "perceptual hashes",
    "hub.rules.checking:sha256": "sha256 of what is published",
    "zlib:crc32": "crc32",
    "hub.rules.checking:digest": "sha256 of the reduced copy",
    "hub.rules.checking:look_of": "look",
    "hub.judging:encode": "encode the answer",
    "hub.judging:decode": "decode the answer",
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


def profile_check(pictures: Pictures, objects_root: str) -> dict[str, Any]:
    """Return what the parts of a check take of one core, in milliseconds a picture."""
    cores = os.cpu_count() or 1
    digests = [sha256(path.read_bytes()).hexdigest() for path in pictures.paths[:_SOME]]
    shares = [(digests[start::cores], objects_root) for start in range(cores)]
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        measured = pool.starmap(check_some, shares)
    summed: dict[Path_, float] = defaultdict(float)
    for seconds in measured:
        for path, took in seconds.items():
            summed[path] += took
    parts = [
        {"path": list(path), "milliseconds": 1000 * took / len(digests)}
        for path, took in summed.items()
    ]
    return {"images": len(digests), "cores": cores, "parts": parts}


def check_some(digests: Sequence[str], objects_root: str) -> dict[Path_, float]:
    """Check landed files as a child process does; return the seconds of the parts."""
    limits = asdict(limits_of(Settings.from_env({}))) | {"refuse_quality": []}
    check = partial(judging.check_landed, objects_root=objects_root, limits=limits)
    # The first call imports what it needs.
    check(digests[0].encode())
    spans = Spans(time.process_time)
    with spans.timing(CHECK):
        for digest in digests:
            with spans.span("check"):
                judging.decode(check(digest.encode()))
    return spans.seconds


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
                f"| {_indented(path)} | {took:.2f} | {took / whole:.1%} |"
                for path, took in with_rests(result["parts"], "seconds")
            ),
            "",
            *_processor_table(result["processor"]),
            "",
            f"The check of a picture, by parts, of {result['check']['images']:,} pictures in"
            f" {result['check']['cores']} processes:",
            "",
            "| part | ms | share |",
            "|---|---|---|",
            *_check_rows(result["check"]["parts"]),
        ]
    )


def with_rests(parts: Sequence[Mapping[str, Any]], field: str) -> Iterator[tuple[Path_, float]]:
    """Yield the parts in order, and behind those within a part what they leave of it."""
    taken = {tuple(part["path"]): float(part[field]) for part in parts}
    yield from _below((), taken)


def _below(path: Path_, taken: Mapping[Path_, float]) -> Iterator[tuple[Path_, float]]:
    within = [one for one in taken if one[:-1] == path and one != path]
    for one in within:
        yield one, taken[one]
        yield from _below(one, taken)
    if path and within:
        yield (*path, "rest"), taken[path] - sum(taken[one] for one in within)


def _indented(path: Path_) -> str:
    return "&emsp;" * (len(path) - 1) + path[-1]


def _processor_table(processor: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    kinds = [DRIVER, *KINDS.values()]
    yield f"| processor time, s | {' | '.join(kinds)} | all |"
    yield f"|---|{'---|' * len(kinds)}---|"
    for phase, used in processor.items():
        cells = [f"{used.get(kind, 0.0):.1f}" for kind in kinds]
        yield f"| {phase} | {' | '.join(cells)} | {sum(used.values()):.1f} |"


def _check_rows(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    whole = next(part["milliseconds"] for part in parts if len(part["path"]) == 1)
    for path, took in with_rests(parts, "milliseconds"):
        yield f"| {_indented(path)} | {took:.3f} | {took / whole:.1%} |"


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
