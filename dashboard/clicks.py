"""Which of many buttons was clicked, and whether any was."""

from dash import ctx


def was_clicked() -> bool:
    """Tell a click from buttons that have just been drawn: those call, too."""
    return any(one["value"] for one in ctx.triggered)


def clicked() -> str:
    """Return the index of the button that was clicked, of those of a pattern."""
    return str(ctx.triggered_id["index"])
