"""Whether one of many buttons was clicked."""

from dash import ctx


def was_clicked() -> bool:
    """Tell a click from buttons that have just been drawn: those call, too."""
    return any(one["value"] for one in ctx.triggered)
