"""Submits an upload: its files get the receipt that `hub submit` would give them."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass

from hub.catalogue import uploads
from hub.catalogue.uploads import UploadFile
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import OpenDb
from hub.errors import SubmitError
from hub.objects.local import Objects
from hub.rules.labels import explain_unknown, fold_name
from hub.rules.landing import landing_key
from hub.rules.submissions import Defaults, check_defaults, make_row, refusal
from hub.services.known_labels import KnownLabels
from hub.services.landing import Landed
from hub.services.receipts import (
    Already,
    LandedRow,
    ReceiptTaken,
    Refused,
    SubmissionTaken,
    Taken,
    register,
)
from hub.services.uploads import check_may_submit, no_upload


@dataclass(frozen=True, slots=True)
class Said:
    """What a supplier says of all files of an upload; `consent`: that they may give them."""

    labels: Sequence[str]
    licence: str
    consent: bool
    author: str = ""
    source_url: str = ""
    lon: float | None = None
    lat: float | None = None


def submit_upload(
    open_db: OpenDb, settings: Settings, upload_id: str, *, user: User, said: Said
) -> ReceiptTaken:
    """Give the files of an upload a receipt; asked again, return the same.

    Raises Forbidden, NotFound, SubmitError (no consent, no file, an unknown label or licence),
    StorageError.
    """
    check_may_submit(user)
    defaults = _check_said(said, user)
    with open_db() as db:
        # Of two calls the second waits here, and finds what the first was answered.
        upload = uploads.lock_upload(db, upload_id, user_id=user.user_id)
        if upload is None:
            raise no_upload()
        if upload.answer is not None:
            return _receipt_of(upload.answer)
        labels = KnownLabels.load(db)
        names = _check_labels(said.labels, labels)
        files = uploads.list_files(db, upload_id)
        if not files:
            raise SubmitError("The upload holds no files; bring some first.")
        taken = _take(
            Objects(settings.objects_root), files, names=names, defaults=defaults, labels=labels
        )
        receipt = register(lambda: nullcontext(db), user.name, taken=taken, labels=labels)
        uploads.set_answer(db, upload_id, answer=asdict(receipt), receipt_no=receipt.receipt)
        uploads.remove_files(db, upload_id)
    return receipt


def _check_said(said: Said, user: User) -> Defaults:
    if not said.consent:
        raise SubmitError(
            "Nothing is submitted without your consent: say that you may give these pictures"
            " under the licence."
        )
    lon, lat = ("" if one is None else repr(one) for one in (said.lon, said.lat))
    return check_defaults(
        user.name,
        licence=said.licence,
        author=said.author,
        source_url=said.source_url,
        lon=lon,
        lat=lat,
    )


def _check_labels(names: Sequence[str], labels: KnownLabels) -> list[str]:
    """Return the names of different labels. Raises SubmitError for one that the hub lacks."""
    by_id = {}
    for name in names:
        label_id = labels.ids.get(fold_name(name))
        if label_id is None:
            raise SubmitError(explain_unknown(name, labels.printed))
        by_id[label_id] = labels.shown[label_id]
    if not by_id:
        raise SubmitError("Say what the pictures show: a label, or several.")
    return list(by_id.values())


def _take(
    objects: Objects,
    files: Sequence[UploadFile],
    *,
    names: Sequence[str],
    defaults: Defaults,
    labels: KnownLabels,
) -> Taken:
    """Put what lies among the objects, and lasts, apart from what is gone."""
    taken = Taken()
    for file in files:
        landed = Landed(file.path, file.sha256, file.size_bytes)
        # From here on a vacuum leaves it alone for a day, and then the receipt needs it.
        is_there = objects.renew(landing_key(file.sha256))
        for name in names:
            row = make_row(file.path, name, defaults=defaults)
            if is_there:
                taken.files.append(LandedRow(row, labels.ids[fold_name(name)], landed))
            else:
                taken.refused.append(
                    refusal(row, "unreadable", "its bytes are gone; bring the file again")
                )
    if taken.files:
        # The bytes are on disk before a receipt promises that they are.
        objects.sync()
    return taken


def _receipt_of(answer: object) -> ReceiptTaken:
    """Read the receipt that an upload was answered with."""
    assert isinstance(answer, dict)
    submissions = [
        SubmissionTaken(
            one["id"],
            one["label"],
            one["received"],
            already=[Already(**each) for each in one["already"]],
            refused=[Refused(**each) for each in one["refused"]],
        )
        for one in answer["submissions"]
    ]
    return ReceiptTaken(answer["receipt"], answer["supplier"], submissions)
