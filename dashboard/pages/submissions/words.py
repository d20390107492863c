"""What is said of submissions in words."""

from dashboard.parts import count_text
from hub.catalogue.submissions import SubmissionCounts


def counts_of(one: SubmissionCounts) -> dict[str, int]:
    """Return how many files ended in which way, by outcome."""
    return {
        "published": one.published,
        "duplicate": sum(one.duplicates.values()),
        "rejected": sum(one.rejected.values()),
        "pending": one.pending,
    }


OUTCOMES = {
    "published": "published",
    "duplicate": "the hub had already",
    "rejected": "refused",
    "pending": "waiting for the next batch",
}
"""What became of files, behind their number."""


def said_of(one: SubmissionCounts) -> str:
    """Say in one line what became of the files of a submission."""
    counts = counts_of(one)
    said = [
        f"{count_text(counts[name])} {words}" for name, words in OUTCOMES.items() if counts[name]
    ]
    return ", ".join(said) + "."


def reason_words(reason: str) -> str:
    """Return a reason as people read it: `not_an_image` is "Not an image"."""
    return reason.replace("_", " ").capitalize()
