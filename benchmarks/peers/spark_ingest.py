"""Plain Spark: `python -m benchmarks.peers.spark_ingest PICTURES OUTPUT`.

`binaryFile` reads the pictures, Pillow decodes them in `mapInPandas`, and Spark writes Parquet: the
bytes with sha256, CRC, hash and two thumbnails. Spark as it comes, but for its memory: the default
of 1 GB is not enough. Prints as JSON what the session's start and the work took.
"""

import json
import sys
import time
import zlib
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image
from pyspark.sql import SparkSession

from benchmarks.plain import hash_of, thumbnails_of

if TYPE_CHECKING:
    import pandas as pd

_SCHEMA = (
    "path string, content binary, sha256 string, crc32 long, phash long, width_px int,"
    " height_px int, thumbnail_299 binary, thumbnail_100 binary"
)


def main() -> None:
    pictures, output = sys.argv[1:]
    begun = time.perf_counter()
    builder = SparkSession.builder.appName("plain")
    settings: dict[str, bool | float | int | str | None] = {
        "spark.driver.memory": "4g",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    spark = builder.config(map=settings)
    session = spark.getOrCreate()
    started = time.perf_counter()
    files = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    read = files.option("pathGlobFilter", "*.jpg").load(pictures).select("path", "content")
    read.mapInPandas(decode, _SCHEMA).write.parquet(output)
    ended = time.perf_counter()
    session.stop()
    print(json.dumps({"start": started - begun, "seconds": ended - started}))


def decode(batches: "Iterator[pd.DataFrame]") -> "Iterator[pd.DataFrame]":
    """Put beside each picture's bytes what they show."""
    for rows in batches:
        shown = [_shown(content) for content in rows["content"]]
        yield rows.assign(**{name: [row[name] for row in shown] for name in shown[0]})


def _shown(content: bytes) -> dict[str, Any]:
    with Image.open(BytesIO(content)) as image:
        picture = image.convert("RGB")
    larger, smaller = thumbnails_of(picture)
    return {
        "sha256": sha256(content).hexdigest(),
        "crc32": zlib.crc32(content),
        "phash": hash_of(picture),
        "width_px": picture.width,
        "height_px": picture.height,
        "thumbnail_299": larger,
        "thumbnail_100": smaller,
    }


if __name__ == "__main__":
    main()
