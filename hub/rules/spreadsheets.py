"""Makes text from outside safe in a CSV that people open with a spreadsheet."""

import unicodedata

# What spreadsheets take for the start of a formula, full-width forms included:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CONTROL = {"Cc", "Zl", "Zp"}


def inert(text: str) -> str:
    """Return text that no spreadsheet computes and that stays on its line.

    Control characters become spaces; what looks like a formula gets an apostrophe in front.
    """
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) in _CONTROL else c for c in text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def plain(text: str) -> str:
    """Return text without the apostrophe that `inert` put in front."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip().startswith(_FORMULA) else text
