"""Trainings that wait for pictures: queued once there are enough, and their users told once."""

from collections.abc import Sequence
from itertools import groupby

from hub.catalogue import trainings
from hub.catalogue.trainings import Training, Untold, Waiting
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection, OpenDb
from hub.errors import AccountError, Forbidden, NotFound, RecipeError, SubsetError, TrainingError
from hub.rules.recipes import make_recipe
from hub.rules.trainings import Options
from hub.services import mail
from hub.services.trainings import check_may_train, list_lacking, make_lock, settle_watches

_MOST_NOTICES = 5


def queue_ready(open_db: OpenDb, settings: Settings) -> int:
    """Queue the trainings whose labels have enough pictures by now and tell their users; return
    how many were queued.

    One whose subset cannot be made any more is cancelled, keeps why, and is told of, too.
    """
    queued, after = 0, 0
    while True:
        with open_db() as db:
            waiting = trainings.find_next_waiting(db, after=after)
        if waiting is None:
            break
        after = waiting.training_id
        queued += _queue(open_db, waiting, settings=settings)
    # Also what a process queued that died before it told.
    with open_db() as db:
        tell(db, settings)
    return queued


def _queue(open_db: OpenDb, waiting: Waiting, *, settings: Settings) -> bool:
    user = User(waiting.user_id, waiting.name, waiting.role)
    try:
        with open_db() as db:
            check_may_train(user)
            recipe, options = make_recipe(waiting.recipe), Options(**waiting.options)
            if list_lacking(db, recipe, settings=settings, options=options):
                return False
            root = make_lock(db, recipe, settings=settings, user=user, options=options)
    except (Forbidden, NotFound, RecipeError, SubsetError, TrainingError) as error:
        with open_db() as db:
            trainings.set_refused(db, waiting.training_id, error=str(error))
            settle_watches(db, waiting.user_id, settings=settings)
        return False
    # Apart from making the subset, whose view of the catalogue is older than a cancellation.
    with open_db() as db:
        is_queued = trainings.set_queued(db, waiting.training_id, root=root)
        settle_watches(db, waiting.user_id, settings=settings)
    return is_queued


def tell(db: Connection, settings: Settings) -> int:
    """Write each user one mail of all trainings whose wait has ended; return how many mails.

    That they were told is kept in the same transaction. Who has no address sees it on the site.
    """
    mails = 0
    for _, some in groupby(trainings.list_untold(db), key=lambda one: one.user_id):
        ended = list(some)
        mails += _write(db, ended, site_url=settings.site_url)
        trainings.set_told(db, [one.training_id for one in ended])
    return mails


def _write(db: Connection, ended: Sequence[Untold], *, site_url: str) -> bool:
    first = ended[0]
    if first.email is None:
        return False
    numbers = "-".join(str(one.training_id) for one in ended)
    lines = "\n".join(f"- {_line(one)}" for one in ended)
    try:
        mail.write(
            db,
            f"trainings-ready-{numbers}",
            to=first.email,
            subject="Your trainings wait for pictures no more",
            body=f"Hello {first.requested_by},\n\n{lines}\n\nHow they go: {site_url}/training\n",
        )
    except AccountError:
        return False
    return True


def _line(one: Untold) -> str:
    labels = ", ".join(make_recipe(one.recipe).picked)
    if one.error:
        return f"Training {one.training_id} ({labels}) cannot be run: {one.error}"
    return f"Training {one.training_id} ({labels}): every label has enough pictures, it is queued."


def list_notices(db: Connection, *, user: User) -> list[Training]:
    """Return the user's trainings whose wait has ended and which they have not looked at since."""
    return trainings.list_unseen(db, user_id=user.user_id, most=_MOST_NOTICES)


def see(db: Connection, training_id: int, *, user: User) -> None:
    """Keep that the user looked at a training: its notice is shown no more."""
    trainings.set_seen(db, training_id, user_id=user.user_id)
