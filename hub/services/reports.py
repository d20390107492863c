"""Reports of pictures and labels that are wrong, and the reviews that settle them."""

from dataclasses import dataclass

from hub.catalogue import decisions, pictures, reviews
from hub.catalogue.reviews import FoundClaim, OpenReport, Proposal
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import Conflict, Forbidden, NotFound, ReportError
from hub.rules.reporting import check_report
from hub.rules.roles import may, role_text
from hub.rules.submissions import storable
from hub.services.counting import counting

MOST_OPEN = 200
"""Of one user: who disputed every label would leave nothing to train on."""
PAGE = 24
"""Reports, and proposals, that wait for a review, at a time."""
_DOUBLE = "You have reported this already; it waits for a review."


@dataclass(frozen=True)
class Queue:
    """What waits for a review, the longest waiting first: a page of each."""

    reports: list[OpenReport]
    proposals: list[Proposal]


def report(
    db: Connection,
    user: User,
    image_id: str,
    *,
    label: str | None = None,
    reason: str,
    note: str = "",
) -> int:
    """Report a picture, or the label of that key on it, and return the report's id.

    A label that is reported is disputed, and so not trained on, until a review settles it.
    Raises Forbidden, NotFound, and ReportError for a reason or note that may not be given, a
    label that the picture does not have, what the user has reported already, or too many reports
    that wait for a review.
    """
    _check_may(user, "report")
    if reviews.count_open(db, reported_by_id=user.user_id) >= MOST_OPEN:
        raise ReportError(
            f"{MOST_OPEN} reports of yours wait for a review; report more once some are settled."
        )
    said = check_report(has_label=label is not None, reason=reason, note=storable(note))
    if pictures.find_stored_picture(db, image_id) is None:
        raise NotFound(f"There is no published picture {image_id}.")
    if label is None:
        return _add(db, user, image_id, label_id=None, reason=reason, note=said)
    with counting(db, images=[image_id]):
        claim = _claim(db, image_id, label)
        if claim.value == "negative":
            raise ReportError(f"A review found already that the picture is no {claim.name}.")
        added = _add(db, user, image_id, label_id=claim.label_id, reason=reason, note=said)
        reviews.set_disputed(db, image_id=image_id, label_id=claim.label_id)
    return added


def list_reported(db: Connection, user: User, image_id: str) -> list[str | None]:
    """Return the keys of the labels that a user has reported of a picture, and that wait for a
    review; None: the picture itself."""
    return reviews.list_reported(db, image_id=image_id, reported_by_id=user.user_id)


def list_open(db: Connection, *, after: int = 0, skipped: int = 0) -> Queue:
    """Return what waits for a review: reports `after` the `report_id` of the last one before, and
    proposals behind so many that are skipped."""
    return Queue(
        reports=reviews.list_open(db, after_id=after, most=PAGE),
        proposals=reviews.list_proposed(db, skipped=skipped, most=PAGE),
    )


def resolve(db: Connection, report_id: int, *, upheld: bool, by: User) -> None:
    """Settle all open reports of what this one is of.

    A label whose report is upheld becomes a verified negative, one whose report is rejected a
    verified positive: a person looked, and that is what verified means. Of a picture as a whole
    only the decision is kept. Raises Forbidden, NotFound, ReportError if it is settled already.
    """
    _check_may(by, "review")
    found = reviews.find_report(db, report_id)
    if found is None:
        raise NotFound(f"There is no report {report_id}.")
    resolution = "upheld" if upheld else "rejected"
    detail = {"report": report_id, "resolution": resolution}
    with counting(db, images=[found.image_id]):
        settled = reviews.set_resolved(
            db,
            image_id=found.image_id,
            label_key=found.label_key,
            resolution=resolution,
            resolved_by=by.name,
        )
        if not settled:
            raise ReportError("Somebody has settled this report already.")
        if found.label_key is not None:
            value = "negative" if upheld else "positive"
            _decide(db, found.image_id, found.label_key, value=value, by=by, detail=detail)
            return
    _record(db, found.image_id, by=by, detail=detail)


def settle_proposal(
    db: Connection, image_id: str, label: str, *, confirmed: bool, by: User
) -> None:
    """Confirm a label that is only proposed for a picture, or refuse it: both are verified.

    Raises Forbidden, NotFound, ReportError if it is not proposed any more.
    """
    _check_may(by, "review")
    with counting(db, images=[image_id]):
        claim = _claim(db, image_id, label)
        if claim.value != "proposed":
            raise ReportError(f"{claim.name} is not proposed any more; somebody settled it.")
        value = "positive" if confirmed else "negative"
        _decide(db, image_id, claim.key, value=value, by=by, detail={"resolution": "proposal"})


def _decide(
    db: Connection, image_id: str, label: str, *, value: str, by: User, detail: dict[str, object]
) -> None:
    """Let what a person saw stand, where the picture still has the label."""
    claim = reviews.find_claim(db, image_id=image_id, label_key=label)
    if claim is not None:
        reviews.set_reviewed(db, image_id=image_id, label_id=claim.label_id, value=value)
    _record(db, image_id, by=by, detail={**detail, "label": label, "value": value})


def _record(db: Connection, image_id: str, *, by: User, detail: dict[str, object]) -> None:
    decisions.add_decision(
        db, by=by.name, action="review", subject=f"image/{image_id}", detail=detail
    )


def _claim(db: Connection, image_id: str, label: str) -> FoundClaim:
    claim = reviews.find_claim(db, image_id=image_id, label_key=label)
    if claim is None:
        raise NotFound("The picture does not have that label any more; look at it again.")
    return claim


def _add(
    db: Connection, user: User, image_id: str, *, label_id: int | None, reason: str, note: str
) -> int:
    try:
        return reviews.add_report(
            db,
            image_id=image_id,
            label_id=label_id,
            reason=reason,
            note=note,
            reported_by_id=user.user_id,
        )
    except Conflict as conflict:
        if conflict.constraint != "report_one_open_idx":
            raise
        raise ReportError(_DOUBLE) from conflict


def _check_may(user: User, permission: str) -> None:
    if not may(user.role, permission):
        raise Forbidden(f"As {role_text(user.role)} you may not {permission}; ask ops.")
