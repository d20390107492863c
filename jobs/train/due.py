"""Takes the trainings that are due, one after another."""

import time
import traceback

from hub.catalogue import trainings
from hub.catalogue.trainings import Training
from hub.errors import DatabaseUnavailable, NotFound, TrainingError
from hub.services import training_waits
from hub.services.training_states import TERM_SECONDS, take_next
from jobs.train.leasing import is_left, is_still
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
            _say_awaited(supervisor, training_id)
        awaited |= running
        time.sleep(_PAUSE_SECONDS)


def work_on(supervisor: Supervisor, training_id: int, *, ranks: int | None = None) -> None:
    """Work on one training until it has ended, whoever does; one that had failed goes on.

    Raises NotFound, and TrainingError for one that waits for pictures or has ended for good.
    """
    with supervisor.open_db() as db:
        trainings.set_resumed(db, training_id)
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
            _say_awaited(supervisor, training_id)
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


def _say_awaited(supervisor: Supervisor, training_id: int) -> None:
    supervisor.say(f"training {training_id} is worked on by another process: waiting for it")


def _take(supervisor: Supervisor, training_id: int | None = None) -> Training | None:
    _give_back_left(supervisor)
    with supervisor.open_db() as db:
        return take_next(db, training_id=training_id)


def _give_back_left(supervisor: Supervisor) -> None:
    """Queue again what was left: by processes of this machine that are gone, or by who is silent
    in the catalogue and in the run's folder; in one of them alone, it lives."""
    for training in _list_running(supervisor):
        if is_left(supervisor.folder_of(training), supervisor=training.attempt):
            _give_back(supervisor, training)
    for training in _list_running(supervisor, silent_seconds=TERM_SECONDS):
        if is_still(supervisor.folder_of(training)):
            _give_back(supervisor, training, silent_seconds=TERM_SECONDS)


def _give_back(
    supervisor: Supervisor, training: Training, *, silent_seconds: float | None = None
) -> None:
    with supervisor.open_db() as db:
        trainings.set_given_back(
            db,
            training.training_id,
            attempt=training.attempt,
            silent_seconds=silent_seconds,
        )


def _list_running(supervisor: Supervisor, *, silent_seconds: float | None = None) -> list[Training]:
    with supervisor.open_db() as db:
        return trainings.list_running(db, silent_seconds=silent_seconds)


def _find(supervisor: Supervisor, training_id: int) -> Training:
    with supervisor.open_db() as db:
        found = trainings.find_training(db, training_id)
    if found is None:
        raise NotFound(
            f"There is no training {training_id}; `hub train list` names those there are."
        )
    return found
