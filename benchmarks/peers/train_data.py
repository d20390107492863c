"""Pictures as loaders want them: `python -m benchmarks.peers.train_data PICTURES FOLDER SIDE N`.

Run by the training environment. Every loader gets the same pictures, scaled once by the hub's rule:
the run folder and one TFRecord hold the pixels, all others a JPEG of them (quality 90). With a side
of 64 it writes only a run folder, for the loop, named by the side.
"""

import hashlib
import io
import os
import sys
import tarfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from benchmarks.peers.train_names import RAW_RECORDS, RECORDS, RUN, TABLES, TARS
from hub.rules.epochs import file_rows
from hub.rules.fitting import fit
from hub.rules.runs import SETTINGS, ClassLabel, Run, TrainingFile, write_run
from hub.rules.trainings import make_options

CLASSES = 12
LOOP_SIDE = 64
QUALITY = 90
SHARD_ROWS = 250
_FILE_BYTES = 12 * 1024**2
_COLUMNS = pa.schema(
    [
        pa.field("image", pa.binary(), nullable=False),
        pa.field("image_id", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
        pa.field("label", pa.int64(), nullable=False),
        pa.field("states", pa.binary(), nullable=False),
    ]
)
"""As `hub.rules.runs.TrainingFile` says."""

Row = tuple[str, bytes, bytes, int]
"""image_id, pixels, JPEG of them, label."""


def main() -> None:
    pictures, folder, side = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    every = sorted(path for path in pictures.rglob("*.jpg"))
    paths = [every[number % len(every)] for number in range(int(sys.argv[4]))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(make, paths, [side] * len(paths), chunksize=16)
        rows: list[Row] = [(*one, number % CLASSES) for number, one in enumerate(made)]
    if side == LOOP_SIDE:
        options = {"arch": "smaller_vgg", "augment": False, "warmup_epochs": 0}
        write_run_folder(folder / str(side), rows, side=side, **options)
        return
    for name in (RECORDS, RAW_RECORDS, TABLES, TARS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, len(rows), SHARD_ROWS)):
        _write_shards(folder, number, rows[first : first + SHARD_ROWS])
    write_run_folder(folder / RUN, rows, side=side)


def make(path: Path, side: int) -> tuple[str, bytes, bytes]:
    content = path.read_bytes()
    pixels, encoded = fit(content, side), io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(encoded, "JPEG", quality=QUALITY)
    return hashlib.sha256(content).hexdigest(), pixels, encoded.getvalue()


def _write_shards(folder: Path, number: int, rows: list[Row]) -> None:
    import tensorflow as tf

    name = f"{number:05d}"
    for kind, place in ((RECORDS, 2), (RAW_RECORDS, 1)):
        with tf.io.TFRecordWriter(str(folder / kind / f"{name}.tfrecord")) as writer:
            for row in rows:
                writer.write(_example(row[0], row[place], row[3]))
    table = {
        "image": [row[2] for row in rows],
        "image_id": [row[0] for row in rows],
        "label": [row[3] for row in rows],
    }
    pq.write_table(pa.table(table), folder / TABLES / f"{name}.parquet", compression="none")
    with tarfile.open(folder / TARS / f"{name}.tar", "w") as tar:
        for image_id, _, content, label in rows:
            for ending, member in (("jpg", content), ("cls", str(label).encode())):
                info = tarfile.TarInfo(f"{image_id}.{ending}")
                info.size = len(member)
                tar.addfile(info, io.BytesIO(member))


def _example(image_id: str, image: bytes, label: int) -> bytes:
    import tensorflow as tf

    def held(*values: bytes) -> object:
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))

    number = tf.train.Feature(int64_list=tf.train.Int64List(value=[label]))
    feature = {"image": held(image), "image_id": held(image_id.encode()), "label": number}
    features = tf.train.Features(feature=feature)
    return bytes(tf.train.Example(features=features).SerializeToString())


def write_run_folder(
    folder: Path, rows: list[Row], *, side: int, batch: int = 32, **options: object
) -> None:
    """Write the train split of a run folder, as the hub lays it out."""
    (folder / "train").mkdir(parents=True, exist_ok=True)
    files, first = [], 0
    counts = file_rows(len(rows), rows_a_file=max(2, _FILE_BYTES // (3 * side**2)))
    for number, count in enumerate(counts):
        path = f"train/{number:05d}.parquet"
        _write_file(folder / path, rows[first : first + count])
        content = (folder / path).read_bytes()
        files.append(TrainingFile(path, count, len(content), hashlib.sha256(content).hexdigest()))
        first += count
    chosen = {"side": side, "batch": batch, "ranks": 1, "launcher": "single", **options}
    (folder / SETTINGS).unlink(missing_ok=True)
    write_run(
        folder,
        Run(
            training_id=1,
            root="0" * 64,
            classes=tuple(ClassLabel(f"k{number}", str(number)) for number in range(CLASSES)),
            seed=0,
            options=asdict(make_options(chosen, minimum=1)),
            batch=batch,
            is_multi_label=False,
            files={"train": tuple(files), "validation": (), "test": ()},
            class_images={},
            left_out={},
        ),
    )


def _write_file(path: Path, rows: list[Row]) -> None:
    table = pa.table(
        {
            "image": [row[1] for row in rows],
            "image_id": [row[0] for row in rows],
            "number": np.zeros(len(rows), np.int64),
            "label": [row[3] for row in rows],
            "states": [b""] * len(rows),
        },
        schema=_COLUMNS,
    )
    pq.write_table(
        table,
        path,
        row_group_size=len(rows),
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        store_schema=False,
    )


if __name__ == "__main__":
    main()
