"""Trainings: asked for with a subset of their own, or waiting until their labels have enough."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from hub.catalogue import galleries, trainings
from hub.catalogue.galleries import Wanted
from hub.catalogue.trainings import Epoch, LabelPictures, Training
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection
from hub.errors import Forbidden, NotFound, RecipeError, TrainingError
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.recipes import Recipe, make_recipe, recipe_values
from hub.rules.roles import may
from hub.rules.trainings import Options, make_options
from hub.services import subsets
from hub.services.labels import find_label
from hub.services.manifests import check_kept
from hub.services.training_states import TERM_SECONDS

_LONGEST_NAME = 120


def request(
    db: Connection,
    *,
    settings: Settings,
    user: User,
    recipe: Recipe | None = None,
    root: str | None = None,
    options: Mapping[str, Any] | None = None,
    may_name_files: bool = False,
) -> Training:
    """Ask for a training on a subset by its root, or on what a recipe comes to now.

    Where one of the labels has fewer pictures than `options["minimum"]` in the whole hub, the
    training waits for them and the user watches those labels; else it is queued with a lock of its
    own. First weights are a file of the machine that trains: only who works on it may name one
    (`may_name_files`). Call it on a fresh connection. Raises Forbidden, TrainingError, NotFound for
    an unknown root or label, and what making a subset raises.
    """
    check_may_train(user)
    chosen = make_options(options or {}, minimum=settings.trainable_minimum)
    if chosen.weights and not (may_name_files and user.role == "ops"):
        raise Forbidden("Only ops name a file of first weights, with `hub train request`.")
    lock = subsets.find_lock(db, root, viewer=_viewer(user)) if root else None
    wanted = lock.recipe if lock else recipe
    if wanted is None:
        raise TrainingError("Say what to train on: a subset, or labels.")
    lacking = list_lacking(db, wanted, settings=settings, options=chosen)
    if lacking:
        locked = None
        _watch(db, lacking, user_id=user.user_id, options=chosen)
    else:
        locked = make_lock(db, wanted, lock=lock, settings=settings, user=user, options=chosen)
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


def list_awaited(db: Connection, training: Training, *, settings: Settings) -> list[LabelPictures]:
    """Return the labels that a training waits for pictures of.

    None where it cannot be run any more, as when two of its labels became one: that is told when
    its turn comes.
    """
    if training.status != "waiting":
        return []
    recipe, options = make_recipe(training.recipe), Options(**training.options)
    try:
        return list_lacking(db, recipe, settings=settings, options=options)
    except (NotFound, TrainingError):
        return []


def make_lock(
    db: Connection,
    recipe: Recipe,
    *,
    lock: Lock | None = None,
    settings: Settings,
    user: User,
    options: Options,
) -> str:
    """Return the root of what is trained on, kept as a subset; of `lock`, where it is given.

    Raises TrainingError where a label has too few pictures in it, and what making a subset raises.
    """
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


def list_wanted(db: Connection, settings: Settings, *, most: int = 100) -> list[Wanted]:
    """Return labels with too few pictures to be trained on: those that most users wait for first,
    then those that lack least."""
    return galleries.list_nearly_trainable(
        db, least=settings.trainable_minimum, evidence=settings.trainable_evidence, most=most
    )


def reproduce(db: Connection, training_id: int, *, user: User) -> Training:
    """Ask for a training once more, on the same subset with the same options and seed.

    Raises Forbidden, NotFound, TrainingError where it never had a subset.
    """
    check_may_train(user)
    first = find_training(db, training_id, user=user)
    if first.root is None:
        raise TrainingError(
            f"Training {training_id} has no subset yet: there is nothing to repeat."
        )
    again = trainings.add_training(
        db,
        user_id=user.user_id,
        root=first.root,
        recipe=first.recipe,
        options=first.options,
        reproduces_id=training_id,
    )
    return find_training(db, again, user=user)


def cancel(db: Connection, training_id: int, *, settings: Settings, user: User) -> Training:
    """Cancel a training at once, or ask for it where it runs; return it as it is then.

    Raises Forbidden, NotFound, TrainingError where it has ended.
    """
    check_may_train(user)
    found = find_training(db, training_id, user=user)
    if not trainings.set_cancel_asked(db, training_id, term_seconds=TERM_SECONDS):
        raise TrainingError(f"Training {training_id} is {found.status}: it has ended already.")
    if found.status == "waiting":
        settle_watches(db, found.requested_by_id, settings=settings)
    return find_training(db, training_id, user=user)


def settle_watches(db: Connection, user_id: int, *, settings: Settings) -> None:
    """Let a user watch those labels that trainings of theirs still wait for, and no others."""
    trainings.remove_watches(db, user_id=user_id)
    waiting = trainings.find_next_waiting(db, after=0, user_id=user_id)
    while waiting is not None:
        options = Options(**waiting.options)
        # What cannot be trained any more is told when its turn comes.
        with suppress(NotFound, RecipeError, TrainingError):
            recipe = make_recipe(waiting.recipe)
            lacking = list_lacking(db, recipe, settings=settings, options=options)
            _watch(db, lacking, user_id=user_id, options=options)
        waiting = trainings.find_next_waiting(db, after=waiting.training_id, user_id=user_id)


def _watch(
    db: Connection, lacking: Sequence[LabelPictures], *, user_id: int, options: Options
) -> None:
    ids = [label.label_id for label in lacking]
    trainings.put_watches(db, ids, user_id=user_id, least=options.minimum)


def check_may_train(user: User) -> None:
    """Raises Forbidden for who asks for no trainings."""
    if not may(user.role, "train"):
        raise Forbidden("Only premium users and ops train models; ask ops for that role.")


def _viewer(user: User) -> str | None:
    return None if user.role == "ops" else user.name


def _viewer_id(user: User) -> int | None:
    return None if user.role == "ops" else user.user_id
