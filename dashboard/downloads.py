"""What files are called that the site sends."""

import re


def plain_name(name: str, *, otherwise: str) -> str:
    """Return a name that every system takes for a file, without an ending."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80] or otherwise
