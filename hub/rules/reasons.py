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
    TOO_DARK = "too_dark"
    TOO_LIGHT = "too_light"
    TOO_BLURRY = "too_blurry"
    LOW_INFORMATION = "low_information"
    ODD_ASPECT_RATIO = "odd_aspect_ratio"
    GREYSCALE = "greyscale"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    DECODER_CRASHED = "decoder_crashed"


REASON_OF_QUALITY = {
    "dark": Reason.TOO_DARK,
    "light": Reason.TOO_LIGHT,
    "blurry": Reason.TOO_BLURRY,
    "low_information": Reason.LOW_INFORMATION,
    "odd_aspect_ratio": Reason.ODD_ASPECT_RATIO,
    "greyscale": Reason.GREYSCALE,
}
"""Kinds of quality (`quality.QUALITY_KINDS`) that a hub may refuse, each with its reason."""


class Refused(Exception):
    """A file has no published form; raised inside the rules, `check` turns it into a row."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
