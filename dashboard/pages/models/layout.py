"""How the list of models is laid out."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import bytes_text, count_text, empty, link_button, page_head
from dashboard.site import caller, open_db
from dashboard.tables import Cell, moment, table
from hub.catalogue.models import Model
from hub.rules.roles import may
from hub.services import models


def layout(**_others: str) -> Component:
    """Return the page."""
    with open_db() as db:
        found = models.list_models(db)
    return page(found, may_train=may(caller("read").user.role, "train"))


def page(found: Sequence[Model], *, may_train: bool) -> Component:
    """Return models, the newest first."""
    lead = "Trained on subsets of this hub: curves, what is taken for what, and a download."
    ask = [link_button("Ask for a training", "/training", is_quiet=bool(found))]
    head = page_head("Models", lead, *(ask if may_train and found else []))
    if not found:
        said = "No model was trained yet."
        if not may_train:
            said += " Premium users ask for trainings; ops give that role."
        return html.Div([head, empty(said, *(ask if may_train else []))])
    return html.Div([head, _model_table(found)])


def _model_table(found: Sequence[Model]) -> Component:
    rows: list[tuple[Cell, ...]] = [
        (
            dmc.Anchor(one.name, href=f"/models/{one.model_id}"),
            accuracy_text(one),
            count_text(len(one.classes)),
            bytes_text(one.size_bytes),
            one.trained_by,
            moment(one.created_at),
        )
        for one in found
    ]
    head = ("Model", "Accuracy", "Classes", "Size", "Trained by", "Made")
    return table("Models", head, rows)


def accuracy_text(model: Model) -> str:
    """Return the accuracy on pictures that the model was not trained on."""
    value = model.metrics.get("val_accuracy")
    return f"{100 * value:.1f}%" if isinstance(value, int | float) else "-"
