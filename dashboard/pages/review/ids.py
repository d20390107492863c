"""Ids of the review's page."""


class Ids:
    QUEUE = "review-queue"
    PAGE = "review-page"
    """Where the queue that is shown begins, as the address says it."""
    UPHOLD = "review-uphold"
    """Type of buttons, by the id of a report; as is REJECT."""
    REJECT = "review-reject"
    CONFIRM = "review-confirm"
    """Type of buttons, by picture and label; as is REFUSE."""
    REFUSE = "review-refuse"
