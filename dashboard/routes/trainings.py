"""/api/v1/trainings: ask for trainings, follow and cancel them; which labels lack pictures."""

from flask import Response
from flask.helpers import url_for

from dashboard.answers import Training, TrainingPage, TrainingSummary, WantList, told
from dashboard.asked import (
    ListQuery,
    TrainingAsked,
    TrainingPath,
    TrainingQuery,
    options_of,
    recipe_of,
)
from dashboard.routes.api import TOKEN, blueprint
from dashboard.site import caller, open_db, settings
from hub.errors import TrainingError
from hub.services import models, trainings

api = blueprint("trainings", "Models are trained by what is asked for here.")


@api.get("/trainings", responses={200: TrainingPage}, security=TOKEN)
def list_trainings(query: TrainingQuery) -> Response:
    """List your trainings, the newest first."""
    user = caller("read").user
    trainings.check_may_train(user)
    with open_db() as db:
        found = trainings.list_trainings(db, user=user, before=query.after, most=query.limit)
    following = found[-1].training_id if len(found) == query.limit else None
    return told(TrainingPage, {"trainings": found, "next": following})


@api.post("/trainings", responses={201: TrainingSummary}, security=TOKEN)
def create_training(body: TrainingAsked) -> Response:
    """Ask for a training on a subset or a recipe; it waits where labels have too few pictures."""
    user = caller("write").user
    if (body.root is None) == (body.recipe is None):
        raise TrainingError("Say what to train on: the root of a subset, or a recipe.")
    with open_db() as db:
        made = trainings.request(
            db,
            settings=settings(),
            user=user,
            root=body.root,
            recipe=recipe_of(body.recipe) if body.recipe else None,
            options=options_of(body.options),
        )
    location = url_for("trainings.get_training", training_id=made.training_id)
    return told(TrainingSummary, made, status=201, location=location)


@api.get("/trainings/<training_id>", responses={200: Training}, security=TOKEN)
def get_training(path: TrainingPath) -> Response:
    """Show a training of yours, how it goes and what came of it."""
    user = caller("read").user
    trainings.check_may_train(user)
    with open_db() as db:
        found = trainings.find_training(db, path.training_id, user=user)
        epochs = trainings.list_epochs(db, path.training_id)
        made = models.list_models(db, training_id=path.training_id)
    document = {"training": found, "epochs": epochs, "models": [one.model_id for one in made]}
    return told(Training, document)


@api.post("/trainings/<training_id>/cancel", responses={200: TrainingSummary}, security=TOKEN)
def cancel_training(path: TrainingPath) -> Response:
    """Cancel a training of yours; one that runs ends within seconds."""
    user = caller("write").user
    with open_db() as db:
        found = trainings.cancel(db, path.training_id, settings=settings(), user=user)
    return told(TrainingSummary, found)


@api.get("/wanted", responses={200: WantList})
def list_wanted(query: ListQuery) -> Response:
    """List labels with too few pictures to be trained on, those most waited for first."""
    with open_db() as db:
        return told(WantList, {"labels": trainings.list_wanted(db, settings(), most=query.limit)})
