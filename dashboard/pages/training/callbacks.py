"""What a user does on the page of trainings."""

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from dashboard.notices import notify
from dashboard.pages.training.ids import Ids
from dashboard.pages.training.layout import asked_table
from dashboard.site import caller, open_db, settings
from hub.errors import TrainingError
from hub.rules.recipes import Recipe, make_recipe
from hub.services import trainings


def callbacks(app: Dash) -> None:
    """Register them."""

    @app.callback(
        output=Output(Ids.LIST, "children"),
        inputs={
            "_clicks": Input(Ids.ASK, "n_clicks"),
            "root": State(Ids.ROOT, "value"),
            "labels": State(Ids.LABELS, "value"),
            "options": {
                "arch": State(Ids.ARCH, "value"),
                "launcher": State(Ids.LAUNCHER, "value"),
                "ranks": State(Ids.RANKS, "value"),
                "epochs": State(Ids.EPOCHS, "value"),
                "batch": State(Ids.BATCH, "value"),
                "side": State(Ids.SIDE, "value"),
                "minimum": State(Ids.MINIMUM, "value"),
            },
        },
        running=[(Output(Ids.ASK, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def ask(
        _clicks: int | None, root: object, labels: object, options: dict[str, object]
    ) -> Component:
        user = caller("write").user
        with open_db() as db:
            training = trainings.request(
                db,
                settings=settings(),
                user=user,
                root=str(root) if root else None,
                recipe=_recipe(root, labels),
                options=options,
            )
            asked = trainings.list_trainings(db, user=user)
        said = "waits for more pictures" if training.status == "waiting" else "is queued"
        notify("Asked for", f"Training {training.training_id} {said}.")
        return asked_table(asked)


def _recipe(root: object, labels: object) -> Recipe | None:
    if root and labels:
        raise TrainingError("Choose a subset or labels, not both.")
    # Narrower labels, too: so is counted which labels have enough pictures.
    return make_recipe({"labels": labels, "with_descendants": True}) if labels else None
