"""Why a picture, or one of its labels, may be reported."""

from hub.errors import ReportError

LABEL_REASONS = {
    "wrong": "The picture does not show this",
    "unclear": "It cannot be told whether it shows this",
    "other_label": "Another label fits better",
}
"""What may be said of a label, in words."""
PICTURE_REASONS = {
    "rights": "The author or the licence is wrong",
    "person": "It shows somebody who does not want that",
    "offensive": "It is offensive or against the law",
    "broken": "It is broken, or no photograph",
    "other": "Something else",
}
"""What may be said of a picture as a whole, in words."""
MOST_NOTE = 1_000
"""Characters."""


def check_report(*, has_label: bool, reason: str, note: str) -> str:
    """Return the note as it is kept. Raises ReportError for what may not be said."""
    reasons = LABEL_REASONS if has_label else PICTURE_REASONS
    if reason not in reasons:
        raise ReportError(f"Say why: one of {', '.join(reasons)}.")
    cleaned = " ".join(note.split())
    if len(cleaned) > MOST_NOTE:
        raise ReportError(f"The note has {len(cleaned):,} characters; use at most {MOST_NOTE:,}.")
    return cleaned


def reason_text(reason: str) -> str:
    """Return a reason in words."""
    return (LABEL_REASONS | PICTURE_REASONS).get(reason, reason)
