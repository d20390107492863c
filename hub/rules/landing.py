"""Where a submitted file's bytes lie among the objects: under their own digest."""


def landing_key(sha256: str) -> str:
    """Return the key of the landing object with these bytes."""
    return f"landing/{sha256[:2]}/{sha256}"
