"""Uploads: files that a browser brings before they are submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, fetch_one, json_value


@dataclass(frozen=True, slots=True)
class NewUpload:
    upload_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    upload_id: str
    answer: Mapping[str, Any] | None
    """What its submission was answered; None while it is open."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a user has brought and not submitted."""

    uploads: int
    bytes: int
    files: int
    """Of the one upload that was asked about, but for the one path."""


@dataclass(frozen=True, slots=True)
class UploadFile:
    path: str
    sha256: str
    size_bytes: int
    checked: memoryview | None
    """What its check found, as `hub.judging` encodes it."""


def add_upload(db: Connection, upload_id: str, *, user_id: int) -> NewUpload:
    """Open an upload."""
    [added] = fetch_all(db, "uploads/add_upload", NewUpload, upload_id=upload_id, user_id=user_id)
    return added


def find_upload(db: Connection, upload_id: str, *, user_id: int) -> Upload | None:
    """Return a user's upload that is open or was submitted, or None."""
    return fetch_one(db, "uploads/find_upload", Upload, upload_id=upload_id, user_id=user_id)


def lock_upload(db: Connection, upload_id: str, *, user_id: int) -> Upload | None:
    """Return the same once nobody else has it, and keep it to the end of the transaction."""
    return fetch_one(db, "uploads/lock_upload", Upload, upload_id=upload_id, user_id=user_id)


def count_brought(db: Connection, upload_id: str, *, user_id: int, path: str) -> Brought:
    """Count what a user has in open uploads, and the files of one but for a path."""
    [brought] = fetch_all(
        db, "uploads/count_brought", Brought, upload_id=upload_id, user_id=user_id, path=path
    )
    return brought


def put_file(db: Connection, upload_id: str, *, path: str, sha256: str, size_bytes: int) -> None:
    """Keep which bytes lie under a path."""
    execute(
        db,
        "uploads/put_file",
        upload_id=upload_id,
        path=path,
        sha256=sha256,
        size_bytes=size_bytes,
    )


def list_files(db: Connection, upload_id: str) -> list[UploadFile]:
    """Return the files of an upload by path."""
    return fetch_all(db, "uploads/list_files", UploadFile, upload_id=upload_id)


def set_checked(db: Connection, upload_id: str, *, sha256: str, checked: bytes) -> None:
    """Keep what the check of some bytes found."""
    execute(db, "uploads/set_checked", upload_id=upload_id, sha256=sha256, checked=checked)


def remove_file(db: Connection, upload_id: str, *, path: str) -> bool:
    """Forget one file; False if there is none of that path."""
    return execute(db, "uploads/remove_file", upload_id=upload_id, path=path) == 1


def set_answer(
    db: Connection, upload_id: str, *, answer: Mapping[str, Any], receipt_no: int | None
) -> None:
    """Close an upload with what its submission was answered."""
    execute(
        db,
        "uploads/set_answer",
        upload_id=upload_id,
        answer=json_value(answer),
        receipt_no=receipt_no,
    )


def remove_files(db: Connection, upload_id: str) -> None:
    """Forget the files of an upload."""
    execute(db, "uploads/remove_files", upload_id=upload_id)


def remove_upload(db: Connection, upload_id: str) -> None:
    """Forget an upload that was not submitted, with its files."""
    execute(db, "uploads/remove_upload", upload_id=upload_id)
