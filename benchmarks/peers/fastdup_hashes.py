"""fastdup, in its own environment: `python -m benchmarks.peers.fastdup_hashes FOLDER OUT`.

Its features and the search for similar pictures in one run, as it comes. Its pairs at the
similarity it lists from by default (0.9), and at higher ones. Prints the times as JSON.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

_begun = time.perf_counter()

import fastdup  # type: ignore[import-not-found]  # noqa: E402

_SIMILARITIES = (0.9, 0.96, 0.98, 0.99)


def main() -> None:
    folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        run = fastdup.create(work_dir=work, input_dir=str(folder))
        run.run(overwrite=True, verbose=False, print_summary=False)
        ran = time.perf_counter()
        found = run.similarity()
        pictures = len(run.annotations(valid_only=True))
        pairs = {
            f"from {least}": _pairs(found[found["distance"] >= least], folder)
            for least in _SIMILARITIES
        }
    ended = time.perf_counter()
    out.write_text(json.dumps({"pictures": pictures, "found": pairs}))
    times = {"start": started - _begun, "encode": ran - started, "search": ended - ran}
    print(json.dumps(times))


def _pairs(found: "fastdup.pd.DataFrame", folder: Path) -> list[tuple[str, str]]:
    """Name the files relative to the folder; each pair once."""
    if found.empty:
        return []  # then it has no names either
    both = zip(found["filename_from"], found["filename_to"], strict=True)
    names = {tuple(sorted(_relative(name, folder) for name in pair)) for pair in both}
    return sorted((one, other) for one, other in names)


def _relative(name: str, folder: Path) -> str:
    """Name a file from the folder: fastdup names those below the working folder from there."""
    return Path(name).resolve().relative_to(folder).as_posix()


if __name__ == "__main__":
    main()
