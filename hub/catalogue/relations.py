"""Published pictures that are alike and yet each kept."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from hub.db import Connection, execute


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


def add_relations(db: Connection, relations: Sequence[RelationRow]) -> None:
    """Say which pictures of the catalogue are related, once a pair."""
    names = [field.name for field in fields(RelationRow)]
    columns = {name: [getattr(row, name) for row in relations] for name in names}
    execute(db, "relations/add_relations", **columns)
