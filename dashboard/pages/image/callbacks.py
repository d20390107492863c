"""What a picture's page answers to: reports."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from dashboard.clicks import clicked, was_clicked
from dashboard.notices import notify
from dashboard.pages.image.evidence import labels_said
from dashboard.pages.image.ids import Ids
from dashboard.pages.image.layout import find, may_report
from dashboard.site import caller, open_db
from hub.rules.reporting import LABEL_REASONS, PICTURE_REASONS
from hub.services import reports


def callbacks(app: Dash) -> None:
    @app.callback(
        Output(Ids.FORM, "opened"),
        Output(Ids.FORM, "title"),
        Output(Ids.REASON, "children"),
        Output(Ids.REASON, "value"),
        Output(Ids.NOTE, "value"),
        Output(Ids.ABOUT, "data"),
        Input({"type": Ids.REPORT, "index": ALL}, "n_clicks"),
        Input(Ids.CANCEL, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_form(_clicks: list[int | None], _cancelled: int | None) -> tuple[Any, ...]:
        if not isinstance(ctx.triggered_id, dict) or not was_clicked():
            return (False, *[no_update] * 5)
        key = clicked()
        reasons = LABEL_REASONS if key else PICTURE_REASONS
        title = "Report this label" if key else "Report this picture"
        return True, title, _choices(reasons), next(iter(reasons)), "", key

    @app.callback(
        Output(Ids.LABELS, "children"),
        Output(Ids.FORM, "opened", allow_duplicate=True),
        Input(Ids.SEND, "n_clicks"),
        State(Ids.IMAGE, "data"),
        State(Ids.ABOUT, "data"),
        State(Ids.REASON, "value"),
        State(Ids.NOTE, "value"),
        prevent_initial_call=True,
        running=[(Output(Ids.SEND, "loading"), True, False)],
    )
    def send(
        _clicks: int | None, image_id: str, key: str | None, reason: str | None, note: str | None
    ) -> tuple[list[Component], bool]:
        who = caller("write").user
        with open_db() as db:
            reports.report(
                db, who, image_id, label=key or None, reason=reason or "", note=note or ""
            )
        until = "; until then the label counts as disputed" if key else ""
        notify("Thank you", f"Somebody will look at it{until}.")
        detail, reported = find(image_id)
        return labels_said(detail, reported, may_report=may_report()), False


def _choices(reasons: dict[str, str]) -> Component:
    return dmc.Stack(
        [dmc.Radio(label=words, value=reason) for reason, words in reasons.items()], gap="xs", mt=4
    )
