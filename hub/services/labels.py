"""Labels as people name them: seeded, found by any spelling."""

from hub.catalogue import counts, decisions
from hub.catalogue import labels as catalogue
from hub.catalogue.labels import Edge, Label
from hub.db import Connection
from hub.errors import Conflict, LabelError, NotFound
from hub.rules import labels as rules
from hub.rules import open_images
from hub.rules.open_images import SeedLabel
from hub.rules.submissions import storable
from hub.services.counting import counting


def find_label(db: Connection, name: str) -> Label:
    """Return the label that has this name, alias or MID today.

    Raises NotFound, with the names that may be meant.
    """
    name = storable(name)
    if name.startswith("/"):
        label = catalogue.find_label_of_mid(db, mid=name.strip())
    else:
        label = catalogue.find_label(db, folded_name=rules.fold_name(name))
    if label is None:
        raise NotFound(rules.explain_unknown(name, list_known(db)))
    return label


def list_known(db: Connection) -> dict[str, str]:
    """Return every name and alias as printed, by its folded form."""
    return {known.folded_name: known.name for known in catalogue.list_names(db)}


def seed_labels(db: Connection, *, by: str = "hub init") -> int:
    """Add those of the 602 labels that the hub has never had; return how many.

    A label that is there, under whatever name and parents it was given since, or merged into
    another, stays as it is. Raises LabelError if a new one's name is taken by another label.
    """
    with counting(db):
        had = catalogue.list_mids(db)
        new = [label for label in open_images.read_labels() if label.mid not in had]
        if new:
            added = _add_labels(db, new)
            _add_edges(db, had | added, children=added)
            decisions.add_decision(
                db, by=by, action="seed", subject="labels", detail={"labels": len(new)}
            )
    return len(new)


def _add_labels(db: Connection, new: list[SeedLabel]) -> dict[str, int]:
    key_of = {label.mid: rules.label_key(label.name, label.mid) for label in new}
    # The last name first, so that "newest first" lists the seeded labels by name.
    ids = catalogue.add_labels(db, keys={key_of[label.mid]: label.mid for label in reversed(new)})
    added = {mid: ids[key] for mid, key in key_of.items()}
    names = {rules.fold_name(label.name): (added[label.mid], label.name) for label in new}
    try:
        catalogue.add_names(db, names=names)
    except Conflict as conflict:
        raise LabelError(
            "A label of this hub has the name of one of the Open Images labels to be added;"
            " rename it with `hub label rename` and run `hub init` again."
        ) from conflict
    counts.add_zeros(db, label_ids=list(added.values()))
    return added


def _add_edges(db: Connection, label_of: dict[str, int], *, children: dict[str, int]) -> None:
    edges = [
        Edge(label_of[edge.child_mid], label_of[edge.parent_mid], edge.kind)
        for edge in open_images.read_edges()
        if edge.child_mid in children
    ]
    catalogue.add_edges(db, edges=edges)
    catalogue.put_closure(db, label_ids=list(children.values()))
