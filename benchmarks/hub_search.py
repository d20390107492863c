"""A turn of the hub's search: `python -m benchmarks.hub_search HASHES.npy NEIGHBOURS.npy`.

Reads the hashes of n pictures, finds every pair of them within the radius, writes how many
neighbours each has and prints the seconds it took as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from hub.rules.searching import BandIndex

# As many as Spark hands over at once.
_BATCH = 10_000


def main() -> None:
    hashes = np.load(Path(sys.argv[1]), allow_pickle=False)
    pictures = np.arange(len(hashes))
    begun = time.perf_counter()
    index = BandIndex.build(hashes, pictures, numbers=np.zeros_like(pictures))
    built = time.perf_counter()
    neighbours = np.zeros(len(hashes), dtype=np.int64)
    for first in range(0, len(hashes), _BATCH):
        batch = hashes[first : first + _BATCH]
        for matches in index.search_in_parts(batch):
            neighbours[first : first + _BATCH] += np.bincount(matches.row, minlength=len(batch))
    ended = time.perf_counter()
    np.save(Path(sys.argv[2]), neighbours - 1, allow_pickle=False)
    print(json.dumps({"build": built - begun, "search": ended - built}))


if __name__ == "__main__":
    main()
