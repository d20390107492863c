"""How the page of one training is laid out."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.learning import curves, metrics
from dashboard.pages.training.wording import OPTION_NAMES, state_text, subject
from dashboard.pages.training_one.ids import Ids
from dashboard.parts import count_text, empty, page_head, section, state_badge, time_text
from dashboard.site import caller, open_db, settings
from dashboard.tables import Cell, table
from hub.catalogue.models import Model
from hub.catalogue.trainings import Epoch, LabelPictures, Training
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.recipes import make_recipe
from hub.rules.trainings import Options
from hub.services import models, trainings


def layout(training_id: str, **_others: str) -> Component:
    """Return the page. Raises NotFound, also for a training of another."""
    number = whole_number(training_id)
    if number is None:
        raise NotFound(f"There is no training '{training_id[:40]}'.")
    with open_db() as db:
        training = trainings.find_training(db, number, user=caller("read").user)
        epochs = trainings.list_epochs(db, training.training_id)
        made = models.list_models(db, training_id=training.training_id)
        lacking = _lacking(db, training) if training.status == "waiting" else []
    return html.Div(
        [
            page_head(f"Training #{training.training_id}", subject(training)),
            dcc.Store(id=Ids.NUMBER, data=training.training_id),
            html.Div(state(training), id=Ids.STATE),
            *([section("Waits for", _lacking_table(lacking, training))] if lacking else []),
            section("How it goes", metrics(training.metrics), _curves(epochs)),
            *([section("Models", _model_table(made))] if made else []),
            section("Asked for", _options(training)),
        ]
    )


def state(training: Training) -> list[Component]:
    """Return the state, with what can be done about it."""
    cancel = dmc.Button("Cancel the training", id=Ids.CANCEL, variant="default", size="xs")
    if training.status not in ("waiting", "queued"):
        cancel.display = "none"
    return [
        dmc.Group([state_badge(training.status), dmc.Text(state_text(training))], gap="sm"),
        dmc.Group(cancel, mt="sm"),
    ]


def _lacking(db: Connection, training: Training) -> list[LabelPictures]:
    return trainings.list_lacking(
        db,
        make_recipe(training.recipe),
        settings=settings(),
        options=Options(**training.options),
    )


def _lacking_table(lacking: Sequence[LabelPictures], training: Training) -> Component:
    minimum = int(training.options["minimum"])
    rows: list[tuple[Cell, ...]] = [
        (
            dmc.Anchor(one.name, href=f"/labels/{one.label_key}"),
            count_text(one.trainable),
            count_text(minimum - one.trainable),
        )
        for one in lacking
    ]
    return table("Labels with too few pictures", ("Label", "Trainable", "Lacks"), rows)


def _curves(epochs: Sequence[Epoch]) -> Component:
    if not epochs:
        return empty("No epoch has ended. Accuracy and loss are drawn here, epoch by epoch.")
    return curves(epochs)


def _model_table(made: Sequence[Model]) -> Component:
    rows: list[tuple[Cell, ...]] = [
        (dmc.Anchor(one.name, href=f"/models/{one.model_id}"), time_text(one.created_at))
        for one in made
    ]
    return table("Models", ("Model", "Made"), rows)


def _options(training: Training) -> Component:
    rows: list[tuple[Cell, ...]] = [
        (name, str(training.options[key]))
        for key, name in OPTION_NAMES.items()
        if key in training.options
    ]
    rows += [
        ("Asked by", training.requested_by),
        ("Asked for", time_text(training.requested_at)),
    ]
    if training.started_at:
        rows.append(("Begun", time_text(training.started_at)))
    if training.ended_at:
        rows.append(("Ended", time_text(training.ended_at)))
    if training.root:
        link = dmc.Anchor(f"{training.root[:12]}...", href=f"/subsets/{training.root}")
        rows.append(("Subset", link))
    return table("Options", ("Option", "Value"), rows)
