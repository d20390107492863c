"""Labels page by page, or all, with their counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.catalogue import facets as catalogue
from hub.catalogue.facets import Facet, LabelCounts
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.labels import fold_name
from hub.services.label_views import LabelShown, show_label


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """A label to choose by any of its names, with the pictures of it and of those below it."""

    name: str
    aliases: Sequence[str]
    images: int
    trainable: int


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
    return catalogue.list_facets(
        db,
        evidence=evidence,
        after=fold_name(after) if after else None,
        search=fold_name(search) if search else None,
        most=most,
    )


def list_largest(
    db: Connection, *, evidence: str, after: Facet | None = None, most: int = 24
) -> list[Facet]:
    """Return labels, those with most pictures (`rollup`) first; of `after`, the last one of the
    page before, only `label_id` and `rollup` matter."""
    return catalogue.list_largest(
        db,
        evidence=evidence,
        after_rollup=after.rollup if after else None,
        after_id=after.label_id if after else None,
        most=most,
    )


def list_counts(db: Connection, *, evidence: str) -> list[LabelCounts]:
    """Return the counts of all labels, by name."""
    return catalogue.list_counts(db, evidence=evidence)


def list_choices(db: Connection, *, evidence: str) -> list[LabelChoice]:
    """Return all labels by name, as forms offer them."""
    aliases = {one.key: one.aliases for one in catalogue.list_aliases(db)}
    return [
        LabelChoice(one.name, aliases.get(one.key, []), one.rollup, one.trainable)
        for one in catalogue.list_counts(db, evidence=evidence)
    ]


def show_facet(db: Connection, key: str, *, evidence: str) -> LabelShown:
    """Return the label of a key, or the one that it was merged into. Raises NotFound."""
    name = catalogue.find_label_name(db, key)
    if name is None:
        raise NotFound(f"There is no label of the key '{key}'; GET /api/v1/labels lists them.")
    return show_label(db, name, evidence=evidence).label
