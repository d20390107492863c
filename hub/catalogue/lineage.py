"""Which pictures trainings used, one bit a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A training that used a picture, with a model of it, if it has one."""

    training_id: int
    status: str
    trained_by: str
    root: str
    """Of the subset that holds the picture."""
    model_id: str | None
    model: str | None
    """The model's name."""


@dataclass(frozen=True, slots=True)
class _Number:
    image_no: int


@dataclass(frozen=True, slots=True)
class _Count:
    images: int


def list_image_numbers(db: Connection, image_ids: Sequence[str]) -> list[int]:
    """Return the numbers of pictures that the hub has, in no order."""
    found = fetch_all(db, "lineage/list_image_numbers", _Number, image_ids=list(image_ids))
    return [one.image_no for one in found]


def put_image_bits(db: Connection, training_id: int, *, chunk_no: int, bits: str) -> None:
    """Keep which pictures of a chunk a training uses: a digit each, see `bitmaps.Chunk`."""
    execute(db, "lineage/put_image_bits", training_id=training_id, chunk_no=chunk_no, bits=bits)


def count_images(db: Connection, training_id: int) -> int:
    """Count the pictures that a training uses, as far as it is known."""
    found = fetch_one(db, "lineage/count_images", _Count, training_id=training_id)
    assert found is not None
    return found.images


def list_image_uses(
    db: Connection, image_id: str, *, viewer_id: int | None, most: int
) -> list[ImageUse]:
    """Return the newest trainings that used a picture: those with a model, and, if one is named,
    of trainings without one that user's alone."""
    return fetch_all(
        db,
        "lineage/list_image_uses",
        ImageUse,
        image_id=image_id,
        viewer_id=viewer_id,
        most=most,
    )
