"""The fixed list of reasons why a received file is not published; docs/reasons.md tells more."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused. The values are stored and never renamed."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    ANIMATED = "animated"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_SCANS = "too_many_scans"
    TOO_SMALL = "too_small"


class Refused(Exception):
    """A file has no published form; raised inside the rules, `check` turns it into a row."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
