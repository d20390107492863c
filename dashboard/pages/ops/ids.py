"""Ids of the page of operations."""


class Ids:
    NOW = "ops-now"
    TICK = "ops-tick"
    BEFORE = "ops-before"
    ASK = "ops-ask"
    """Type of the buttons that ask for a job; their index is its command."""
    ASKED = "ops-asked"
    CONFIRM = "ops-confirm"
    QUESTION = "ops-question"
    YES = "ops-yes"
    NO = "ops-no"
    RETRY = "ops-retry"
    """Type of the buttons that try a job again; their index is its id."""
    CANCEL = "ops-cancel"
    """Type of the buttons that cancel one."""
    ROOM = "ops-room"
