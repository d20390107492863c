"""How the page of one model is laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import reported
from dashboard.learning import confusion_matrix, curves, metrics
from dashboard.pages.training.wording import OPTION_NAMES, option_text
from dashboard.parts import (
    bytes_text,
    count_text,
    empty,
    link_button,
    page_head,
    section,
    time_text,
)
from dashboard.site import caller, open_db, settings
from dashboard.tables import Cell, table
from hub.catalogue.models import Model
from hub.catalogue.trainings import Epoch
from hub.rules.roles import may
from hub.services import lineage, models, trainings
from hub.services.lineage import ModelLineage


@dataclass(frozen=True)
class Shown:
    model: Model
    epochs: Sequence[Epoch]
    report: reported.Report
    came_from: ModelLineage
    card: str | None
    is_there: bool
    """Its file can be downloaded."""
    may_see_training: bool


def layout(model_id: str, **_others: str) -> Component:
    """Return the page. Raises NotFound."""
    user = caller("read").user
    with open_db() as db:
        model = models.find_model(db, model_id)
        shown = Shown(
            model=model,
            epochs=trainings.list_epochs(db, model.training_id),
            report=models.find_report(db, model_id),
            came_from=lineage.of_model(db, model, user=user),
            card=models.read_card(settings(), model),
            is_there=models.find_bytes(settings(), model) is not None,
            may_see_training=user.role == "ops"
            or (may(user.role, "train") and user.name == model.trained_by),
        )
    return page(shown)


def page(shown: Shown) -> Component:
    """Return the page."""
    model, report = shown.model, shown.report
    made = f"Trained by {model.trained_by}, made {time_text(model.created_at)}."
    drawn = curves(shown.epochs) if shown.epochs else empty("No epochs were kept.")
    return html.Div(
        [
            page_head(model.name, made, *_download(model, is_there=shown.is_there)),
            reported.note(report),
            metrics(model.metrics) or dmc.Text("No figures were kept with this model."),
            section("Curves", drawn, _more("Throughput and learning rate", report)),
            section("What is taken for what", _confusion(model)),
            _part("Each label", reported.label_scores(report)),
            _part("How sure it is", reported.calibration(report)),
            _part("The worst mistakes", reported.worst(report)),
            section("Where it comes from", _lineage(shown)),
            section("About it", _about(model)),
            _part("Model card", _card(shown.card)),
        ]
    )


def _part(title: str, content: Component | None) -> Component | None:
    return section(title, content) if content is not None else None


def _more(title: str, report: reported.Report) -> Component | None:
    drawn = reported.throughput(report)
    return html.Details([html.Summary(title), drawn]) if drawn is not None else None


def _card(text: str | None) -> Component | None:
    if text is None:
        return None
    shown = html.Pre(text, tabIndex=0, className="code", **{"aria-label": "The model card"})
    return html.Details([html.Summary("As it lies beside the model"), shown])


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


def _lineage(shown: Shown) -> Component:
    came_from = shown.came_from
    number = f"#{came_from.training_id}"
    training = dmc.Anchor(number, href=f"/training/{came_from.training_id}")
    subset = dmc.Anchor(came_from.subset or "", href=f"/subsets/{came_from.root}")
    rows: list[tuple[Cell, ...]] = [
        ("Training", training if shown.may_see_training else number),
        ("Subset", subset if came_from.subset else "One that was not shared with you."),
        ("Root of its lock", html.Span(came_from.root, className="table-path")),
        ("Pictures", count_text(came_from.images) if came_from.images else "Not kept."),
    ]
    if came_from.reproduces_id:
        rows.append(("Repeats", f"Training #{came_from.reproduces_id}"))
    if came_from.run_folder:
        folder = html.Span(came_from.run_folder, className="table-path")
        rows.append(("Run folder", folder))
    return table("Where the model comes from", ("What", "Value"), rows)


def _about(model: Model) -> Component:
    rows: list[tuple[Cell, ...]] = [
        ("Classes", ", ".join(model.classes)),
        *(
            (OPTION_NAMES.get(name, name), option_text(value))
            for name, value in model.options.items()
            if value not in ("", 0, False)
        ),
        ("SHA-256 of its file", html.Span(model.sha256, className="table-path")),
    ]
    if model.weights_sha256:
        weights = html.Span(model.weights_sha256, className="table-path")
        rows.append(("SHA-256 of its weights", weights))
    return table("About the model", ("What", "Value"), rows)
