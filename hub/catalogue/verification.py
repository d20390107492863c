"""What Postgres says of the hub's contents, as `hub verify` asks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.db import Connection, fetch_all, stream


@dataclass(frozen=True)
class BatchHeld:
    batch_no: int
    batch_key: str
    status: str
    file_count: int
    files: int
    augmented: int
    """Files whose pictures the augment stage reported as derived from."""


@dataclass(frozen=True)
class FileHeld:
    file_id: int
    batch_no: int
    receipt_no: int
    label_key: str
    path: str
    sha256: str
    outcome: str
    reason: str | None
    image_id: str | None
    duplicate_of: str | None
    relation: str | None
    distance: int | None
    look_distance: float | None
    rule_version: int | None


@dataclass(frozen=True)
class RelationHeld:
    pair: str
    """The ids of the later and of the earlier picture."""
    batch_no: int
    """Of the later picture."""
    relation: str
    distance: int | None
    look_distance: float | None
    rule_version: int


@dataclass(frozen=True)
class Leak:
    """Related pictures that stand in two splits."""

    pair: str
    relation: str
    split: str
    related_split: str


@dataclass(frozen=True)
class PictureHeld:
    image_id: str
    batch_no: int
    status: str
    file_id: int
    label_key: str
    split: str
    group_id: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    crc32: int
    licence: str
    author: str
    source: str
    submission_id: int
    sha256: str
    rule_version: int | None
    phash: int | None
    phash_crop5: int | None
    phash_crop10: int | None


@dataclass(frozen=True)
class Contents:
    batches: int
    files: int
    duplicates: int
    pictures: int
    related: int
    pending: int


@dataclass(frozen=True)
class PendingObject:
    """A landing file, with the first file that it was brought by and how many there are."""

    sha256: str
    path: str
    submission_id: int
    files: int


@dataclass(frozen=True)
class UnsettledSubmission:
    submission_id: int
    status: str
    batch_no: int | None
    batch_status: str
    files: int
    pending: int


@dataclass(frozen=True)
class Claim:
    image_id: str
    label: str


@dataclass(frozen=True)
class LostPicture:
    image_id: str
    file_id: int


@dataclass(frozen=True)
class StrayedPicture:
    image_id: str
    file_id: int
    path: str


@dataclass(frozen=True)
class Counter:
    counted: str
    last: int
    highest: int


@dataclass(frozen=True)
class FileFacts:
    sha256: str
    outcome: str
    reason: str | None
    duplicate_of: str | None


@dataclass(frozen=True)
class PictureFacts:
    image_id: str
    split: str
    group_id: str
    licence: str
    author: str
    source: str


@dataclass(frozen=True)
class ClaimFacts:
    image_id: str
    label_key: str
    value: str


@dataclass(frozen=True)
class BoxFacts:
    image_id: str
    label_key: str
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    source: str
    is_group_of: bool


def list_batches(db: Connection) -> list[BatchHeld]:
    return fetch_all(db, "verification/list_batches", BatchHeld)


def list_files(db: Connection, batches: Sequence[int]) -> Iterator[FileHeld]:
    return stream(db, "verification/list_files", FileHeld, batches=[*batches])


def list_pictures(db: Connection, batches: Sequence[int]) -> Iterator[PictureHeld]:
    return stream(db, "verification/list_pictures", PictureHeld, batches=[*batches])


def list_relations(db: Connection, batches: Sequence[int]) -> Iterator[RelationHeld]:
    return stream(db, "verification/list_relations", RelationHeld, batches=[*batches])


def list_leaks(db: Connection) -> list[Leak]:
    return fetch_all(db, "verification/list_leaks", Leak)


def count_contents(db: Connection) -> Contents:
    [contents] = fetch_all(db, "verification/count_contents", Contents)
    return contents


def list_pending_objects(db: Connection) -> Iterator[PendingObject]:
    return stream(db, "verification/list_pending_objects", PendingObject)


def list_unsettled_submissions(db: Connection) -> list[UnsettledSubmission]:
    return fetch_all(db, "verification/list_unsettled_submissions", UnsettledSubmission)


def list_unsupported_claims(db: Connection) -> list[Claim]:
    return fetch_all(db, "verification/list_unsupported_claims", Claim)


def list_missing_claims(db: Connection) -> list[Claim]:
    return fetch_all(db, "verification/list_missing_claims", Claim)


def list_unsupported_boxes(db: Connection) -> list[Claim]:
    return fetch_all(db, "verification/list_unsupported_boxes", Claim)


def list_missing_boxes(db: Connection) -> list[Claim]:
    return fetch_all(db, "verification/list_missing_boxes", Claim)


def list_lost_pictures(db: Connection) -> list[LostPicture]:
    return fetch_all(db, "verification/list_lost_pictures", LostPicture)


def list_strayed_pictures(db: Connection) -> list[StrayedPicture]:
    return fetch_all(db, "verification/list_strayed_pictures", StrayedPicture)


def list_counters(db: Connection) -> list[Counter]:
    return fetch_all(db, "verification/list_counters", Counter)


def list_file_facts(db: Connection) -> Iterator[FileFacts]:
    return stream(db, "verification/list_file_facts", FileFacts)


def list_picture_facts(db: Connection) -> Iterator[PictureFacts]:
    return stream(db, "verification/list_picture_facts", PictureFacts)


def list_claim_facts(db: Connection) -> Iterator[ClaimFacts]:
    return stream(db, "verification/list_claim_facts", ClaimFacts)


def list_box_facts(db: Connection) -> Iterator[BoxFacts]:
    return stream(db, "verification/list_box_facts", BoxFacts)
