"""What is said of pictures: which labels they show, and who says so."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class StrandedClaims:
    """Claims left on a label that another stands for."""

    label_key: str
    claim_count: int


def move_claims(db: Connection, *, from_id: int, to_id: int) -> None:
    """Give what is said of one label to another; contradictions become disputed."""
    execute(db, "claims/move_claims", from_id=from_id, to_id=to_id)


def move_boxes(db: Connection, *, from_id: int, to_id: int) -> None:
    """Give the boxes of one label to another, which has each of equal ones once."""
    execute(db, "claims/move_boxes", from_id=from_id, to_id=to_id)


def remove_unsupported_claim(db: Connection, *, image_id: str, label_id: int) -> bool:
    """Remove a claim of suppliers that no file supports any more; return whether one went.

    What a review or an import says stays.
    """
    gone = execute(db, "claims/remove_unsupported_claim", image_id=image_id, label_id=label_id)
    return gone > 0


def set_claim_proposed(db: Connection, *, image_id: str, label_id: int) -> bool:
    """Lower a supplier's claim that near duplicates alone support; return whether it was higher.

    What a review or an import says stays.
    """
    lowered = execute(db, "claims/set_claim_proposed", image_id=image_id, label_id=label_id)
    return lowered > 0


def list_stranded_claims(db: Connection) -> list[StrandedClaims]:
    """Return the claims that a merge should have moved."""
    return fetch_all(db, "claims/list_stranded_claims", StrandedClaims)
