"""Daft in an environment of its own: `python -m benchmarks.peers.daft_ingest PICTURES OUTPUT`.

Its own expressions alone, on its local runner: download, decode, perceptual hash, two thumbnails
as JPEG, a digest of the bytes (its sha1; it has no sha256), and Parquet with the bytes in it,
uncompressed. Prints as JSON what the start and the work took.
"""

import json
import sys
import time

_begun = time.perf_counter()

import daft  # type: ignore[import-not-found]  # noqa: E402  # its import is its start
from daft.functions import (  # type: ignore[import-not-found]  # noqa: E402
    decode_image,
    download,
    encode_image,
    hash,
    image_hash,
    resize,
)

# What 1024x768 becomes: `resize` keeps no aspect by itself.
_LARGER, _SMALLER = (299, 224), (100, 75)


def main() -> None:
    pictures, output = sys.argv[1:]
    daft.set_runner_native()
    started = time.perf_counter()
    paths = daft.from_glob_path(f"{pictures}/**/*.jpg").select("path")
    read = paths.with_column("content", download(paths["path"]))
    decoded = read.with_column("image", decode_image(read["content"]))
    larger = decoded.with_column("larger", resize(decoded["image"], *_LARGER))
    done = larger.select(
        larger["path"],
        larger["content"],
        hash(larger["content"], hash_function="sha1").alias("digest"),
        image_hash(larger["image"], method="phash").alias("phash"),
        encode_image(larger["larger"], "JPEG").alias("thumbnail_299"),
        encode_image(resize(larger["larger"], *_SMALLER), "JPEG").alias("thumbnail_100"),
    )
    done.write_parquet(output, compression="none")
    ended = time.perf_counter()
    print(json.dumps({"start": started - _begun, "seconds": ended - started}))


if __name__ == "__main__":
    main()
