"""The machine's fused limit: what one pass over the pictures costs with nothing around it."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.contender import Measured
from benchmarks.processes import BenchError
from hub.rules.hashing import phash

_COPY_PX = 256
_CHUNK = 16


def measure(paths: Sequence[Path]) -> Measured:
    """Time a bare loop on all cores: read, sha256, decode at half scale, small copy, hash.

    Raises BenchError unless it saw that many different pictures.
    """
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        # The processes' start and imports are not the limit's: they are over after this.
        pool.map(fused_pass, [str(path) for path in paths[: 4 * _CHUNK]], chunksize=1)
        begun = time.perf_counter()
        done = list(pool.imap_unordered(fused_pass, map(str, paths), chunksize=_CHUNK))
        seconds = time.perf_counter() - begun
    different = len({digest for digest, _ in done})
    if different != len(paths):
        raise BenchError(f"the bare loop saw {different} of {len(paths)} pictures")
    return Measured(len(paths), seconds)


def fused_pass(path: str) -> tuple[str, int]:
    """Return the sha256 of a file and the perceptual hash of its picture."""
    content = Path(path).read_bytes()
    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        width, height = image.size
        image.draft("RGB", (width // 2, height // 2))
        image.thumbnail((_COPY_PX, _COPY_PX), Image.Resampling.BOX)
        return sha256(content).hexdigest(), phash(image)
