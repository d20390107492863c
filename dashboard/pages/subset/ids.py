"""Ids of the page of one subset."""


class Ids:
    ROOT = "subset-root"
    FORMATS = "subset-formats"
    TICK = "subset-tick"
    ASK = "subset-ask"
    """Type of the buttons that ask for a format, by its name."""
    OTHER = "subset-other"
    CHANGES = "subset-changes"
    COMPARING = "subset-comparing"
    UPDATE = "subset-update"
    UPDATED = "subset-updated"
    SHARE_WITH = "subset-share-with"
    SHARE = "subset-share"
    SHARED = "subset-shared"
