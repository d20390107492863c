"""Export `webdataset`: tar files by split, each picture beside a JSON with all that is known of it.

Source of the format: https://github.com/webdataset/webdataset (README, "The WebDataset Format").
"""

import io
import tarfile

from hub.exports import beside
from hub.exports.shards import shards
from hub.exports.source import Source
from hub.exports.states import list_classes, record
from hub.exports.target import Target

ABOUT = """
- `<split>-<number>.tar`: of each picture `<image_id>.jpg` (`.png`, `.webp`) and `<image_id>.json`
  with `labels` (what it shows), `picked` (of these, what it was picked by), `negatives` (what it is
  verified not to show), `boxes` in shares of the upright picture's sides, split, licence, author.
- `classes.csv`: all labels.
"""

SHARD_BYTES = 128 << 20


def write(source: Source, target: Target) -> None:
    """Write the shards."""
    classes = list_classes(source.pictures())
    for shard in shards(source, most_bytes=SHARD_BYTES):
        with (
            target.create(f"{shard.split}-{shard.number:06d}.tar") as file,
            tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            for picture, content in source.contents(shard.pictures):
                _add(tar, picture.file_name, content)
                _add(tar, f"{picture.image_id}.json", beside.json_line(record(picture, classes)))
    beside.put_classes(target, classes)
    beside.put_beside(source, target, about=ABOUT, file_of=lambda picture: picture.file_name)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    # As TarInfo comes: no time, no owner, mode 644.
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))
