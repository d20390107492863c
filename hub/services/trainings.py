"""Trainings: asked for with a subset of their own, or waiting until their labels have enough."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hub.catalogue import trainings
from hub.catalogue.trainings import Epoch, LabelPictures, Training, Waiting
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection, OpenDb
from hub.errors import Forbidden, NotFound, RecipeError, SubsetError, TrainingError
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.recipes import Recipe, make_recipe, recipe_values
from hub.rules.roles import may
from hub.rules.trainings import Options, make_options
from hub.services import subsets
from hub.services.labels import find_label
from hub.services.manifests import check_kept

_LONGEST_NAME = 120


def request(
    db: Connection,
    *,
    settings: Settings,
    user: User,
    recipe: Recipe | None = None,
    root: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Training:
    """Ask for a training on a subset by its root, or on what a recipe comes to now.

    Where one of the labels has fewer pictures than `options["minimum"]` in the whole hub, the
    training waits for them and the user watches those labels; else it is queued with a lock of its
    own. Call it on a fresh connection. Raises Forbidden, TrainingError, NotFound for an unknown
    root or label, and what making a subset raises.
    """
    _check_may(user)
    chosen = make_options(options or {}, minimum=settings.trainable_minimum)
    lock = subsets.find_lock(db, root, viewer=_viewer(user)) if root else None
    wanted = lock.recipe if lock else recipe
    if wanted is None:
        raise TrainingError("Say what to train on: a subset, or labels.")
    lacking = list_lacking(db, wanted, settings=settings, options=chosen)
    if lacking:
        locked = None
        trainings.put_watches(db, [label.label_id for label in lacking], user_id=user.user_id)
    else:
        locked = _lock(db, wanted, lock=lock, settings=settings, user=user, options=chosen)
    training_id = trainings.add_training(
        db,
        user_id=user.user_id,
        root=locked,
        recipe=recipe_values(wanted),
        options=asdict(chosen),
    )
    return find_training(db, training_id, user=user)


def list_lacking(
    db: Connection, recipe: Recipe, *, settings: Settings, options: Options
) -> list[LabelPictures]:
    """Return the labels of a recipe that the hub has too few pictures of.

    Raises NotFound for an unknown label, TrainingError where there is nothing to tell apart.
    """
    ids = {find_label(db, name).label_id for name in recipe.picked}
    if len(ids) < 2:
        raise TrainingError("A model tells labels apart: pick at least two of them.")
    counted = trainings.list_label_pictures(db, sorted(ids), evidence=settings.trainable_evidence)
    return [label for label in counted if label.trainable < options.minimum]


def _lock(
    db: Connection,
    recipe: Recipe,
    *,
    lock: Lock | None,
    settings: Settings,
    user: User,
    options: Options,
) -> str:
    """Return the root of what is trained on, kept as a subset."""
    if lock:
        per_label: Mapping[str, int] = check_kept(Objects(settings.objects_root), lock).per_label
        found = {label: per_label.get(label, 0) for label in lock.recipe.picked}
        root = lock.root
    else:
        name = f"training on {', '.join(recipe.picked)}"[:_LONGEST_NAME]
        made = subsets.create(db, name, recipe=recipe, settings=settings, by=user.name)
        found, root = dict(made.per_label), made.lock.root
    for label, images in found.items():
        if images < options.minimum:
            raise TrainingError(
                f"The subset has {images:,} pictures of '{label}', fewer than {options.minimum:,}:"
                " widen its filters, or ask for the training with a smaller minimum."
            )
    return root


def find_training(db: Connection, training_id: int, *, user: User) -> Training:
    """Return a training that the user asked for; ops see all. Raises NotFound."""
    found = trainings.find_training(db, training_id, viewer_id=_viewer_id(user))
    if found is None:
        raise NotFound(f"There is no training {training_id} of yours.")
    return found


def list_trainings(
    db: Connection, *, user: User, before: int | None = None, most: int = 50
) -> list[Training]:
    """Return the user's trainings, the newest first; ops see all."""
    return trainings.list_trainings(db, viewer_id=_viewer_id(user), before=before, most=most)


def list_epochs(db: Connection, training_id: int) -> list[Epoch]:
    """Return how a training went, epoch by epoch."""
    return trainings.list_epochs(db, training_id)


def cancel(db: Connection, training_id: int, *, user: User) -> None:
    """Cancel a training that has not begun. Raises Forbidden, NotFound, TrainingError."""
    _check_may(user)
    found = find_training(db, training_id, user=user)
    if not trainings.set_cancelled(db, training_id):
        raise TrainingError(
            f"Training {training_id} is {found.status}; only one that has not begun can be"
            " cancelled."
        )


def queue_ready(open_db: OpenDb, settings: Settings) -> int:
    """Queue the trainings whose labels have enough pictures by now; return how many.

    One whose subset cannot be made any more is cancelled, and keeps why.
    """
    queued, after = 0, 0
    while True:
        with open_db() as db:
            waiting = trainings.find_next_waiting(db, after=after)
        if waiting is None:
            return queued
        after = waiting.training_id
        queued += _queue(open_db, waiting, settings=settings)


def _queue(open_db: OpenDb, waiting: Waiting, *, settings: Settings) -> bool:
    user = User(waiting.user_id, waiting.name, waiting.role)
    try:
        with open_db() as db:
            _check_may(user)
            recipe, options = make_recipe(waiting.recipe), Options(**waiting.options)
            if list_lacking(db, recipe, settings=settings, options=options):
                return False
            root = _lock(db, recipe, lock=None, settings=settings, user=user, options=options)
            return trainings.set_queued(db, waiting.training_id, root=root)
    except (Forbidden, NotFound, RecipeError, SubsetError, TrainingError) as error:
        with open_db() as db:
            trainings.set_cancelled(db, waiting.training_id, error=str(error))
        return False


def _check_may(user: User) -> None:
    if not may(user.role, "train"):
        raise Forbidden("Only premium users and ops train models; ask ops for that role.")


def _viewer(user: User) -> str | None:
    return None if user.role == "ops" else user.name


def _viewer_id(user: User) -> int | None:
    return None if user.role == "ops" else user.user_id
