"""Says of the files of an upload what would become of them, by the rules of the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.catalogue import uploads
from hub.catalogue.uploads import UploadFile
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import OpenDb
from hub.judging import decode, encode, judge_uploads
from hub.limits import bounds_of, limits_of
from hub.objects.local import Objects
from hub.rules.checking import Checked
from hub.rules.landing import landing_key
from hub.rules.submissions import Refusal, check_defaults, make_row, refusal
from hub.services.foresight import UNSAID, FilePreview, Seen
from hub.services.known_labels import KnownLabels
from hub.services.landing import Unread
from hub.services.previews import check_file, decide
from hub.services.uploads import check_may_submit, find_open

MOST_AT_ONCE = 300
"""Files that one call decodes, some tens of milliseconds each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one file of an upload."""

    preview: FilePreview
    same_as: str | None
    """Of a duplicate: the path in the same upload that is kept; None: the hub has the picture."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    files: Sequence[Verdict]
    """Of every file that was checked, by path: a new file may change what is said of another."""
    unchecked: int
    """Files that another call will check."""


def check_upload(open_db: OpenDb, settings: Settings, upload_id: str, *, user: User) -> Verdicts:
    """Check up to MOST_AT_ONCE files that were not, and compare all with the hub's pictures.

    One pass over the hub's hashes, however many files: call it for many at once. No label is
    asked for; what the supplier submitted before and is not published yet is not known.
    Raises Forbidden, NotFound, SubmitError, and what reading the lake raises.
    """
    check_may_submit(user)
    with open_db() as db:
        find_open(db, upload_id, user=user)
        files = uploads.list_files(db, upload_id)
    found = _judge(settings, files)
    with open_db() as db:
        for digest, checked in found.items():
            if isinstance(checked, Checked):
                uploads.set_checked(db, upload_id, sha256=digest, checked=encode(checked))
    checks = {one.sha256: decode(bytes(one.checked)) for one in files if one.checked} | found
    known = [one for one in files if one.sha256 in checks]
    with open_db() as db:
        looked_at = _look_at(settings, known, checks=checks, supplier=user.name)
        previews = decide(db, settings, looked_at, known=KnownLabels.load(db))
    return Verdicts(_verdicts(looked_at, previews), unchecked=len(files) - len(known))


def _judge(settings: Settings, files: Sequence[UploadFile]) -> dict[str, Checked | Unread]:
    """Check files that were not, by their sha256; equal ones once."""
    waiting = dict.fromkeys(one.sha256 for one in files if one.checked is None)
    if not waiting:
        return {}
    objects = Objects(settings.objects_root)
    found: dict[str, Checked | Unread] = {}
    with judge_uploads(limits_of(settings), bounds=bounds_of(settings)) as judge:
        for digest in list(waiting)[:MOST_AT_ONCE]:
            place = str(objects.path(landing_key(digest)))
            read = check_file(place, judge, max_bytes=settings.max_file_bytes)
            if isinstance(read, Unread):
                found[digest] = read
            elif read[0] == digest:
                found[digest] = read[1]
            else:
                found[digest] = Unread(place, "unreadable", "its bytes were altered; send it again")
    return found


def _look_at(
    settings: Settings,
    files: Sequence[UploadFile],
    *,
    checks: Mapping[str, Checked | Unread],
    supplier: str,
) -> list[Seen | Refusal]:
    objects, defaults = Objects(settings.objects_root), check_defaults(supplier)
    looked_at: list[Seen | Refusal] = []
    for one in files:
        row, check = make_row(one.path, UNSAID, defaults=defaults), checks[one.sha256]
        if isinstance(check, Unread):
            looked_at.append(refusal(row, check.reason, check.message))
        else:
            place = str(objects.path(landing_key(one.sha256)))
            looked_at.append(Seen(row, place, one.sha256, check))
    return looked_at


def _verdicts(
    looked_at: Sequence[Seen | Refusal], previews: Sequence[FilePreview]
) -> list[Verdict]:
    kept = {
        one.checked.image_id: preview.path
        for one, preview in zip(looked_at, previews, strict=True)
        if isinstance(one, Seen) and preview.outcome in ("published", "pending")
    }
    return [Verdict(one, kept.get(one.duplicate_of)) for one in previews]
