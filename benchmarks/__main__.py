"""`make bench`: every part in turn, each a process of its own with a result of its own.

    python -m benchmarks [--quick] [PART]...

One part that fails does not keep the others from being measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import click

from benchmarks.knobs import say


@dataclass(frozen=True)
class Part:
    about: str
    minutes: float
    """On two quiet cores, once the pictures are drawn and the peers' environments are made."""
    quick: Mapping[str, str] = field(default_factory=dict)
    """What makes it a look of a minute or two."""


_FEW_PICTURES = {"BENCH_IMAGES": "300", "BENCH_ROUNDS": "1"}
PARTS = {
    "ingest": Part(
        "submit to published, beside img2dataset, Daft, Spark, a bare loop", 10, _FEW_PICTURES
    ),
    "profile": Part("where the time of an ingest goes", 2, {"BENCH_IMAGES": "300"}),
    "hashing": Part(
        "files to pairs of duplicates, beside imagededup and fastdup", 4, _FEW_PICTURES
    ),
    "search": Part(
        "the search among hashes, beside faiss",
        2,
        {"BENCH_PICTURES": "10000", "BENCH_ROUNDS": "1"},
    ),
    "growth": Part(
        "a batch against a small and a large hub",
        3,
        {"BENCH_KEPT": "20000", "BENCH_ROUNDS": "1"},
    ),
    "writing": Part("the write of pictures, beside delta-rs and Spark", 1, _FEW_PICTURES),
    "archive": Part(
        "the archive of a subset, beside cat, zip and zipstream-ng",
        6,
        {**_FEW_PICTURES, "BENCH_ENTRIES": "20000", "BENCH_LARGE_GB": "1"},
    ),
    "pulling": Part("a pull over HTTP, beside a parallel copy of loose files", 2, _FEW_PICTURES),
    "training": Part(
        "pictures into batches, ranks side by side and the loop, beside their peers",
        15,
        {"BENCH_IMAGES": "300", "BENCH_ROUNDS": "1", "BENCH_SECONDS": "2"},
    ),
    "facets": Part(
        "counts and pages of labels, beside plain statements over the rows",
        8,
        {"BENCH_CATALOGUE": "20000", "BENCH_CALLS": "20"},
    ),
    "load": Part(
        "the site under 64 clients, beside a bare Dash application",
        8,
        {"BENCH_CATALOGUE": "5000", "BENCH_CLIENTS": "16", "BENCH_SECONDS": "10"},
    ),
    "load_ingest": Part(
        "the same pages while a batch is taken in",
        7,
        {"BENCH_CLIENTS": "4", "BENCH_SECONDS": "10"},
    ),
    "pages": Part(
        "pages in a browser at 1.74 million pictures, beside a bare Dash page",
        10,
        {"BENCH_CATALOGUE": "5000", "BENCH_ROUNDS": "1"},
    ),
}


@click.command(epilog="".join(f"{name}: {part.about}. " for name, part in PARTS.items()))
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--quick", "is_quick", is_flag=True, help="Little data and one round.")
def main(parts: tuple[str, ...], is_quick: bool) -> None:
    """Measure PARTS, or all of them; each writes benchmarks/results/PART.json.

    A quick run writes PART-quick.json and leaves docs/benchmarks.md as it is.
    """
    chosen = parts or tuple(PARTS)
    if not is_quick:
        minutes = sum(PARTS[name].minutes for name in chosen)
        say(f"some {minutes:.0f} minutes on two quiet cores, longer when it is the first time")
    failed = [name for name in chosen if not _measure(name, is_quick=is_quick)]
    if failed:
        sys.exit(f"bench: {', '.join(failed)} failed; what each said stands above")


def _measure(name: str, *, is_quick: bool) -> bool:
    part = PARTS[name]
    expected = "a few minutes" if is_quick else f"some {part.minutes:g} minutes"
    say(f"{name}: {part.about}: {expected}")
    begun = time.monotonic()
    environ = {**os.environ, **part.quick} if is_quick else os.environ
    ended = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], env=environ, check=False)
    say(f"{name}: {'done' if ended.returncode == 0 else 'failed'} in {_told(begun)}")
    return ended.returncode == 0


def _told(begun: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - begun), 60)
    return f"{minutes} min {seconds} s"


if __name__ == "__main__":
    main()
