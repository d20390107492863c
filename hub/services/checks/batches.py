"""Compares the batches that Postgres numbered with those whose rows the lake holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.catalogue.batches import Hub
from hub.catalogue.verification import BatchHeld
from hub.lake.scans import Snapshot
from hub.rules.differences import Difference


@dataclass(frozen=True)
class BatchChecks:
    """What the two stores say of batches."""

    differences: list[Difference]
    settled: list[int]
    """Batches that both stores know as ended: their rows can be compared."""
    in_progress: list[int]
    """Batches that have begun and not ended: their rows may be in one store alone."""
    lake_batches: int
    lake_rows: Mapping[str, int]
    """Rows of each table, batches in progress left out."""


def check_batches(
    hub: Hub, held: Sequence[BatchHeld], *, before: Snapshot, lake: Snapshot
) -> BatchChecks:
    """Compare batches.

    `before` was opened before Postgres was read and `lake` after it: so what a running job adds
    meanwhile is no difference. A batch is in Postgres before the lake has any row of it, and has
    ended there only after the lake has all.
    """
    counts = {table: lake.count_batches(table) for table in lake.names}
    known = {batch.batch_no: batch for batch in held}
    unknown = _unknown(hub, known, before=before, counts=counts)
    reused = _reused(known, counts)
    lost = _lost(held, counts, set(reused))
    opened = {batch.batch_no for batch in held if batch.status == "open"}
    unsettled = {*opened, *reused, *lost}
    settled = [batch.batch_no for batch in held if batch.batch_no not in unsettled]
    return BatchChecks(
        differences=[
            *(_unknown_batch(number, tables) for number, tables in sorted(unknown.items())),
            *(_reused_number(number, tables) for number, tables in sorted(reused.items())),
            *map(_lost_batch, lost),
            *_forgotten(hub, lake, counts, {*settled}),
            *_file_counts(held, counts, {*settled}),
            *_not_augmented(held, counts, {*settled}),
        ],
        settled=settled,
        in_progress=sorted(opened),
        lake_batches=len({number for batches in counts.values() for number, _ in batches} - opened),
        lake_rows={table: _rows(counts[table], opened) for table in counts},
    )


_Counts = Mapping[str, Counter[tuple[int, str]]]
_Known = Mapping[int, BatchHeld]


def _unknown(
    hub: Hub, known: _Known, *, before: Snapshot, counts: _Counts
) -> dict[int, dict[str, int]]:
    """Batch number -> table -> rows, of batches that Postgres does not have."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for table, batches in counts.items():
        for (number, key), rows in batches.items():
            if number in known:
                continue
            if number <= hub.last_batch_no or (number, key) in before.count_batches(table):
                found[number][table] = rows
    for table in before.names:
        last = before.last_batch(table, hub_id=hub.hub_id)
        if last > hub.last_batch_no:
            found[last].setdefault(table, 0)
    return found


def _reused(known: _Known, counts: _Counts) -> dict[int, list[str]]:
    """Batch number -> tables that hold other receipts under it than Postgres does."""
    found: dict[int, list[str]] = defaultdict(list)
    for table, batches in counts.items():
        for number, key in batches:
            if number in known and known[number].batch_key != key and table not in found[number]:
                found[number].append(table)
    return {number: tables for number, tables in found.items() if tables}


def _lost(held: Sequence[BatchHeld], counts: _Counts, reused: set[int]) -> list[int]:
    present = {number for batches in counts.values() for number, _ in batches}
    ended = (batch.batch_no for batch in held if batch.status == "ended" and batch.file_count)
    return [number for number in ended if number not in present | reused]


def _forgotten(
    hub: Hub, lake: Snapshot, counts: _Counts, settled: set[int]
) -> Iterator[Difference]:
    """Tables whose log does not remember a batch that they hold: it could be appended again."""
    for table, batches in counts.items():
        newest = max((number for number, _ in batches if number in settled), default=0)
        last = lake.last_batch(table, hub_id=hub.hub_id)
        if last < newest:
            yield Difference(
                "transaction_forgotten",
                f"table {table}",
                f"table {table} holds rows of batch {newest}, and its log remembers"
                f" {last or 'none'} as the last batch: one could be written twice. Restore the"
                " table's folder whole, its _delta_log included.",
            )


def _file_counts(
    held: Sequence[BatchHeld], counts: _Counts, settled: set[int]
) -> Iterator[Difference]:
    """Batches that lack files in both stores; a file that one store lacks is named by itself."""
    for batch in held:
        key = (batch.batch_no, batch.batch_key)
        checked = counts["files_checked"][key] if batch.batch_no in settled else batch.files
        if checked == batch.files != batch.file_count:
            subject = f"batch {batch.batch_no}"
            yield Difference(
                "batch_file_count",
                subject,
                f"{subject} was made of {batch.file_count} files and both stores hold"
                f" {batch.files} of it. Restore Postgres and the lake from backups of one age.",
            )


def _not_augmented(
    held: Sequence[BatchHeld], counts: _Counts, settled: set[int]
) -> Iterator[Difference]:
    """Batches whose derived pictures, which Postgres does not list, are gone from the lake."""
    derived = {number for number, _ in counts.get("images_augmented", ())}
    for batch in held:
        if batch.batch_no in settled and batch.augmented and batch.batch_no not in derived:
            subject = f"batch {batch.batch_no}"
            yield Difference(
                "derived_missing",
                subject,
                f"{subject} reported {batch.augmented} files as augmented and images_augmented"
                " holds no row of it. Restore that table from a backup of the lake's folder.",
            )


def _rows(batches: Counter[tuple[int, str]], opened: set[int]) -> int:
    return sum(rows for (number, _), rows in batches.items() if number not in opened)


def _unknown_batch(number: int, tables: Mapping[str, int]) -> Difference:
    told = ", ".join(f"{table}: {rows} rows" for table, rows in tables.items())
    return Difference(
        "batch_unknown",
        f"batch {number}",
        f"batch {number} is in the lake ({told}) and Postgres does not know it: this Postgres is"
        " older than the lake. Restore a Postgres backup of the lake's age before the next job.",
    )


def _reused_number(number: int, tables: Sequence[str]) -> Difference:
    return Difference(
        "batch_number_reused",
        f"batch {number}",
        f"batch {number} in {' and '.join(tables)} is of other receipts than batch {number} in"
        " Postgres: the number was used twice, after an older Postgres was restored. Restore a"
        " Postgres backup of the lake's age.",
    )


def _lost_batch(number: int) -> Difference:
    return Difference(
        "batch_lost",
        f"batch {number}",
        f"batch {number} has ended in Postgres and the lake holds no row of it: this lake is older"
        " than Postgres. Restore a backup of the lake's folder of Postgres' age.",
    )
