"""A few of the derived pictures that a batch put into `images_augmented`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.lake.tables import find_table, reading, table_path

TABLE = "images_augmented"
_BATCH_ROWS = 32
"""Derived pictures are some 20 KB: this bounds the memory."""


@dataclass(frozen=True, slots=True)
class DerivedPicture:
    image_id: str
    """Of the picture that it was derived from."""
    recipe: str
    number: int
    content: bytes
    """A JPEG."""


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    group: int


def sample_derived(lake_root: str, batch_no: int, *, pictures: int) -> list[DerivedPicture]:
    """Return what was derived of so many pictures of a batch, the same ones each time.

    They are those of the smallest ids, which are hashes: as good as drawn by chance. Reads two
    narrow columns of the batch, and the bytes of as many row groups (16 MB) as pictures at most.
    Raises LakeUnreadable.
    """
    places: dict[str, set[_Place]] = defaultdict(set)
    for image_id, place in _list_places(lake_root, batch_no):
        places[image_id].add(place)
        if len(places) > 64 * pictures:
            places = _smallest(places, pictures)
    places = _smallest(places, pictures)
    found = [
        derived
        for place in sorted(set().union(*places.values()), key=lambda one: (one.path, one.group))
        for derived in _read(place, {*places})
    ]
    return sorted(found, key=lambda derived: (derived.image_id, derived.number))


def _smallest(places: dict[str, set[_Place]], most: int) -> dict[str, set[_Place]]:
    kept = nsmallest(most, places)
    return defaultdict(set, {image_id: places[image_id] for image_id in kept})


def _list_places(lake_root: str, batch_no: int) -> Iterator[tuple[str, _Place]]:
    for path in _files(lake_root, batch_no):
        with reading(path), pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group, columns=["batch_no", "image_id"])
                of_batch = rows.filter(pc.field("batch_no") == batch_no)
                for image_id in of_batch["image_id"].to_pylist():
                    yield image_id, _Place(path, group)


def _files(lake_root: str, batch_no: int) -> list[str]:
    table = find_table(lake_root, TABLE)
    if table is None:
        return []
    actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    root = table_path(lake_root, TABLE)
    return [
        f"{root}/{file['path']}"
        for file in sorted(actions, key=lambda action: str(action["path"]))
        if (file.get("min.batch_no") or 0) <= batch_no <= (file.get("max.batch_no") or batch_no)
    ]


def _read(place: _Place, wanted: set[str]) -> Iterator[DerivedPicture]:
    columns = ["image_id", "recipe", "number", "content"]
    with reading(place.path), pq.ParquetFile(place.path, pre_buffer=False) as file:
        batches = file.iter_batches(
            batch_size=_BATCH_ROWS, row_groups=[place.group], columns=columns
        )
        for batch in batches:
            for row, image_id in enumerate(batch["image_id"].to_pylist()):
                if image_id in wanted:
                    yield DerivedPicture(**{name: batch[name][row].as_py() for name in columns})
