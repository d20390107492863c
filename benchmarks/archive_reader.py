"""The hub's archive, read to its end by a process of its own, as a worker of the site would.

    python -m benchmarks.archive_reader HOME ROOT [BYTES] > ARCHIVE

`HUB_HOME` is HOME; BYTES is how many to read, all by default. Prints on stderr as JSON: `seconds`,
of it `first` to the first byte and `picture` to the first byte of a picture, and `peak_bytes`, the
most memory that it held.
"""

import json
import os
import re
import sys
import time
from pathlib import Path

from hub.config import Settings
from hub.services import archives
from hub.services.archives import open_archive


def main() -> None:
    home, root, *most = sys.argv[1:]
    settings = Settings.from_env({"HUB_HOME": home})
    # A worker has read from the lake before; the archive is opened anew.
    next(open_archive(settings, root).read())
    archives._planned.cache_clear()
    begun = time.perf_counter()
    archive = open_archive(settings, root)
    next(archive.read(0, 1))
    told = {"first": time.perf_counter() - begun}
    next(archive.read(200, 201))
    told["picture"] = time.perf_counter() - begun
    for chunk in archive.read(0, *map(int, most)):
        left = memoryview(chunk)
        while left:
            left = left[os.write(1, left) :]
    told["seconds"] = time.perf_counter() - begun
    print(json.dumps({**told, "peak_bytes": _peak_bytes()}), file=sys.stderr)


def _peak_bytes() -> int:
    # Not getrusage: a new process begins with the peak of the one that started it.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    main()
