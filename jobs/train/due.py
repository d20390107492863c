"""Takes the trainings that are due, one after another."""

import time
import traceback

from hub.catalogue import trainings
from hub.catalogue.trainings import Training
from hub.errors import DatabaseUnavailable, NotFound, TrainingError
from hub.services import training_states, training_waits
from jobs.train.leasing import is_left
from jobs.train.supervising import Supervisor

_PAUSE_SECONDS = 2.0


def work_off(supervisor: Supervisor) -> list[int]:
    """Work until nothing is due, and nothing is worked on elsewhere; return what was taken.

    What another process works on is waited for: it may die, and then its training is due.
    """
    # Those that wait for pictures may have enough by now.
    training_waits.queue_ready(supervisor.open_db, supervisor.settings)
    ended: list[int] = []
    awaited: set[int] = set()
    while True:
        training = _take(supervisor)
        if training:
            supervisor.train(training)
            ended.append(training.training_id)
            continue
        running = {training.training_id for training in _list_running(supervisor)}
        if not running:
            return sorted({*ended, *awaited})
        for training_id in sorted(running - awaited):
            supervisor.say(
                f"training {training_id} is worked on by another process: waiting for it"
            )
        awaited |= running
        time.sleep(_PAUSE_SECONDS)


def work_on(supervisor: Supervisor, training_id: int, *, ranks: int | None = None) -> None:
    """Work on one training until it has ended, whoever does; one that had failed goes on.

    Raises NotFound, and TrainingError for one that waits for pictures or has ended for good.
    """
    with supervisor.open_db() as db:
        training_states.resume(db, training_id)
    is_said = False
    while True:
        if training := _take(supervisor, training_id):
            supervisor.train(training, ranks=ranks)
            return
        status = _find(supervisor, training_id).status
        if status != "running":
            if is_said:
                return
            raise TrainingError(
                f"Training {training_id} is {status}: there is nothing to run; `hub train show"
                f" {training_id}` tells more."
            )
        if not is_said:
            supervisor.say(
                f"training {training_id} is worked on by another process: waiting for it"
            )
            is_said = True
        time.sleep(_PAUSE_SECONDS)


def watch(supervisor: Supervisor) -> None:
    """Take trainings until the process is stopped; what fails, fails alone."""
    while True:
        try:
            if training := _take(supervisor):
                supervisor.train(training)
                continue
        except DatabaseUnavailable as error:
            supervisor.say(str(error))
        except Exception:
            supervisor.say(traceback.format_exc())
        time.sleep(_PAUSE_SECONDS)


def _take(supervisor: Supervisor, training_id: int | None = None) -> Training | None:
    _give_back_left(supervisor)
    with supervisor.open_db() as db:
        return training_states.take_next(db, training_id=training_id)


def _give_back_left(supervisor: Supervisor) -> None:
    """Queue again what was left by processes of this machine that are gone."""
    for training in _list_running(supervisor):
        folder = supervisor.folder_of(training)
        if is_left(folder, supervisor=training.attempt):
            with supervisor.open_db() as db:
                training_states.give_back(db, training.training_id, attempt=training.attempt)


def _list_running(supervisor: Supervisor) -> list[Training]:
    with supervisor.open_db() as db:
        return trainings.list_running(db)


def _find(supervisor: Supervisor, training_id: int) -> Training:
    with supervisor.open_db() as db:
        found = trainings.find_training(db, training_id)
    if found is None:
        raise NotFound(
            f"There is no training {training_id}; `hub train list` names those there are."
        )
    return found
