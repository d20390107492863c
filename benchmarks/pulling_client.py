"""Brings the same pictures into a folder, in one of two ways, and prints the seconds.

HUB_TOKEN=... python -m benchmarks.pulling_client hub URL ROOT FOLDER
python -m benchmarks.pulling_client loose URL LIST FOLDER
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from urllib3 import HTTPConnectionPool, connection_from_url

from hub.client import Hub
from hub.client.web import CONNECTIONS
from hub.threads import side_by_side


def _pull(url: str, root: str, folder: Path) -> None:
    Hub(url).subset(root).pull(folder, progress=False)


def _copy(url: str, listed: str, folder: Path) -> None:
    """Get every file of a list, over as many connections as the client has."""
    (folder / "images").mkdir(parents=True)
    names = Path(listed).read_text(encoding="utf-8").split()
    pool = connection_from_url(url, maxsize=CONNECTIONS)
    assert isinstance(pool, HTTPConnectionPool)
    for _ in side_by_side(partial(_get, pool, folder), names, workers=CONNECTIONS):
        pass


def _get(pool: HTTPConnectionPool, folder: Path, name: str) -> None:
    answer = pool.request("GET", f"/images/{name}")
    if answer.status != 200:
        raise RuntimeError(f"{name}: status {answer.status}")
    (folder / "images" / name).write_bytes(answer.data)


_WAYS: dict[str, Callable[[str, str, Path], None]] = {"hub": _pull, "loose": _copy}


def main() -> None:
    """Run one way."""
    way, url, what, folder = sys.argv[1:]
    begun = time.perf_counter()
    _WAYS[way](url, what, Path(folder))
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
