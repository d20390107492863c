"""How trainings are put into words."""

from hub.catalogue.trainings import Training

OPTION_NAMES = {
    "arch": "Network",
    "launcher": "Launcher",
    "ranks": "Processes side by side",
    "epochs": "Epochs",
    "batch": "Pictures a step of one process",
    "side": "Side, in pixels",
    "minimum": "Pictures a label, at least",
    "seed": "Seed",
    "multi_label": "Several labels a picture",
    "augment": "Pictures changed at random each epoch",
    "augmented": "On the hub's derived pictures",
    "dropout": "Dropout",
    "weight_decay": "Weight decay",
    "class_weights": "Weights of classes",
    "learning_rate": "Learning rate",
    "warmup_epochs": "Epochs of warm-up",
    "accumulate": "Parts of a step",
    "patience": "Epochs without gain before it ends",
    "precision": "Precision",
    "weights": "First weights",
    "weights_sha256": "SHA-256 of the first weights",
}

_STAGES = {
    "preparing": "Its training files are being written.",
    "training": "It is being trained.",
    "reporting": "Its report is being made.",
}

_MOST_NAMED = 4


def subject(training: Training) -> str:
    """Name the labels that a training tells apart."""
    recipe = training.recipe
    labels = sorted({*recipe.get("labels", []), *recipe.get("all_of", [])})
    more = len(labels) - _MOST_NAMED
    return ", ".join(labels[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def option_text(value: object) -> str:
    """Return the value of an option as people say it."""
    return "yes" if value is True else str(value)


def state_text(training: Training) -> str:
    """Say what a training waits for, or how it ended."""
    return {
        "waiting": "It waits until every label has enough pictures; then its subset is made.",
        "queued": "It waits for its turn: `hub train watch`, which `hub up --site` starts, or"
        " `hub train run` takes one training after the other.",
        "running": _running_text(training),
        "succeeded": "It has ended; its model is below.",
        "failed": f"It has failed: {training.error}",
        "cancelled": training.error or "It was cancelled.",
    }[training.status]


def _running_text(training: Training) -> str:
    if training.cancel_asked_at:
        return "It is being stopped."
    return _STAGES.get(str(training.metrics.get("stage")), "It is being trained.")


def ready_text(training: Training) -> str:
    """Say of a training whose wait has ended what became of it."""
    if training.error:
        return f"Training #{training.training_id} cannot be run: {training.error}"
    return (
        f"Training #{training.training_id} ({subject(training)}): every label has enough pictures;"
        " it waits no more."
    )
