"""zipstream-ng, in its own environment: `python -m benchmarks.peers.zipstream_archive FOLDER`.

Streams a stored zip of a folder to stdout, as it comes. Prints on stderr as JSON what it took.
"""

import json
import os
import sys
import time

import zipstream  # type: ignore[import-not-found]


def main() -> None:
    begun = time.perf_counter()
    for chunk in zipstream.ZipStream.from_path(sys.argv[1]):
        left = memoryview(chunk)
        while left:
            left = left[os.write(1, left) :]
    print(json.dumps({"seconds": time.perf_counter() - begun}), file=sys.stderr)


if __name__ == "__main__":
    main()
