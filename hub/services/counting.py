"""Keeps the counts of labels equal to a recount, by moving them with every change."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from hub.catalogue import counts
from hub.catalogue.counts import Counts
from hub.db import Connection


@contextmanager
def counting(
    db: Connection, *, images: Collection[str] = (), labels: Collection[int] = ()
) -> Iterator[None]:
    """Move the counts by what the block changes, in the same transaction.

    Name the pictures whose claims or status the block changes in `images` (they may not be
    there yet), or, for a change of edges, the labels below which it happens in `labels`. One
    lock orders all such changes until the transaction ends, so read what they depend on
    (which label a name leads to, say) inside the block. Rows are touched only where a count
    differs; only sums for each label leave Postgres.
    """
    counts.lock_counts(db)
    before = counts.list_contributions(db, image_ids=images, label_ids=labels)
    yield
    after = counts.list_contributions(db, image_ids=images, label_ids=labels)
    if changes := _differences(before, after):
        counts.add_counts(db, changes=changes)


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
