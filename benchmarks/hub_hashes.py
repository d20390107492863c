"""The hub's hash stage alone: `python -m benchmarks.hub_hashes FOLDER OUT`.

From files to pairs of near duplicates by the rules that validate and dedupe call: byte surgery, one
decode, all hashes and the look on all cores, then the search and the comparison of candidates, in
one process. Writes the pairs, prints the times as JSON.
"""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hub.rules.hashing import hash_picture
from hub.rules.likeness import Seen, judge
from hub.rules.looks import look_of
from hub.rules.pixels import decode_scaled, reduce
from hub.rules.publishing import strip
from hub.rules.reasons import Refused
from hub.rules.searching import BandIndex

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_CHUNK = 16


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    begun = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        shown = pool.map(see, paths, chunksize=_CHUNK)
    encoded = time.perf_counter()
    pictures = [(path, seen) for path, seen in zip(paths, shown, strict=True) if seen]
    pairs = list(near_pairs([seen for _, seen in pictures]))
    searched = time.perf_counter()
    names = [path.relative_to(folder).as_posix() for path, _ in pictures]
    found = {"the hub's rule": [[names[one], names[other]] for one, other in pairs]}
    out.write_text(json.dumps({"pictures": len(pictures), "found": found}))
    print(json.dumps({"start": 0.0, "encode": encoded - begun, "search": searched - encoded}))


def see(path: Path) -> Seen | None:
    """Return what the rule knows of a picture, or None of a file that is none."""
    try:
        picture = decode_scaled(strip(path.read_bytes()))
    except (Refused, OSError, ValueError):
        return None
    reduced = reduce(picture)
    return Seen(*picture.size, hash_picture(reduced), look_of(reduced))


def near_pairs(pictures: list[Seen]) -> Iterator[tuple[int, int]]:
    """Yield the rows of pictures that are near duplicates, the later one second."""
    probes = [seen.hashes.probes for seen in pictures]
    owners = np.repeat(np.arange(len(pictures)), [len(some) for some in probes])
    numbers = np.concatenate([np.arange(len(some)) for some in probes])
    index = BandIndex.build(np.concatenate(probes).astype(np.int64), owners, numbers=numbers)
    candidates = set()
    for kind in ("phash", "phash_crop5", "phash_crop10"):
        kept = [number for number, seen in enumerate(pictures) if seen.hashes.phash is not None]
        hashes = np.array([getattr(pictures[number].hashes, kind) for number in kept], np.int64)
        met = index.search(hashes)
        rows = np.array(kept, np.int64)[met.row]
        candidates |= set(zip(rows.tolist(), met.owner.tolist(), strict=True))
    for kept_row, newer in sorted(candidates):
        if kept_row < newer:
            found = judge(pictures[newer], pictures[kept_row])
            if found and found.relation == "near":
                yield kept_row, newer


if __name__ == "__main__":
    main()
