"""How the page of one training is laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import charts
from dashboard.addresses import whole_number
from dashboard.learning import curves, metrics
from dashboard.pages.training.wording import OPTION_NAMES, option_text, state_text, subject
from dashboard.pages.training_one.ids import Ids
from dashboard.parts import count_text, empty, page_head, section, state_badge, time_text
from dashboard.site import caller, open_db, settings
from dashboard.tables import Cell, table
from hub.catalogue.models import Model
from hub.catalogue.trainings import Epoch, LabelPictures, Training
from hub.errors import NotFound
from hub.services import models, training_waits, trainings

_TICK_MS = 2000


@dataclass(frozen=True)
class Found:
    training: Training
    epochs: Sequence[Epoch]
    made: Sequence[Model]
    lacking: Sequence[LabelPictures]
    """Labels that it waits for pictures of."""


def layout(training_id: str, **_others: str) -> Component:
    """Return the page. Raises NotFound, also for a training of another."""
    number = whole_number(training_id)
    if number is None:
        raise NotFound(f"There is no training '{training_id[:40]}'.")
    found = find(number)
    with open_db() as db:
        training_waits.see(db, number, user=caller("read").user)
    training = found.training
    cancel = dmc.Button(
        "Cancel the training",
        id=Ids.CANCEL,
        variant="default",
        size="xs",
        display=may_cancel(training),
    )
    return html.Div(
        [
            page_head(f"Training #{training.training_id}", subject(training), cancel),
            dcc.Store(id=Ids.NUMBER, data=training.training_id),
            dcc.Interval(id=Ids.TICK, interval=_TICK_MS, disabled=not is_under_way(training)),
            html.Div(now(found), id=Ids.NOW),
            section("Asked for", _options(training)),
        ]
    )


def find(number: int) -> Found:
    """Return a training that its viewer may see, with how it goes. Raises NotFound."""
    with open_db() as db:
        training = trainings.find_training(db, number, user=caller("read").user)
        return Found(
            training,
            trainings.list_epochs(db, number),
            models.list_models(db, training_id=number),
            trainings.list_awaited(db, training, settings=settings()),
        )


def is_under_way(training: Training) -> bool:
    """Tell whether the page is to be drawn anew by itself."""
    return training.status in ("queued", "running")


def may_cancel(training: Training) -> str | None:
    """Return how the button to cancel is displayed; None: as buttons are."""
    ends = training.status in ("waiting", "queued", "running") and not training.cancel_asked_at
    return None if ends else "none"


def now(found: Found) -> list[Component]:
    """Return the part that is drawn anew while the training runs."""
    training = found.training
    state = [state_badge(training.status), dmc.Text(state_text(training))]
    return [
        dmc.Group(state, gap="sm"),
        *([_progress(training)] if training.status == "running" else []),
        *([section("Waits for", _lacking_table(found.lacking, training))] if found.lacking else []),
        section("How it goes", metrics(training.metrics), _curves(found.epochs)),
        *([section("Models", _model_table(found.made))] if found.made else []),
    ]


def _progress(training: Training) -> Component:
    """Return how far a training is, in epochs, and its last step."""
    epochs = int(training.options.get("epochs", 0))
    epoch, step = (training.metrics.get(name) for name in ("epoch", "step"))
    if not isinstance(epoch, int) or not epochs:
        return dmc.Text("No step was taken yet.", c="dimmed", mt="sm")
    words = f"Epoch {min(epoch, epochs)} of {epochs}"
    if isinstance(step, int):
        words += f", step {count_text(step)}"
    if training.attempt > 1:
        words += f"; taken up {training.attempt} times"
    return html.Div([dmc.Text(words, mt="sm"), charts.progress(min(epoch, epochs), epochs)])


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
    return table("Models", ("Model, with its report", "Made"), rows)


def _options(training: Training) -> Component:
    rows: list[tuple[Cell, ...]] = [
        (name, option_text(training.options[key]))
        for key, name in OPTION_NAMES.items()
        if training.options.get(key) not in (None, "", 0, False)
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
