"""What the page of one subset does."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, callback_context, no_update
from dash.development.base_component import Component

from dashboard.clicks import clicked
from dashboard.notices import notify
from dashboard.pages.subset.changes import changes_part, updated_part
from dashboard.pages.subset.downloads import formats_part
from dashboard.pages.subset.ids import Ids
from dashboard.pages.subset.layout import NOW, is_under_way
from dashboard.site import caller, open_db, settings
from hub.services import export_requests, subset_changes, subsets


def callbacks(app: Dash) -> None:
    """Register them."""
    app.callback(
        Output(Ids.FORMATS, "children"),
        Output(Ids.TICK, "disabled"),
        Input(Ids.TICK, "n_intervals"),
        Input({"type": Ids.ASK, "index": ALL}, "n_clicks"),
        State(Ids.ROOT, "data"),
        prevent_initial_call=True,
    )(follow_formats)
    app.callback(
        Output(Ids.CHANGES, "children"),
        Input(Ids.OTHER, "value"),
        State(Ids.ROOT, "data"),
        running=[(Output(Ids.COMPARING, "visible"), True, False)],
        prevent_initial_call=True,
    )(compare)
    app.callback(
        Output(Ids.UPDATED, "children"),
        Input(Ids.UPDATE, "n_clicks"),
        State(Ids.ROOT, "data"),
        running=[(Output(Ids.UPDATE, "loading"), True, False)],
        prevent_initial_call=True,
    )(update)
    app.callback(
        Output(Ids.SHARED, "children"),
        Input(Ids.SHARE, "n_clicks"),
        State(Ids.SHARE_WITH, "value"),
        State(Ids.ROOT, "data"),
        prevent_initial_call=True,
    )(share)


def follow_formats(_ticks: int | None, clicks: list[int | None], root: str) -> tuple[Any, Any]:
    """Show what there is in each format; first ask for the one whose button was pressed."""
    is_asked = isinstance(callback_context.triggered_id, dict) and any(clicks)
    asking = caller("write" if is_asked else "read")
    with open_db() as db:
        subsets.find_subset(db, root, viewer=asking.viewer)
        if is_asked:
            export_requests.ask_export(db, settings(), root, format=clicked(), by=asking.user.name)
        found = export_requests.list_exports(db, settings(), root)
    return formats_part(root, found), not any(map(is_under_way, found))


def compare(other: str | None, root: str) -> Component | None:
    """Show what makes this subset to another one, or to what its recipe comes to now."""
    if not other:
        return None
    viewer = caller("read").viewer
    with open_db() as db:
        lock = subsets.find_lock(db, root, viewer=viewer)
        after = None if other == NOW else subsets.find_lock(db, other, viewer=viewer)
    # A view of the catalogue begins with its transaction.
    with open_db() as db:
        if after is None:
            return changes_part(subset_changes.diff_now(db, lock, settings=settings()))
        return changes_part(subset_changes.diff(db, lock, after, settings=settings()))


def update(clicks: int | None, root: str) -> Any:
    """Resolve the recipe again and keep what it comes to."""
    if not clicks:
        return no_update
    asking = caller("write")
    with open_db() as db:
        lock = subsets.find_lock(db, root, viewer=asking.viewer)
    with open_db() as db:
        updated = subset_changes.update(db, lock, settings=settings(), by=asking.user.name)
    return updated_part(updated, before=root)


def share(clicks: int | None, user: str | None, root: str) -> Any:
    """Let another user see the subset."""
    if not clicks:
        return no_update
    name = (user or "").strip()
    with open_db() as db:
        kept = subsets.share(db, root, user=name, viewer=caller("write").viewer)
    notify("Shared", f"{name} sees '{kept.name}' now.")
    return f"{name} sees it now."
