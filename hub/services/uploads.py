"""Takes files that a browser brings, one by one, until they are submitted together."""

import secrets
from collections.abc import Iterable

from hub.catalogue import uploads
from hub.catalogue.uploads import NewUpload, Upload, UploadFile
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection, OpenDb
from hub.errors import Forbidden, NotFound, SubmitError
from hub.objects.local import Objects
from hub.rules.roles import may
from hub.rules.submissions import check_path, storable
from hub.services.landing import Unread, land_chunks

MOST_FILES = 2000
"""Of one upload."""
MOST_BYTES = 16 * 1024**3
"""Of all that a user has brought and not submitted."""
MOST_UPLOADS = 50
"""Of a user, open at a time; one is open for a day."""


def check_may_submit(user: User) -> None:
    """Raises Forbidden for a user whose role submits nothing."""
    if not may(user.role, "submit"):
        raise Forbidden(f"The role '{user.role}' submits no pictures; ask the hub's ops for one.")


def begin(db: Connection, user: User) -> NewUpload:
    """Open an upload. Raises Forbidden, or SubmitError if the user has too many."""
    check_may_submit(user)
    if uploads.count_brought(db, "", user_id=user.user_id, path="").uploads >= MOST_UPLOADS:
        raise SubmitError(
            f"You have {MOST_UPLOADS} uploads open; submit or remove one, or wait a day."
        )
    return uploads.add_upload(db, secrets.token_hex(16), user_id=user.user_id)


def put_file(
    open_db: OpenDb,
    settings: Settings,
    upload_id: str,
    *,
    user: User,
    path: str,
    chunks: Iterable[bytes],
    size_bytes: int,
) -> UploadFile:
    """Take one file into an upload, in the place of one that has the same path.

    `size_bytes` is what `chunks` are said to come to. No transaction is open while they come.
    Raises Forbidden, NotFound, SubmitError (a path that no file has, too many files or bytes),
    StorageError, and what `chunks` raises.
    """
    check_may_submit(user)
    path = storable(check_path(path))
    with open_db() as db:
        find_open(db, upload_id, user=user)
        _check_room(db, upload_id, user=user, path=path, size_bytes=size_bytes)
    objects = Objects(settings.objects_root)
    landed = land_chunks(path, chunks, objects, max_bytes=settings.max_file_bytes)
    if isinstance(landed, Unread):
        raise SubmitError(f"The file is not taken: {landed.message}.")
    with open_db() as db:
        # One after the other: files that come side by side are counted, too.
        lock_open(db, upload_id, user=user)
        _check_room(db, upload_id, user=user, path=path, size_bytes=landed.size_bytes)
        uploads.put_file(
            db, upload_id, path=path, sha256=landed.sha256, size_bytes=landed.size_bytes
        )
    return UploadFile(path, landed.sha256, landed.size_bytes, checked=None)


def remove_file(db: Connection, upload_id: str, *, user: User, path: str) -> None:
    """Take a file out of an upload. Raises Forbidden, NotFound."""
    check_may_submit(user)
    lock_open(db, upload_id, user=user)
    if not uploads.remove_file(db, upload_id, path=storable(path)):
        raise NotFound("There is no such file in the upload.")


def discard(db: Connection, upload_id: str, *, user: User) -> None:
    """Forget an upload that was not submitted, with its files. Raises Forbidden, NotFound."""
    check_may_submit(user)
    lock_open(db, upload_id, user=user)
    uploads.remove_upload(db, upload_id)


def find_open(db: Connection, upload_id: str, *, user: User) -> Upload:
    """Return an upload that takes files. Raises NotFound, SubmitError if it was submitted."""
    return _open(uploads.find_upload(db, upload_id, user_id=user.user_id))


def lock_open(db: Connection, upload_id: str, *, user: User) -> Upload:
    """Return the same, and keep it from others to the end of the transaction."""
    return _open(uploads.lock_upload(db, upload_id, user_id=user.user_id))


def no_upload() -> NotFound:
    return NotFound(
        "You have no such upload; one that was not submitted is gone after a day. Begin another."
    )


def _open(upload: Upload | None) -> Upload:
    if upload is None:
        raise no_upload()
    if upload.answer is not None:
        raise SubmitError("The upload was submitted already; begin another for more files.")
    return upload


def _check_room(db: Connection, upload_id: str, *, user: User, path: str, size_bytes: int) -> None:
    brought = uploads.count_brought(db, upload_id, user_id=user.user_id, path=path)
    if brought.files >= MOST_FILES:
        raise SubmitError(
            f"An upload takes {MOST_FILES:,} files; submit these and begin another, or use"
            " `hub submit`."
        )
    if brought.bytes + size_bytes > MOST_BYTES:
        raise SubmitError(
            f"You have brought {MOST_BYTES // 1024**3} GiB that are not submitted; submit or"
            " remove them first."
        )
