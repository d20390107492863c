"""What came of what: pictures, the locks and trainings that used them, the models of those."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hub.catalogue import lineage, subsets, trainings
from hub.catalogue.bitmaps import CHUNK
from hub.catalogue.lineage import ImageUse
from hub.catalogue.models import Model
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound
from hub.objects.local import Objects
from hub.rules.roles import may
from hub.rules.runs import LEFT_OUT
from hub.services.manifests import stream_pictures

_AT_ONCE = 10_000
_MOST = 50


@dataclass(frozen=True)
class ModelLineage:
    """Where a model comes from; the rows of the subset's manifest are its pictures."""

    training_id: int
    attempt: int
    reproduces_id: int | None
    run_folder: str | None
    root: str
    subset: str | None
    """Name of the newest subset of that root; None where the viewer sees none."""
    images: int
    """Pictures that were trained on, validated or tested with."""


def put_images(db: Connection, settings: Settings, training_id: int, folder: Path) -> int:
    """Keep which pictures a training uses: those of its subset that its run did not leave out.

    Return how many; put again, they are the same. One bit a picture is held in memory.
    """
    training = trainings.find_training(db, training_id)
    if training is None or training.root is None:
        raise NotFound(f"There is no training {training_id} that has a subset.")
    bits: dict[int, bytearray] = {}
    pictures = stream_pictures(Objects(settings.objects_root), training.root)
    for image_no in _numbers(db, (one.image_id for one in pictures)):
        chunk = bits.setdefault(image_no // CHUNK, bytearray(CHUNK // 8))
        chunk[image_no % CHUNK // 8] |= 0x80 >> image_no % 8
    for image_no in _numbers(db, _left_out(folder / LEFT_OUT)):
        if chunk := bits.get(image_no // CHUNK, bytearray()):
            chunk[image_no % CHUNK // 8] &= ~(0x80 >> image_no % 8)
    for chunk_no, chunk in bits.items():
        digits = f"{int.from_bytes(chunk, 'big'):0{CHUNK}b}"
        lineage.put_image_bits(db, training_id, chunk_no=chunk_no, bits=digits)
    return lineage.count_images(db, training_id)


def _numbers(db: Connection, image_ids: Iterable[str]) -> Iterator[int]:
    remaining = iter(image_ids)
    while some := list(islice(remaining, _AT_ONCE)):
        yield from lineage.list_image_numbers(db, some)


def _left_out(path: Path) -> Iterator[str]:
    """Yield the ids of a run's `left_out.csv`; none where the run left nothing out."""
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield row["image_id"]


def of_image(db: Connection, image_id: str, *, user: User) -> list[ImageUse]:
    """Return the trainings that used a picture, with their subsets and models, the newest first.

    All that brought forth a model, which whoever picks may see, and the user's own; ops see all.
    """
    if not may(user.role, "pick"):
        return []
    viewer_id = None if user.role == "ops" else user.user_id
    return lineage.list_image_uses(db, image_id, viewer_id=viewer_id, most=_MOST)


def of_model(db: Connection, model: Model, *, user: User | None = None) -> ModelLineage:
    """Return where a model comes from, as a user may see it; None: who runs the hub."""
    training = trainings.find_training(db, model.training_id)
    assert training is not None
    viewer = None if user is None or user.role == "ops" else user.name
    subset = subsets.find_subset(db, model.root, viewer=viewer)
    return ModelLineage(
        training_id=training.training_id,
        attempt=training.attempt,
        reproduces_id=training.reproduces_id,
        # Where files lie on the hub's machines is for those who run it.
        run_folder=training.run_folder if viewer is None else None,
        root=model.root,
        subset=subset.name if subset else None,
        images=lineage.count_images(db, model.training_id),
    )
