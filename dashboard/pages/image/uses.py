"""Which trainings used a picture, and the models that came of them."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import section
from dashboard.tables import Cell, table
from hub.catalogue.lineage import ImageUse


def used_by(uses: Sequence[ImageUse]) -> Component:
    """Return the models and trainings that a picture was used for, the newest first."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"#{one.training_id}",
            dmc.Anchor(one.model, href=f"/models/{one.model_id}") if one.model else one.status,
            one.trained_by,
            html.Span(one.root[:12], className="table-path"),
        )
        for one in uses
    ]
    head = ("Training", "Model", "Trained by", "Subset")
    return section("What was trained on it", table("Trainings that used it", head, rows))
