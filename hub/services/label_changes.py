"""Changes of the labels: each in the caller's transaction, with the counts and a history.

All of them wait for the lock of the counts before they read what they decide on, so that two
changes at once cannot close a circle between them.
"""

from collections.abc import Iterable, Sequence

from hub.catalogue import claims, counts, decisions
from hub.catalogue import labels as catalogue
from hub.catalogue.labels import Edge, Label
from hub.db import Connection
from hub.errors import LabelError
from hub.rules import labels as rules
from hub.rules.open_images import ROOT_MID
from hub.services.counting import counting
from hub.services.labels import find_label


def add_label(
    db: Connection,
    name: str,
    *,
    parents: Sequence[str] = (),
    kind: str = rules.IS_A,
    mid: str | None = None,
    by: str,
) -> Label:
    """Add a label under some parents, or none.

    Raises LabelError if the name or the MID is taken or malformed, NotFound for a parent.
    """
    counts.lock_counts(db)
    printed = rules.clean_name(name)
    _refuse_taken(db, printed)
    key = _new_key(db, printed, mid)
    above = [find_label(db, parent) for parent in parents]
    label_id = catalogue.add_labels(db, keys={key: mid})[key]
    catalogue.add_names(db, names={rules.fold_name(printed): (label_id, printed)})
    counts.add_zeros(db, label_ids=[label_id])
    catalogue.add_edges(db, edges=[Edge(label_id, parent.label_id, kind) for parent in above])
    catalogue.put_closure(db, label_ids=[label_id])
    label = Label(label_id, key, mid, printed)
    _record(db, label, "add", by, parents=[parent.name for parent in above], kind=kind)
    return label


def _new_key(db: Connection, name: str, mid: str | None) -> str:
    if mid is not None and rules.check_mid(mid) in catalogue.list_mids(db):
        raise LabelError(f"The MID {mid} is another label's; leave it out or mend it.")
    wanted = rules.label_key(name, mid)
    return rules.label_key(name, mid, taken=catalogue.list_taken_keys(db, label_key=wanted))


def _refuse_taken(db: Connection, name: str) -> None:
    holder = catalogue.find_label(db, folded_name=rules.fold_name(name))
    if holder is None:
        return
    if rules.fold_name(holder.name) == rules.fold_name(name):
        raise LabelError(f"There is a label '{holder.name}' already; choose another name.")
    raise LabelError(f"'{name}' is an alias of the label '{holder.name}'; choose another name.")


def alias_label(db: Connection, name: str, *, alias: str, by: str) -> Label:
    """Let people find a label by another name too. Raises LabelError if that name is taken."""
    counts.lock_counts(db)
    label = find_label(db, name)
    printed = rules.clean_name(alias)
    _refuse_taken(db, printed)
    names = {rules.fold_name(printed): (label.label_id, printed)}
    catalogue.add_names(db, names=names, is_alias=True)
    _record(db, label, "alias", by, alias=printed)
    return label


def rename_label(db: Connection, name: str, *, to: str, by: str) -> Label:
    """Call a label by another name; the old one stays as an alias.

    Raises LabelError if the new name is another label's, or changes nothing.
    """
    counts.lock_counts(db)
    label = find_label(db, name)
    printed = rules.clean_name(to)
    if printed == label.name:
        raise LabelError(f"The label '{label.name}' is called that already; nothing was changed.")
    holder = catalogue.find_label(db, folded_name=rules.fold_name(printed))
    if holder is not None and holder.label_id != label.label_id:
        raise LabelError(
            f"'{printed}' is a name of the label '{holder.name}'; choose another name,"
            " or make the two one with `hub label merge`."
        )
    folded = rules.fold_name(printed)
    catalogue.put_name(db, label_id=label.label_id, folded_name=folded, name=printed)
    _record(db, label, "rename", by, old=label.name, new=printed)
    return Label(label.label_id, label.label_key, label.mid, printed)


def move_label(
    db: Connection,
    name: str,
    *,
    to: str,
    source: str | None = None,
    kind: str | None = None,
    by: str,
) -> Label:
    """Put a label under the parent `to` instead of under `source`; other parents stay.

    `source` may be left out where the label has one parent or none. The edge keeps its kind
    unless `kind` gives another. Raises LabelError if that would make a cycle or changes nothing.
    """
    counts.lock_counts(db)
    label, parent = find_label(db, name), find_label(db, to)
    old = _edges_to_replace(db, label, source)
    kinds = [kind] if kind else [edge.kind for edge in old] or [rules.IS_A]
    new = [Edge(label.label_id, parent.label_id, each) for each in kinds]
    if set(new) == set(old):
        raise LabelError(
            f"The label '{label.name}' is under '{parent.name}' already; nothing was changed."
        )
    _refuse_cycle(db, label, parent)
    with counting(db, under=[label.label_id]):
        catalogue.remove_edges(db, edges=old)
        catalogue.add_edges(db, edges=new)
        catalogue.put_closure(db, label_ids=[label.label_id])
    names = _names(db)
    left = sorted({names[edge.parent_id] for edge in old})
    _record(db, label, "move", by, old=left, new=parent.name, kinds=kinds)
    return label


def _edges_to_replace(db: Connection, label: Label, source: str | None) -> list[Edge]:
    above = catalogue.list_edges_above(db, label_ids=[label.label_id])
    up = [edge for edge in above if edge.child_id == label.label_id]
    names = _names(db)
    parents = sorted({names[edge.parent_id] for edge in up})
    if source is None:
        if len(parents) > 1:
            raise LabelError(
                f"The label '{label.name}' has several parents ({', '.join(parents)});"
                " say with --from which one it leaves."
            )
        return up
    left = find_label(db, source)
    chosen = [edge for edge in up if edge.parent_id == left.label_id]
    if not chosen:
        has = f"its parents are {', '.join(parents)}" if parents else "it has no parent"
        raise LabelError(f"The label '{label.name}' is not under '{left.name}'; {has}.")
    return chosen


def merge_labels(db: Connection, name: str, *, into: str, by: str) -> Label:
    """Make one label of two: the names of the first become aliases of `into`, which also gets
    its parents, children, claims and boxes. An edge between the two goes.

    It cannot be taken back. Raises LabelError if a third label lies between them, which would
    close a circle, and for the root of all labels.
    """
    counts.lock_counts(db)
    merged, kept = find_label(db, name), find_label(db, into)
    if merged.label_id == kept.label_id:
        raise LabelError(
            f"'{name}' and '{into}' are names of one label, '{kept.name}'; nothing was changed."
        )
    if merged.mid == ROOT_MID:
        raise LabelError(
            f"'{merged.name}' is the root of all labels and stays; to make the two one, merge"
            f" '{kept.name}' into it."
        )
    _refuse_circle_by_merge(db, merged, kept)
    with counting(db, under=[merged.label_id, kept.label_id]):
        claims.move_claims(db, from_id=merged.label_id, to_id=kept.label_id)
        claims.move_boxes(db, from_id=merged.label_id, to_id=kept.label_id)
        catalogue.merge_label(db, from_id=merged.label_id, to_id=kept.label_id)
        catalogue.put_closure(db, label_ids=[merged.label_id, kept.label_id])
    counts.remove_counts(db, label_id=merged.label_id)
    _record(db, merged, "merge", by, merged=merged.name, into=kept.name)
    return kept


def _refuse_cycle(db: Connection, label: Label, parent: Label) -> None:
    above = catalogue.list_edges_above(db, label_ids=[parent.label_id])
    path = _path(above, parent.label_id, goal=label.label_id)
    if path is not None:
        raise LabelError(
            f"'{label.name}' cannot go under '{parent.name}': that would make the cycle"
            f" {_show(db, [label.label_id, *path])}. Choose a parent that is not below it."
        )


def _refuse_circle_by_merge(db: Connection, merged: Label, kept: Label) -> None:
    pair = [merged.label_id, kept.label_id]
    above = catalogue.list_edges_above(db, label_ids=pair)
    between = [edge for edge in above if {edge.child_id, edge.parent_id} != set(pair)]
    for start, goal in (pair, pair[::-1]):
        path = _path(between, start, goal=goal)
        if path is not None:
            raise LabelError(
                f"'{merged.name}' cannot be merged into '{kept.name}', because labels between"
                f" them would be under themselves: {_show(db, path)}. Move these first."
            )


def _path(edges: Iterable[Edge], start: int, *, goal: int) -> list[int] | None:
    pairs = ((edge.child_id, edge.parent_id) for edge in edges)
    return rules.find_path(pairs, start, goal=goal)


def _show(db: Connection, path: list[int]) -> str:
    names = _names(db)
    return " > ".join(names[label_id] for label_id in path)


def _names(db: Connection) -> dict[int, str]:
    return {known.label_id: known.name for known in catalogue.list_names(db) if not known.is_alias}


def _record(db: Connection, label: Label, action: str, by: str, **detail: object) -> None:
    subject = f"label/{label.label_key}"
    decisions.add_decision(db, by=by, action=action, subject=subject, detail=detail)
