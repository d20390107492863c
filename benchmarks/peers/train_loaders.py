"""One loader into batches: `python -m benchmarks.peers.train_loaders NAME FOLDER SIDE SECONDS`.

Runs epochs over what `train_data` wrote: the first is looked at (every picture once, of the right
shape), then as many as fill the seconds are timed. Prints as JSON what came of them.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.train_names import MOSAIC, RAW_RECORDS, RECORDS, RUN, TABLES, TARS

BATCH = 32
_SHUFFLED = 1000
"""Pictures that are shuffled among each other, for loaders that say how many."""

Batch = tuple[Any, Any]
"""(n, side, side, 3) bytes, and the image ids."""
Loader = Callable[[Path, int], Callable[[int], Iterator[Batch]]]
"""Takes the folder and the side; returns what begins an epoch."""


def hub(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    """The hub's own: Petastorm reads the plan's files, TensorFlow's tensors come out."""
    from hub.rules.epochs import EpochPlan
    from hub.rules.runs import read_run
    from jobs.train.worker.feeding import feed
    from jobs.train.worker.ranks import join_ranks
    from jobs.train.worker.reading import Source

    join_ranks(precision="float32")
    run = read_run(folder / RUN)
    source = Source(folder / RUN, run, "train")

    def epoch(number: int) -> Iterator[Batch]:
        plan = EpochPlan(run.rows("train"), BATCH, run.seed, number)
        for images, _, _, image_ids in feed(source, plan, rank=0, ranks=1):
            yield images, image_ids

    return epoch


def tfrecord(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    return _records(folder / RECORDS, side, is_raw=False)


def tfrecord_raw(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    return _records(folder / RAW_RECORDS, side, is_raw=True)


def _records(folder: Path, side: int, *, is_raw: bool) -> Callable[[int], Iterator[Batch]]:
    """As TensorFlow's guide to tf.data has it: files side by side, shuffled, read ahead."""
    import tensorflow as tf

    features = {name: tf.io.FixedLenFeature([], tf.string) for name in ("image", "image_id")}
    paths = sorted(map(str, folder.glob("*.tfrecord")))

    def decode(record: Any) -> Batch:
        parsed = tf.io.parse_single_example(record, features)
        if is_raw:
            image = tf.reshape(tf.io.decode_raw(parsed["image"], tf.uint8), (side, side, 3))
        else:
            image = tf.io.decode_jpeg(parsed["image"], channels=3)
        return image, parsed["image_id"]

    def epoch(number: int) -> Iterator[Batch]:
        files = tf.data.Dataset.from_tensor_slices(paths).shuffle(len(paths), seed=number)
        records = files.interleave(
            tf.data.TFRecordDataset, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False
        )
        shuffled = records.shuffle(_SHUFFLED, seed=number)
        decoded = shuffled.map(decode, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False)
        yield from decoded.batch(BATCH).prefetch(tf.data.AUTOTUNE)

    return epoch


def petastorm(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    """Stock Petastorm, as it comes, into tf.data; TensorFlow decodes."""
    import tensorflow as tf
    from petastorm import make_batch_reader
    from petastorm.tf_utils import make_petastorm_dataset

    url = f"file://{(folder / TABLES).resolve()}"

    def decode(row: Any) -> Batch:
        image = tf.io.decode_jpeg(row.image, channels=3)
        return tf.ensure_shape(image, (side, side, 3)), row.image_id

    def epoch(number: int) -> Iterator[Batch]:
        with make_batch_reader(url, num_epochs=1, seed=number) as reader:
            rows = make_petastorm_dataset(reader).unbatch().shuffle(_SHUFFLED, seed=number)
            decoded = rows.map(decode, num_parallel_calls=tf.data.AUTOTUNE)
            yield from decoded.batch(BATCH).prefetch(tf.data.AUTOTUNE)

    return epoch


def webdataset(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    """As its guide has it, with a worker process a core."""
    import torch
    import webdataset as wds

    paths = sorted(map(str, (folder / TARS).glob("*.tar")))
    dataset = (
        wds.WebDataset(paths, shardshuffle=len(paths), empty_check=False)
        .shuffle(_SHUFFLED)
        .decode("rgb8")
        .to_tuple("jpg", "__key__")
        .batched(BATCH, partial=True)
    )
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=None, num_workers=_cores(), persistent_workers=True
    )
    return lambda number: iter(loader)


def mosaicml_streaming(folder: Path, side: int) -> Callable[[int], Iterator[Batch]]:
    """Its dataset over local shards, with a worker process a core."""
    import torch
    from streaming import StreamingDataset

    dataset = StreamingDataset(local=str(folder / MOSAIC), shuffle=True, batch_size=BATCH)
    loader = torch.utils.data.DataLoader(
        dataset,
        batch_size=BATCH,
        num_workers=_cores(),
        persistent_workers=True,
        collate_fn=_collate,
    )
    return lambda number: iter(loader)


def _collate(rows: list[dict[str, Any]]) -> Batch:
    import torch

    images = [np.asarray(row["image"]) for row in rows]
    return torch.from_numpy(np.stack(images)), [row["image_id"] for row in rows]


def write_mosaic(folder: Path) -> None:
    """Write the pictures of the archives as Streaming's own shards."""
    import tarfile
    from tempfile import NamedTemporaryFile

    from PIL import Image
    from streaming import MDSWriter

    columns = {"image": "jpeg", "image_id": "str"}
    with MDSWriter(out=str(folder / MOSAIC), columns=columns) as writer:
        for path in sorted((folder / TARS).glob("*.tar")):
            with tarfile.open(path) as tar:
                for member in tar:
                    if member.name.endswith(".jpg") and (file := tar.extractfile(member)):
                        # Streaming takes a picture's own bytes only from a file with a name.
                        with NamedTemporaryFile(suffix=".jpg") as named:
                            named.write(file.read())
                            named.flush()
                            image = Image.open(named.name)
                            writer.write({"image": image, "image_id": member.name[:-4]})


def _cores() -> int:
    return os.cpu_count() or 1


LOADERS: dict[str, Loader] = {
    "hub": hub,
    "tfrecord": tfrecord,
    "tfrecord_raw": tfrecord_raw,
    "petastorm": petastorm,
    "webdataset": webdataset,
    "mosaicml_streaming": mosaicml_streaming,
}

_BY_PETASTORM = ("hub", "petastorm")


def main() -> None:
    name, folder, side, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if name == "write_mosaic":
        write_mosaic(folder)
        return
    begun = time.perf_counter()
    epoch = LOADERS[name](folder, side)
    seen: Counter[str] = Counter()
    for images, image_ids in epoch(1):
        assert tuple(images.shape) == (len(image_ids), side, side, 3), images.shape
        seen.update(map(_text, _plain(image_ids)))
    started = time.perf_counter()
    images_read, number = 0, 1
    while time.perf_counter() - started < float(seconds):
        number += 1
        images_read += sum(len(image_ids) for _, image_ids in epoch(number))
    took = time.perf_counter() - started
    told = {"start": started - begun, "seconds": took, "images": images_read, "epochs": number - 1}
    print(json.dumps({**told, "seen": len(seen), "most": max(seen.values())}), flush=True)
    if name in _BY_PETASTORM:
        # A thread of pyarrow 14's may abort the interpreter as it shuts down.
        os._exit(0)


def _plain(image_ids: Any) -> Any:
    return image_ids.numpy() if hasattr(image_ids, "numpy") else image_ids


def _text(image_id: Any) -> str:
    return image_id.decode() if isinstance(image_id, bytes) else str(image_id)


if __name__ == "__main__":
    main()
