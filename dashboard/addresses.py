"""What the address of a page says."""


def whole_number(text: str) -> int | None:
    """Return the whole number that a part of an address is, as Postgres takes it, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
