"""What the check of a picture costs, part by part: the half of the profile that workers repeat."""

import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.limit import fused_pass
from benchmarks.pictures import Pictures
from benchmarks.spans import Path as Path_
from benchmarks.spans import Spans, indented, with_rests
from hub import judging
from hub.config import Settings
from hub.limits import limits_of

_SOME = 1000

CHECK = {
    "hub.objects.local:Objects.get": "read the file",
    "hub.judging:sha256": "sha256 of what was received",
    "hub.rules.checking:strip": "strip (byte surgery)",
    "hub.rules.checking:_decoded": "decode at reduced scale",
    "hub.rules.checking:reduce": "reduced copy",
    "hub.rules.checking:measure": "quality measures",
    "hub.rules.checking:read_exif": "EXIF",
    "hub.rules.checking:thumbnails_of": "thumbnails",
    "hub.rules.thumbnails:_encoded": "JPEG encoding",
    "hub.rules.checking:hash_picture": "perceptual hashes",
    "hub.rules.checking:sha256": "sha256 of what is published",
    "zlib:crc32": "crc32",
    "hub.rules.checking:digest": "sha256 of the reduced copy",
    "hub.rules.checking:look_of": "look",
    "hub.judging:encode": "encode the answer",
    "hub.judging:decode": "decode the answer",
}

_LOOP, _BITS = "the bare loop of the ingest benchmark", "a decode at 1/8"


def profile_check(pictures: Pictures, objects_root: str) -> dict[str, Any]:
    """Return what the parts of a check take of one core, in milliseconds a picture.

    Beside it, what the bare loop takes, and what the least decode: at 1/8 there is little to do but
    to read a JPEG's entropy-coded data, all of which any scale needs.
    """
    cores = os.cpu_count() or 1
    paths = [str(path) for path in pictures.paths[:_SOME]]
    shares = [(paths[start::cores], objects_root) for start in range(cores)]
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        measured = pool.starmap(check_some, shares)
    summed: dict[Path_, float] = defaultdict(float)
    for seconds in measured:
        for path, took in seconds.items():
            summed[path] += took
    parts = [
        {"path": list(path), "milliseconds": 1000 * took / len(paths)}
        for path, took in summed.items()
    ]
    return {"images": len(paths), "cores": cores, "parts": parts}


def check_some(paths: Sequence[str], objects_root: str) -> dict[Path_, float]:
    """Check files that have landed as a child process does; return the seconds of the parts."""
    limits = asdict(limits_of(Settings.from_env({}))) | {"refuse_quality": []}
    check = partial(judging.check_landed, objects_root=objects_root, limits=limits)
    contents = {path: Path(path).read_bytes() for path in paths}
    digests = {path: sha256(content).hexdigest().encode() for path, content in contents.items()}
    # The first call imports what it needs.
    check(digests[paths[0]])
    spans = Spans(time.process_time)
    with spans.timing(CHECK):
        for path in paths:
            with spans.span("check"):
                judging.decode(check(digests[path]))
    for path in paths:
        with spans.span(_LOOP):
            fused_pass(path, folder=objects_root)
        with spans.span(_BITS):
            _decode_at_least(contents[path])
    return spans.seconds


def _decode_at_least(content: bytes) -> None:
    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        image.draft("RGB", (image.width // 8, image.height // 8))
        image.load()


def lay_out_check(measured: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table, shares as of the check."""
    parts = measured["parts"]
    whole = next(part["milliseconds"] for part in parts if part["path"] == ["check"])
    yield f"The check of a picture, by parts, of {measured['images']:,} pictures in"
    yield f"{measured['cores']} processes, and two measures beside it:"
    yield ""
    yield "| part | ms | share |"
    yield "|---|---|---|"
    for path, took in with_rests(parts, "milliseconds"):
        yield f"| {indented(path)} | {took:.3f} | {took / whole:.1%} |"
