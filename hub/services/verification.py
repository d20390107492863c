"""Verification: recounts both stores and names every contradiction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.catalogue import verification as catalogue
from hub.catalogue.batches import get_hub
from hub.db import Connection
from hub.lake.scans import Snapshot
from hub.objects.local import Objects
from hub.rules.differences import Difference
from hub.rules.fingerprints import Fingerprint
from hub.services.checks.batches import BatchChecks, check_batches
from hub.services.checks.catalogue import catalogue_differences
from hub.services.checks.rows import (
    file_differences,
    picture_differences,
    relation_differences,
)


@dataclass(frozen=True)
class Counted:
    """One kind of thing, in both stores: of batches that have ended."""

    thing: str
    postgres: int
    lake: int


@dataclass(frozen=True)
class Verification:
    fingerprint: str
    differences: list[Difference]
    counted: list[Counted]
    in_progress: list[int]
    """Batches that have begun and not ended: not compared, and no difference."""
    pending: int
    """Files that no batch has published or refused yet."""

    @property
    def ok(self) -> bool:
        return not self.differences


def verify(
    db: Connection,
    lake_root: str,
    objects: Objects,
    *,
    read_bytes: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Verification:
    """Compare the two stores; with `read_bytes`, every picture's bytes with its id as well.

    Call it where nothing was read yet, in a transaction that keeps to one snapshot
    (`hub.db.keep_snapshot`): then a job that runs meanwhile makes no differences.
    """
    before = Snapshot(lake_root)
    hub, held = get_hub(db), catalogue.list_batches(db)
    lake = Snapshot(lake_root)
    say("comparing batches")
    batches = check_batches(hub, held, before=before, lake=lake)
    differences = [*batches.differences]
    say("comparing files")
    differences += file_differences(db, lake, batches=batches.settled)
    say("comparing pictures")
    differences += picture_differences(db, lake, batches=batches.settled)
    differences += relation_differences(db, lake, batches=batches.settled)
    if read_bytes:
        say("reading the bytes of every picture")
        differences += _damaged_pictures(lake)
    say("digesting the contents")
    whole = fingerprint(db)
    say("checking the catalogue")
    named = {(found.kind, found.subject) for found in differences}
    differences += (
        found
        for found in catalogue_differences(db, objects)
        if (found.kind, found.subject) not in named
    )
    contents = catalogue.count_contents(db)
    return Verification(
        fingerprint=whole,
        differences=[*_damaged_files(lake), *differences],
        counted=_counted(contents, batches),
        in_progress=batches.in_progress,
        pending=contents.pending,
    )


def fingerprint(db: Connection) -> str:
    """Digest what the hub holds: files, published pictures, their claims and boxes.

    Never ids, times, paths, places or derived bytes, so equal receipts give equal fingerprints.
    """
    whole = Fingerprint()
    whole.add("file", (vars(row).values() for row in catalogue.list_file_facts(db)))
    whole.add("picture", (vars(row).values() for row in catalogue.list_picture_facts(db)))
    whole.add("claim", (vars(row).values() for row in catalogue.list_claim_facts(db)))
    whole.add("box", (vars(row).values() for row in catalogue.list_box_facts(db)))
    return whole.hexdigest()


def _damaged_files(lake: Snapshot) -> Iterator[Difference]:
    for damage in lake.damages:
        subject = f"lake file {damage.table}/{damage.path}"
        yield Difference(
            "lake_file_damaged",
            subject,
            f"{subject} {damage.reason}. Restore it from a backup of the lake's folder.",
        )


def _damaged_pictures(lake: Snapshot) -> Iterator[Difference]:
    for picture in lake.damaged_pictures():
        subject = f"picture {picture.image_id}"
        yield Difference(
            "picture_bytes_damaged",
            subject,
            f"{subject} {picture.reason} in the lake. Restore its file of the images table from a"
            " backup of the lake's folder.",
        )


def _counted(held: catalogue.Contents, batches: BatchChecks) -> list[Counted]:
    rows = batches.lake_rows
    return [
        Counted("batches", held.batches, batches.lake_batches),
        Counted("files", held.files, rows.get("files_checked", 0)),
        Counted("duplicates", held.duplicates, rows.get("duplicates", 0)),
        Counted("pictures kept", held.pictures, rows.get("images_kept", 0)),
        Counted("pictures published", held.pictures, rows.get("images", 0)),
        Counted("pairs of related pictures", held.related, rows.get("images_related", 0)),
    ]
