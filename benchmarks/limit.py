"""The machine's fused limit: what one pass over the pictures costs with nothing around it."""

import multiprocessing
import os
import shutil
import time
import zlib
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.contender import Measured
from benchmarks.plain import encoded, hash_of
from benchmarks.processes import BenchError, Memory

_LARGER_PX = 299
_CHUNK = 16


def measure(paths: Sequence[Path], *, folder: Path) -> Measured:
    """Time a bare loop on all cores, which writes below `folder` what it reads and makes.

    Raises BenchError unless it saw that many different pictures.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    work = partial(fused_pass, folder=str(folder))
    memory = Memory(os.getpid())
    memory.start()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        # The processes' start and imports are not the limit's: they are over after this.
        pool.map(work, [str(path) for path in paths[: 4 * _CHUNK]], chunksize=1)
        begun = time.perf_counter()
        done = list(pool.imap_unordered(work, map(str, paths), chunksize=_CHUNK))
        seconds = time.perf_counter() - begun
    peak_bytes = memory.stop()
    shutil.rmtree(folder)
    different = len({digest for digest, _, _ in done})
    if different != len(paths):
        raise BenchError(f"the bare loop saw {different} of {len(paths)} pictures")
    return Measured(len(paths), seconds, peak_bytes=peak_bytes)


def fused_pass(path: str, *, folder: str) -> tuple[str, int, int]:
    """Read, decode once at half scale, hash, make two thumbnails, write; return sha256, CRC, hash.

    Every process appends to a file of pictures and to one of thumbnails.
    """
    content = Path(path).read_bytes()
    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        image.draft("RGB", (image.width // 2, image.height // 2))
        image.load()
        width_px, height_px = image.size
        side = (_LARGER_PX, max(1, round(_LARGER_PX * height_px / width_px)))
        larger = image.resize(side, Image.Resampling.BILINEAR, reducing_gap=2.0)
        hashed = hash_of(image.reduce(2))
    thumbnails = encoded(larger) + encoded(larger.reduce(3))
    for kind, written in (("pictures", content), ("thumbnails", thumbnails)):
        with open(f"{folder}/{kind}-{os.getpid()}", "ab", buffering=0) as file:
            file.write(written)
    return sha256(content).hexdigest(), zlib.crc32(content), hashed
