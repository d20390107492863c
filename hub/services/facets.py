"""Labels page by page, with their counts."""

from dataclasses import dataclass

from hub.catalogue import facets as catalogue
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.labels import fold_name
from hub.services.label_views import LabelShown, show_label


@dataclass(frozen=True, slots=True)
class Facet:
    """A label as lists show it; counts are of published pictures."""

    key: str
    name: str
    mid: str | None
    own: int
    rollup: int
    verified: int
    trainable: int
    parents: list[str]


def list_facets(
    db: Connection,
    *,
    evidence: str,
    after: str | None = None,
    search: str | None = None,
    most: int = 100,
) -> list[Facet]:
    """Return labels by name, those after a name first to come; `search` is part of any name.

    `evidence` is `Settings.trainable_evidence`.
    """
    rows = catalogue.list_facets(
        db,
        after=fold_name(after) if after else None,
        search=fold_name(search) if search else None,
        most=most,
    )
    return [
        Facet(
            key=row.label_key,
            name=row.name,
            mid=row.mid,
            own=row.own,
            rollup=row.rollup,
            verified=row.verified,
            trainable=row.rollup_verified if evidence == "verified" else row.undisputed,
            parents=row.parents,
        )
        for row in rows
    ]


def show_facet(db: Connection, key: str, *, evidence: str) -> LabelShown:
    """Return the label of a key, or the one that it was merged into. Raises NotFound."""
    name = catalogue.find_label_name(db, key)
    if name is None:
        raise NotFound(f"There is no label of the key '{key}'; GET /api/v1/labels lists them.")
    return show_label(db, name, evidence=evidence).label
