"""Pages of labels with their counts."""

from dataclasses import dataclass

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Facet:
    """A label as lists show it; counts are of published pictures."""

    label_id: int
    key: str
    name: str
    mid: str | None
    own: int
    rollup: int
    verified: int
    trainable: int
    parents: list[str]


@dataclass(frozen=True, slots=True)
class LabelCounts:
    key: str
    name: str
    own: int
    rollup: int
    verified: int
    trainable: int


@dataclass(frozen=True, slots=True)
class Aliases:
    key: str
    aliases: list[str]


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


def list_facets(
    db: Connection, *, evidence: str, after: str | None, search: str | None, most: int
) -> list[Facet]:
    """Return labels by name, after a folded name; a folded `search` is in one of their names."""
    return fetch_all(
        db,
        "facets/list_facets",
        Facet,
        evidence=evidence,
        after=after,
        search=search,
        most=most,
    )


def list_largest(
    db: Connection, *, evidence: str, after_rollup: int | None, after_id: int | None, most: int
) -> list[Facet]:
    """Return labels, the largest rollup first, after one of that rollup."""
    return fetch_all(
        db,
        "facets/list_largest",
        Facet,
        evidence=evidence,
        after_rollup=after_rollup,
        after_id=after_id,
        most=most,
    )


def list_counts(db: Connection, *, evidence: str) -> list[LabelCounts]:
    """Return the counts of every label by name."""
    return fetch_all(db, "facets/list_counts", LabelCounts, evidence=evidence)


def find_label_name(db: Connection, label_key: str) -> str | None:
    """Return the name today of the label of a key, or of the one it was merged into, or None."""
    found = fetch_one(db, "facets/find_label_name", _Name, label_key=label_key)
    return found.name if found else None


def list_aliases(db: Connection) -> list[Aliases]:
    """Return the other names of every label that has some."""
    return fetch_all(db, "facets/list_aliases", Aliases)
