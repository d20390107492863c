"""Keeps counts and bitmaps equal to what a recount gives, by moving them with every change."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from hub.catalogue import bitmaps, claims, counts, labels
from hub.catalogue.counts import Counts
from hub.db import Connection
from hub.rules.differences import Difference


@contextmanager
def counting(
    db: Connection, *, images: Collection[str] = (), under: Collection[int] = ()
) -> Iterator[None]:
    """Move counts and bitmaps by what the block changes, in the same transaction.

    Name the pictures whose claims or status the block changes in `images` (they may not be
    there yet), or, for a change of edges, the labels below which it happens in `under`. One
    lock orders all such changes until the transaction ends, so read what they depend on
    (which label a name leads to, say) inside the block. Rows are touched only where a count
    differs; only sums for each label leave Postgres.
    """
    counts.lock_counts(db)
    # Fixed before the block: a claim that a merge moves stays among these labels.
    label_ids = labels.list_descendants(db, label_ids=under)
    before = counts.list_contributions(db, image_ids=images, label_ids=label_ids)
    yield
    after = counts.list_contributions(db, image_ids=images, label_ids=label_ids)
    if changes := _differences(before, after):
        counts.add_counts(db, changes=changes)
    _move_bitmaps(db, images=images, under=under)


def _move_bitmaps(db: Connection, *, images: Collection[str], under: Collection[int]) -> None:
    changed = bitmaps.put_picture_bits(db, image_ids=images) if images else []
    if under:
        bitmaps.put_label_bits(db, label_ids=under)
        bitmaps.put_rollups(db, changed=None)
    elif changed:
        bitmaps.put_rollups(db, changed=changed)


def _differences(before: list[Counts], after: list[Counts]) -> list[Counts]:
    was = {count.label_id: count for count in before}
    now = {count.label_id: count for count in after}
    changes = [
        _subtract(now.get(label_id, Counts(label_id)), was.get(label_id, Counts(label_id)))
        for label_id in sorted(was | now)
    ]
    return [change for change in changes if change != Counts(change.label_id)]


def _subtract(now: Counts, was: Counts) -> Counts:
    return Counts(
        label_id=now.label_id,
        own=now.own - was.own,
        verified=now.verified - was.verified,
        rollup=now.rollup - was.rollup,
        undisputed=now.undisputed - was.undisputed,
        rollup_verified=now.rollup_verified - was.rollup_verified,
    )


def recount(db: Connection) -> list[Difference]:
    """Return where counts, bitmaps, closure and claims of labels contradict one another.

    Call it in a transaction that keeps to one snapshot (`hub.db.keep_snapshot`), or alone on the
    catalogue: it waits for nothing, and nothing waits for it.
    """
    return [
        *_closure_differences(db),
        *_count_differences(db),
        *_bitmap_differences(db),
        *_stranded_claims(db),
    ]


def _closure_differences(db: Connection) -> Iterator[Difference]:
    for pair in labels.list_closure_differences(db):
        subject = f"label {pair.descendant_key} under {pair.ancestor_key}"
        said = "has it without an edge" if pair.is_stored else "lacks it"
        yield Difference("closure_differs", subject, f"{subject}: the closure {said}.")


def _count_differences(db: Connection) -> Iterator[Difference]:
    names = {known.label_id: known.name for known in labels.list_names(db) if not known.is_alias}
    kept = {count.label_id: count for count in counts.list_counts(db)}
    found = counts.list_contributions(db, image_ids=(), label_ids=names)
    recounted = {count.label_id: count for count in found}
    for label_id in sorted(names.keys() | kept.keys()):
        subject = f"label {names.get(label_id, label_id)}"
        if label_id not in kept:
            yield Difference("count_differs", subject, f"{subject} has no counts.")
            continue
        now = asdict(recounted.get(label_id, Counts(label_id)))
        for name, was in asdict(kept[label_id]).items():
            if was != now[name]:
                message = f"{subject}: {name} is {was}, a recount gives {now[name]}."
                yield Difference("count_differs", subject, message)


def _bitmap_differences(db: Connection) -> Iterator[Difference]:
    names = {
        str(known.label_id): known.name for known in labels.list_names(db) if not known.is_alias
    }
    for one in bitmaps.list_differences(db):
        of_label = one.facet in ("own", "negative", "rollup")
        value = names.get(one.value, one.value) if of_label else one.value
        subject = f"bitmap {one.facet} {value}"
        message = f"{subject}: the pictures say otherwise in {one.chunks} of its chunks."
        yield Difference("bitmap_differs", subject, message)


def _stranded_claims(db: Connection) -> Iterator[Difference]:
    for one in claims.list_stranded_claims(db):
        subject = f"label {one.label_key}"
        message = f"{subject}: {one.claim_count} claims stayed when it was merged into another."
        yield Difference("claims_stranded", subject, message)
