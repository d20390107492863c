"""What ops do on the page of operations."""

from functools import lru_cache
from time import monotonic
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.clicks import clicked, was_clicked
from dashboard.notices import notify
from dashboard.pages.ops.ids import Ids
from dashboard.pages.ops.jobs import MOST, now
from dashboard.pages.ops.room import room
from dashboard.pages.ops.wording import QUESTIONS
from dashboard.site import caller, open_db, settings
from hub.config import Settings
from hub.db import Connection
from hub.errors import JobError
from hub.services import operations
from hub.services.storage import Storage, measure

_REMEMBERED_SECONDS = 60


def callbacks(app: Dash) -> None:
    """Register them."""
    _add_refresh(app)
    _add_ask(app)
    _add_job_buttons(app)


def _add_refresh(app: Dash) -> None:
    @app.callback(
        Output(Ids.NOW, "children"),
        Output(Ids.TICK, "disabled"),
        Input(Ids.TICK, "n_intervals"),
        State(Ids.BEFORE, "data"),
        prevent_initial_call=True,
    )
    def refresh(_ticks: int | None, before: object) -> tuple[list[Component], bool]:
        with open_db() as db:
            return _drawn(db, before)

    @app.callback(Output(Ids.ROOM, "children"), Input(Ids.ROOM, "id"))
    def measure_room(_id: str) -> list[Component]:
        return room(_measured(settings(), int(monotonic()) // _REMEMBERED_SECONDS))


def _add_ask(app: Dash) -> None:
    @app.callback(
        Output(Ids.CONFIRM, "opened"),
        Output(Ids.CONFIRM, "title"),
        Output(Ids.QUESTION, "children"),
        Output(Ids.ASKED, "data"),
        Input({"type": Ids.ASK, "index": ALL}, "n_clicks"),
        Input(Ids.NO, "n_clicks"),
        prevent_initial_call=True,
    )
    def confirm(_clicks: list[int | None], _no: int | None) -> Any:
        if not was_clicked() or ctx.triggered_id == Ids.NO:
            return False, no_update, no_update, None
        command = _command(clicked())
        return True, f"Ask for `{command}`?", QUESTIONS[command], command

    @app.callback(
        Output(Ids.CONFIRM, "opened", allow_duplicate=True),
        Output(Ids.NOW, "children", allow_duplicate=True),
        Output(Ids.TICK, "disabled", allow_duplicate=True),
        Input(Ids.YES, "n_clicks"),
        State(Ids.ASKED, "data"),
        State(Ids.BEFORE, "data"),
        running=[(Output(Ids.YES, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def ask(_clicks: int | None, command: object, before: object) -> Any:
        with open_db() as db:
            job_id = operations.ask(db, _command(command), user=caller("write").user)
            drawn = _drawn(db, before)
        notify("Asked for", f"Job {job_id}, {command}, waits for its turn.")
        return False, *drawn


def _add_job_buttons(app: Dash) -> None:
    @app.callback(
        Output(Ids.NOW, "children", allow_duplicate=True),
        Output(Ids.TICK, "disabled", allow_duplicate=True),
        Input({"type": Ids.RETRY, "index": ALL}, "n_clicks"),
        Input({"type": Ids.CANCEL, "index": ALL}, "n_clicks"),
        State(Ids.BEFORE, "data"),
        prevent_initial_call=True,
    )
    def change(_retries: list[int | None], _cancels: list[int | None], before: object) -> Any:
        if not was_clicked():
            return no_update, no_update
        job_id, user = whole_number(clicked()) or 0, caller("write").user
        is_retry = ctx.triggered_id["type"] == Ids.RETRY
        with open_db() as db:
            if is_retry:
                again = operations.retry(db, job_id, user=user)
            else:
                operations.cancel(db, job_id, user=user)
            drawn = _drawn(db, before)
        if is_retry:
            notify("Queued again", f"Job {again} does what job {job_id} failed to do.")
        else:
            notify("Cancelled", f"Job {job_id} will not be run.")
        return drawn


def _command(command: object) -> str:
    if not isinstance(command, str) or command not in QUESTIONS:
        raise JobError("Choose first which job to ask for.")
    return command


def _drawn(db: Connection, before: object) -> tuple[list[Component], bool]:
    older = whole_number(str(before))
    overview = operations.find_overview(db, before=older, most=MOST)
    return now(overview), not overview.is_busy


@lru_cache(maxsize=1)
def _measured(of: Settings, _minute: int) -> Storage:
    return measure(of)
