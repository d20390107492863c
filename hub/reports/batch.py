"""Collects what the report of a batch says, out of the catalogue and the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from hub.catalogue import batches, reports
from hub.catalogue.relations import RelationRow
from hub.catalogue.reports import OutcomeCount, RejectedRow, RepeatRow, SplitCount
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound
from hub.lake.derived import DerivedPicture, sample_derived
from hub.reports import facts
from hub.reports.album import Album, open_album
from hub.reports.facts import BatchReport, Parts, Quality, Rejected
from hub.reports.measuring import Tally, tally_batch
from hub.reports.pairs import by_relation, pair_of_duplicate, pair_of_related
from hub.reports.pictures import Pictures
from hub.reports.wording import FOUND
from hub.rules.quality import size_bounds
from hub.rules.relations import DUPLICATES, RELATIONS
from hub.rules.remedies import REMEDIES
from hub.rules.splits import SHARES
from hub.services.stratification import stratification

MOST_ROWS = 40
"""Of suppliers, receipts and labels."""
MOST_PAIRS = 24
"""Of each kind of duplicates."""
MOST_RELATED = 8
"""Pairs of each relation."""
MOST_FILES = 8
"""Of each reason, and of each issue of quality."""
MOST_DERIVED = 6


@dataclass(frozen=True, slots=True)
class _Samples:
    """A few rows of everything, before their files are looked up."""

    rejected: Sequence[RejectedRow]
    repeats: Sequence[RepeatRow]
    related: Sequence[RelationRow]
    tally: Tally
    derived: Sequence[DerivedPicture]

    def file_ids(self) -> set[int]:
        cases = {file_id for kind in self.tally.issues for file_id in self.tally.cases(kind)}
        refused = {row.file_id for row in self.rejected}
        return cases | refused | {row.file_id for row in self.repeats}

    def image_ids(self) -> set[str]:
        kept = {row.image_id for row in self.repeats} | {row.image_id for row in self.derived}
        return kept | {image for row in self.related for image in (row.image_id, row.related_to)}


def report_batch(
    db: Connection, settings: Settings, batch_no: int | None, *, now: datetime
) -> tuple[BatchReport, Pictures]:
    """Report on a batch, or on the newest one; counts are of all, files and pairs are a few.

    In constant memory, however large the batch. Raises NotFound if there is no such batch.
    """
    batch = reports.find_batch(db, batch_no)
    if batch is None:
        raise NotFound(
            "No batch has begun; `hub job run` takes what was submitted."
            if batch_no is None
            else f"There is no batch {batch_no}; `hub job list` shows those there are."
        )
    samples = _sample(db, settings.lake_root, batch.batch_no)
    album = open_album(
        db, settings.lake_root, file_ids=samples.file_ids(), image_ids=samples.image_ids()
    )
    outcomes = reports.count_outcomes(db, batch.batch_no)
    relations = reports.count_relations(db, batch.batch_no)
    report = BatchReport(
        made_at=now,
        batch=batch,
        stages=batches.list_stages(db, batch.batch_no),
        outcomes=outcomes,
        suppliers=_parts(reports.list_suppliers(db, batch.batch_no, most=MOST_ROWS)),
        receipts=_parts(reports.list_receipts(db, batch.batch_no, most=MOST_ROWS)),
        rejected=_rejected(outcomes, samples.rejected, album),
        duplicates=by_relation(
            (pair_of_duplicate(row, album) for row in samples.repeats),
            totals=_duplicates(outcomes),
            order=DUPLICATES[::-1],
        ),
        related=by_relation(
            (pair_of_related(row, album) for row in samples.related),
            totals={row.relation: row.pairs for row in relations},
            order=RELATIONS,
        ),
        splits=sorted(reports.list_splits(db, batch.batch_no), key=_place_of_split),
        labels=_labels(db, batch.batch_no),
        quality=_quality(samples.tally, album, min_side_px=settings.min_side_px),
        derived=_derived(samples.derived, album),
    )
    pictures = Pictures(
        album.thumbnails(settings.objects_root),
        {(one.image_id, one.number): one.content for one in samples.derived},
    )
    return report, pictures


def _sample(db: Connection, lake_root: str, batch_no: int) -> _Samples:
    return _Samples(
        rejected=reports.list_rejected(db, batch_no, most=MOST_FILES),
        repeats=reports.list_duplicates(db, batch_no, most=MOST_PAIRS),
        related=reports.list_relations(db, batch_no, most=MOST_RELATED),
        tally=tally_batch(lake_root, batch_no, most=MOST_FILES, usual_size_px=_usual_size(db)),
        derived=_published_only(db, sample_derived(lake_root, batch_no, pictures=MOST_DERIVED)),
    )


def _published_only(db: Connection, derived: Sequence[DerivedPicture]) -> list[DerivedPicture]:
    """Leave out what a job derived that has not published its batch yet."""
    known = {row.image_id for row in reports.list_images(db, [one.image_id for one in derived])}
    return [one for one in derived if one.image_id in known]


def _parts(rows: Sequence[reports.PartRow]) -> Parts:
    return Parts(rows[0].total if rows else 0, rows)


def _duplicates(outcomes: Sequence[OutcomeCount]) -> dict[str, int]:
    return {row.relation: row.files for row in outcomes if row.relation}


def _rejected(
    outcomes: Sequence[OutcomeCount], rows: Sequence[RejectedRow], album: Album
) -> list[Rejected]:
    shown = {
        reason: [album.file(row.file_id) for row in some]
        for reason, some in groupby(rows, key=lambda row: row.reason)
    }
    return [
        Rejected(
            reason=row.reason,
            found=FOUND[row.reason],
            remedy=REMEDIES[row.reason],
            total=row.files,
            shown=shown.get(row.reason, []),
        )
        for row in outcomes
        if row.reason
    ]


def _place_of_split(row: SplitCount) -> int:
    return [*SHARES, "none"].index(row.split)


def _labels(db: Connection, batch_no: int) -> facts.Labels:
    parts = _parts(reports.list_labels(db, batch_no, most=MOST_ROWS))
    found = stratification(db)
    splits = {one.label: one for one in found.labels}
    return facts.Labels(
        total=parts.total,
        shown=[facts.LabelPart(part, splits.get(part.name)) for part in parts.shown],
        hub=found.whole,
    )


def _usual_size(db: Connection) -> tuple[float, float] | None:
    quartiles = reports.get_usual_size(db)
    if quartiles.first_px is None or quartiles.third_px is None:
        return None
    return size_bounds(quartiles.first_px, quartiles.third_px)


def _quality(tally: Tally, album: Album, *, min_side_px: int) -> Quality:
    return Quality(
        files=tally.files,
        grey=tally.issues["greyscale"],
        histograms=tally.histograms(),
        issues=[
            facts.Issue(kind, total, [album.file(file_id) for file_id in tally.cases(kind)])
            for kind, total in tally.issues.items()
        ],
        min_side_px=min_side_px,
        usual_size_px=tally.usual_size_px,
    )


def _derived(rows: Sequence[DerivedPicture], album: Album) -> list[facts.Derived]:
    return [
        facts.Derived(album.picture(image_id), recipe, [one.number for one in some])
        for (image_id, recipe), some in groupby(rows, key=lambda one: (one.image_id, one.recipe))
    ]
