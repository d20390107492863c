"""What the page to pick pictures does."""

from typing import Any
from urllib.parse import parse_qsl

from dash import ClientsideFunction, Dash, Input, Output, State, callback_context, no_update
from dash.development.base_component import Component
from flask import request

from dashboard.notices import notify
from dashboard.pages.pick import results
from dashboard.pages.pick.controls import property_of, read_controls
from dashboard.pages.pick.ids import KEYS, SIDES, Ids, control
from dashboard.site import caller, open_db, settings
from hub.errors import HubError, SubsetError
from hub.rules.recipe_addresses import query_of, values_of
from hub.rules.recipes import Recipe, make_recipe
from hub.services import pick_views, picks, subsets

_WHERE = "The pick"


def callbacks(app: Dash) -> None:
    """Register them."""
    app.callback(
        Output(Ids.SEARCH, "data"),
        Output(Ids.QUERY, "data"),
        Output(Ids.COUNT, "children"),
        Output(Ids.PER_LABEL, "children"),
        Output(Ids.KEEPING, "hidden"),
        inputs={
            "said": [Input(control(key), property_of(key)) for key in KEYS],
            "sides": [Input(side, "value") for side in SIDES],
        },
    )(count)
    app.clientside_callback(
        ClientsideFunction("shell", "push_search"),
        Output(Ids.PUSHED, "children"),
        Input(Ids.SEARCH, "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(Ids.LOOK, "children"),
        Input(Ids.QUERY, "data"),
        running=[(Output(Ids.LOOKING, "visible"), True, False)],
    )(look)
    app.callback(
        Output(Ids.SNIPPETS, "children"),
        Input(Ids.QUERY, "data"),
        # Not at every key of the name.
        Input(Ids.NAME, "n_blur"),
        State(Ids.NAME, "value"),
    )(show_snippets)
    app.callback(
        Output(Ids.KEPT, "children"),
        Input(Ids.KEEP, "n_clicks"),
        State(Ids.QUERY, "data"),
        State(Ids.NAME, "value"),
        State(Ids.NOTE, "value"),
        running=[(Output(Ids.KEEP, "loading"), True, False)],
        prevent_initial_call=True,
    )(keep)


def count(said: list[Any], sides: list[Any]) -> tuple[Any, ...]:
    """Read the controls: put the recipe into the address, and count it."""
    values = read_controls(said, sides)
    query = query_of(values)
    # The first call tells what the address says already.
    search = f"?{query}" if callback_context.triggered_id else no_update
    if not (values.get("labels") or values.get("all_of")):
        return search, None, results.nothing_yet(), None, True
    try:
        recipe = make_recipe(values, where=_WHERE)
        with open_db() as db:
            counted = picks.count(db, recipe, least_suppliers=settings().map_suppliers)
            why = "" if counted.images else subsets.explain_none(db, recipe)
    except HubError as error:
        return search, None, results.wrong(str(error)), None, True
    if why:
        return search, None, results.nothing(why), None, True
    bars = results.label_bars(counted.per_label)
    return search, query, results.count_cards(counted), bars, False


def look(query: str | None) -> list[Component]:
    """Show some pictures, and how all of them fall out."""
    if not query:
        return []
    recipe = _recipe_of(query)
    with open_db() as db:
        found = pick_views.look(db, recipe, least_suppliers=settings().map_suppliers)
    return results.look_of(found, is_mixed=recipe.mixed_licences)


def show_snippets(query: str | None, _left: int | None, name: str | None) -> Component | None:
    """Show the same recipe as a command, a request and Python."""
    if not query:
        return None
    url = request.host_url.rstrip("/")
    return results.elsewhere(_recipe_of(query), name=name, url=url)


def keep(clicks: int | None, query: str | None, name: str | None, note: str | None) -> Any:
    """Keep the pictures as a subset. Raises SubsetError without a name."""
    if not clicks or not query:
        return no_update
    name = (name or "").strip()
    if not name:
        raise SubsetError("Give the subset a name first.")
    by = caller("write").user.name
    with open_db() as db:
        made = subsets.create(
            db,
            name,
            recipe=_recipe_of(query),
            settings=settings(),
            by=by,
            note=(note or "").strip(),
        )
    notify("Kept", f"'{name}' is among your subsets.")
    return results.kept(name, made.lock.root, images=made.lock.images, is_new=made.is_new)


def _recipe_of(query: str) -> Recipe:
    return make_recipe(values_of(dict(parse_qsl(query))), where=_WHERE)
