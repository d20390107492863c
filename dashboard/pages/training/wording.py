"""How trainings are put into words."""

from hub.catalogue.trainings import Training

OPTION_NAMES = {
    "arch": "Network",
    "launcher": "Launcher",
    "ranks": "Processes side by side",
    "epochs": "Epochs",
    "batch": "Pictures a step",
    "side": "Side, in pixels",
    "minimum": "Pictures a label, at least",
}

_MOST_NAMED = 4


def subject(training: Training) -> str:
    """Name the labels that a training tells apart."""
    recipe = training.recipe
    labels = sorted({*recipe.get("labels", []), *recipe.get("all_of", [])})
    more = len(labels) - _MOST_NAMED
    return ", ".join(labels[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def state_text(training: Training) -> str:
    """Say what a training waits for, or how it ended."""
    return {
        "waiting": "It waits until every label has enough pictures; then its subset is made.",
        "queued": "It waits for a trainer; this release of the hub has none yet.",
        "running": "It is being trained.",
        "succeeded": "It has ended.",
        "failed": f"It has failed: {training.error}",
        "cancelled": training.error or "It was cancelled.",
    }[training.status]
