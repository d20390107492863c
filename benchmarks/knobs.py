"""What a person may set about a benchmark, in its environment."""

import sys
from collections.abc import Mapping

from benchmarks.processes import BenchError


def count(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """Read a whole number of at least 1. Raises BenchError for anything else."""
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise BenchError(f"{name} is '{text}'; set it to a whole number of at least 1")
    return int(text)


def say(line: str) -> None:
    """Tell on stderr how far a benchmark is."""
    print(f"bench: {line}", file=sys.stderr, flush=True)
