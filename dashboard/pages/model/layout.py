"""How the page of one model is laid out."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.learning import confusion_matrix, curves, metrics
from dashboard.pages.training.wording import OPTION_NAMES
from dashboard.parts import bytes_text, empty, link_button, page_head, section, time_text
from dashboard.site import open_db, settings
from dashboard.tables import Cell, table
from hub.catalogue.models import Model
from hub.catalogue.trainings import Epoch
from hub.services import models, trainings


def layout(model_id: str, **_others: str) -> Component:
    """Return the page. Raises NotFound."""
    with open_db() as db:
        model = models.find_model(db, model_id)
        epochs = trainings.list_epochs(db, model.training_id)
    return page(model, epochs, is_there=models.find_bytes(settings(), model) is not None)


def page(model: Model, epochs: Sequence[Epoch], *, is_there: bool) -> Component:
    """Return the page; `is_there`: its file can be downloaded."""
    made = f"Trained by {model.trained_by}, made {time_text(model.created_at)}."
    return html.Div(
        [
            page_head(model.name, made, *_download(model, is_there=is_there)),
            metrics(model.metrics) or dmc.Text("No figures were kept with this model."),
            section("Curves", curves(epochs) if epochs else empty("No epochs were kept.")),
            section("What is taken for what", _confusion(model)),
            section("About it", _about(model)),
        ]
    )


def _download(model: Model, *, is_there: bool) -> list[Component]:
    if not is_there:
        return [dmc.Text("Its file is not there.", c="dimmed")]
    text = f"Download, {bytes_text(model.size_bytes)}"
    return [link_button(text, f"/models/{model.model_id}/download", leaves=True)]


def _confusion(model: Model) -> Component:
    size = len(model.classes)
    counts = model.confusion
    if not counts or len(counts) != size or any(len(row) != size for row in counts):
        return empty("No confusion matrix was kept with this model.")
    return confusion_matrix(model.classes, counts)


def _about(model: Model) -> Component:
    rows: list[tuple[Cell, ...]] = [
        ("Classes", ", ".join(model.classes)),
        ("Subset", html.Span(model.root, className="table-path")),
        ("Training", f"#{model.training_id}"),
        *((OPTION_NAMES.get(name, name), str(value)) for name, value in model.options.items()),
        ("SHA-256 of its file", html.Span(model.sha256, className="table-path")),
    ]
    return table("About the model", ("What", "Value"), rows)
