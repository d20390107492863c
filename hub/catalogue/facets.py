"""Pages of labels with their counts."""

from dataclasses import dataclass

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class FacetRow:
    label_key: str
    name: str
    mid: str | None
    own: int
    rollup: int
    verified: int
    undisputed: int
    rollup_verified: int
    parents: list[str]


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


def list_facets(
    db: Connection, *, after: str | None, search: str | None, most: int
) -> list[FacetRow]:
    """Return labels by name, after a folded name; a folded `search` is in one of their names."""
    return fetch_all(db, "facets/list_facets", FacetRow, after=after, search=search, most=most)


def find_label_name(db: Connection, label_key: str) -> str | None:
    """Return the name today of the label of a key, or of the one it was merged into, or None."""
    found = fetch_one(db, "facets/find_label_name", _Name, label_key=label_key)
    return found.name if found else None
