"""Ids of the tour."""


class Ids:
    PANEL = "tour-panel"
    END = "tour-end"
