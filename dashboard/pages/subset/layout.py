"""The page of one subset: what it is, its downloads, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.subset.downloads import archive_part, formats_part
from dashboard.pages.subset.ids import Ids
from dashboard.pages.subsets.layout import table
from dashboard.parts import bytes_text, count_text, link_button, page_head, section, stat, time_text
from dashboard.site import caller, open_db, settings
from hub.catalogue.subsets import SubsetKept, SubsetShown
from hub.rules.locks import parse_lock
from hub.rules.recipe_addresses import query_of
from hub.rules.recipe_options import OPTIONS
from hub.rules.recipes import Recipe, recipe_values
from hub.services import export_requests, subsets
from hub.services.archives import open_archive
from hub.services.export_requests import ExportShown

NOW = "now"
_MOST_HISTORY = 50


@dataclass(frozen=True)
class Shown:
    """What the page tells."""

    kept: SubsetKept
    recipe: Recipe
    history: Sequence[SubsetShown]
    other_names: Sequence[str]
    """Under which the same pictures are kept, too."""
    archive_bytes: int
    exports: Sequence[ExportShown]
    is_mine: bool


def layout(root: str, **_others: str) -> Component:
    """Lay the page out. Raises NotFound, also for what the caller may not see."""
    asking = caller("read")
    with open_db() as db:
        kept = subsets.find_subset(db, root, viewer=asking.viewer)
        history = subsets.list_subsets(db, viewer=asking.viewer, name=kept.name, most=_MOST_HISTORY)
        same = subsets.list_subsets(db, viewer=asking.viewer, root=kept.root, most=_MOST_HISTORY)
        exports = export_requests.list_exports(db, settings(), kept.root)
    lock = parse_lock(kept.lock_toml, where=kept.name)
    archive = open_archive(settings(), kept.root, lock=lock)
    is_mine = asking.viewer is None or kept.created_by == asking.user.name
    names = dict.fromkeys(one.name for one in same if one.name != kept.name)
    return page(Shown(kept, lock.recipe, history, [*names], archive.size_bytes, exports, is_mine))


def page(shown: Shown) -> Component:
    """Return the page."""
    kept = shown.kept
    query = query_of(recipe_values(shown.recipe))
    made = f"Made {time_text(kept.created_at)} by {kept.created_by}."
    return html.Div(
        [
            dcc.Store(id=Ids.ROOT, data=kept.root),
            dcc.Interval(
                id=Ids.TICK, interval=2000, disabled=not any(map(is_under_way, shown.exports))
            ),
            page_head(
                kept.name,
                f"{made} {kept.note} {_also(shown.other_names)}",
                link_button("Open as a pick", f"/pick?{query}", is_quiet=True),
            ),
            dmc.SimpleGrid(
                [
                    stat("Pictures", count_text(kept.images)),
                    stat("Their bytes", bytes_text(kept.bytes)),
                    stat("Archive", bytes_text(shown.archive_bytes)),
                ],
                cols={"base": 1, "xs": 3},
            ),
            section("Recipe", recipe_words(shown.recipe)),
            archive_part(kept.root, kept.name, size_bytes=shown.archive_bytes),
            section(
                "In another format",
                dmc.Text(
                    "Made once, when somebody asks; then there for all who have the same pictures.",
                    size="sm",
                    c="dimmed",
                    mb="xs",
                ),
                html.Div(formats_part(kept.root, shown.exports), id=Ids.FORMATS),
            ),
            _changes(shown),
            section("History of this name", table(shown.history, with_maker=True)),
            _sharing() if shown.is_mine else None,
        ]
    )


def _also(names: Sequence[str]) -> str:
    quoted = ", ".join(f"'{name}'" for name in names)
    return f"The same pictures are kept as {quoted}, too." if names else ""


def is_under_way(one: ExportShown) -> bool:
    """Tell whether a zip is being made, or waits for that."""
    return one.status in ("queued", "running")


def recipe_words(recipe: Recipe) -> Component:
    """Return a recipe key by key."""
    rows = [
        html.Tr([html.Th(_key_words(key), scope="row"), html.Td(_value_words(value))])
        for key, value in recipe_values(recipe).items()
        if value not in (False, [])
    ]
    return html.Table(html.Tbody(rows), className="recipe")


def _key_words(key: str) -> str:
    return OPTIONS[key].removeprefix("--").replace("-", " ").capitalize()


def _value_words(value: Any) -> str:
    if value is True:
        return "yes"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _changes(shown: Shown) -> Component:
    others = [
        {"value": one.root, "label": f"{one.name}, {time_text(one.created_at)}"}
        for one in {one.root: one for one in reversed(shown.history)}.values()
        if one.root != shown.kept.root
    ]
    choices = [{"value": NOW, "label": "What the recipe comes to now"}, *reversed(others)]
    comparing = dmc.LoadingOverlay(id=Ids.COMPARING, visible=False, zIndex=5)
    return section(
        "What changed",
        dmc.Group(
            [
                dmc.Select(
                    id=Ids.OTHER,
                    label="From this one to",
                    data=choices,
                    placeholder="Choose",
                    w=320,
                    maw="100%",
                ),
                dmc.Button("Bring up to date", id=Ids.UPDATE, variant="default"),
            ],
            align="flex-end",
        ),
        html.Div(
            [html.Div(id=Ids.CHANGES, **{"aria-live": "polite"}), comparing],
            className="subset-changes",
        ),
        html.Div(id=Ids.UPDATED, **{"aria-live": "polite"}),
    )


def _sharing() -> Component:
    return section(
        "Share it",
        dmc.Group(
            [
                dmc.TextInput(
                    id=Ids.SHARE_WITH,
                    label="Name of a user",
                    description="They see it, and may download it.",
                ),
                dmc.Button("Share", id=Ids.SHARE, variant="default"),
            ],
            align="flex-end",
        ),
        html.Div(id=Ids.SHARED, **{"aria-live": "polite"}),
    )
