"""What the site tells whoever clicked, beside the page itself; to be called in callbacks."""

from dash import set_props

NOTICES = "shell-notices"


def notify(title: str, message: str) -> None:
    """Tell that something was done."""
    _show(title, message, color="teal")


def warn(message: str) -> None:
    """Tell that it was not, and why."""
    _show("That did not work", message, color="red")


def _show(title: str, message: str, *, color: str) -> None:
    said = {
        "action": "show",
        "title": title,
        "message": message,
        "color": color,
        "closeButtonProps": {"aria-label": "Close"},
    }
    set_props(NOTICES, {"sendNotifications": [said]})
