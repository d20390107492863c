"""A turn of faiss in an environment of its own: `faiss_search.py HASHES.npy NEIGHBOURS.npy KIND`.

As benchmarks.hub_search, by one thread. KIND `bands` is IndexBinaryMultiHash with the hub's three
bands of 21 bits and one turned bit, `all` is IndexBinaryFlat, which compares every pair.
"""

import json
import sys
import time
from pathlib import Path

import faiss  # type: ignore[import-not-found]  # only its own environment has it
import numpy as np

_BITS, _RADIUS = 64, 5
_BATCH = 10_000


def main() -> None:
    hashes = np.load(Path(sys.argv[1]), allow_pickle=False).view(np.uint8).reshape(-1, _BITS // 8)
    faiss.omp_set_num_threads(1)
    begun = time.perf_counter()
    if sys.argv[3] == "bands":
        index = faiss.IndexBinaryMultiHash(_BITS, 3, 21)
        index.nflip = 1
    else:
        index = faiss.IndexBinaryFlat(_BITS)
    index.add(hashes)
    built = time.perf_counter()
    neighbours = []
    for first in range(0, len(hashes), _BATCH):
        # It returns what is nearer than the number it is given.
        limits, _, _ = index.range_search(hashes[first : first + _BATCH], _RADIUS + 1)
        neighbours.append(np.diff(limits.astype(np.int64)) - 1)
    ended = time.perf_counter()
    np.save(Path(sys.argv[2]), np.concatenate(neighbours), allow_pickle=False)
    print(json.dumps({"build": built - begun, "search": ended - built}))


if __name__ == "__main__":
    main()
