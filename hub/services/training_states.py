"""Which training a supervisor takes next, and when another may be taken for dead."""

from hub.catalogue import trainings
from hub.catalogue.trainings import Training
from hub.db import Connection

TERM_SECONDS = 120.0
"""A supervisor that the catalogue has not heard for so long may be dead: its run's lease tells."""


def take_next(db: Connection, *, training_id: int | None = None) -> Training | None:
    """Take the oldest training that is queued; None: none is.

    `training_id`: that one alone. It is running then, by an attempt of its own; nobody else takes
    it at the same moment.
    """
    trainings.set_abandoned_cancelled(db)
    due = trainings.find_next_due(db, training_id=training_id)
    if due is None:
        return None
    trainings.set_running(db, due)
    return trainings.find_training(db, due)
