"""The tables of docs/benchmarks.md: each part of `make bench` writes its own.

    python -m benchmarks.page

writes them all from the results anew.
"""

import importlib
import json
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
RESULTS = Path(__file__).with_name("results")
PARTS = (
    "ingest",
    "profile",
    "hashing",
    "search",
    "growth",
    "writing",
    "archive",
    "pulling",
    "facets",
    "load",
    "pages",
    "training",
)
"""Modules with `main`, and `lay_out`, which turns a result into Markdown."""


def write_table(part: str, text: str, *, page: Path = PAGE) -> None:
    """Put the text between the part's two markers; the rest of the page stays.

    Raises ValueError if the page lacks one of them.
    """
    before, _, after = split(part, page.read_text(encoding="utf-8"))
    page.write_text(f"{before}{text}{after}", encoding="utf-8")


def split(part: str, page: str) -> tuple[str, str, str]:
    """Return what stands before a part's table, the table, and what stands behind it."""
    begin, end = f"<!-- {part}: begin -->\n", f"\n<!-- {part}: end -->"
    before, found_begin, rest = page.partition(begin)
    table, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"the page lacks {begin.strip()} or {end.strip()}: put both back")
    return before + begin, table, end + after


def tables() -> dict[str, str]:
    """Return the tables of the parts that have the result of a whole run, as they are now."""
    found = {}
    for part in PARTS:
        path = RESULTS / f"{part}.json"
        if path.exists():
            module = importlib.import_module(f"benchmarks.{part}")
            found[part] = module.lay_out(json.loads(path.read_text(encoding="utf-8")))
    return found


def main() -> None:
    for part, text in tables().items():
        write_table(part, text)


if __name__ == "__main__":
    main()
