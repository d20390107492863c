"""Published pictures that are alike and yet each kept."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class RelationRow:
    """Two kept pictures: `image_id` came after `related_to`."""

    image_id: str
    related_to: str
    relation: str
    distance: int | None
    """Bits between the two hashes that met."""
    look_distance: float | None
    """Between the two pictures as they look, 0 to 1."""
    rule_version: int


@dataclass(frozen=True, slots=True)
class RelatedRow(RelationRow):
    """Two published pictures, with where each of them stands."""

    group_id: str
    split: str
    related_group_id: str
    related_split: str
    path: str
    """That `image_id` was published from."""
    related_path: str


def add_relations(db: Connection, relations: Sequence[RelationRow]) -> None:
    """Say which pictures of the catalogue are related, once a pair."""
    names = [field.name for field in fields(RelationRow)]
    columns = {name: [getattr(row, name) for row in relations] for name in names}
    execute(db, "relations/add_relations", **columns)


def list_relations(
    db: Connection,
    *,
    most: int | None = None,
    relation: str | None = None,
    image: str | None = None,
) -> list[RelatedRow]:
    """Return the pairs of the newest pictures first; at most `most` of them, or all.

    `relation` and `image` (the beginning of the id of either picture) leave out others.
    """
    return fetch_all(
        db, "relations/list_relations", RelatedRow, most=most, relation=relation, image=image
    )
