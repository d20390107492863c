"""How the labels are laid out."""

from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import label_cards, parts
from dashboard.pages.labels.ids import Ids
from dashboard.site import open_db, settings
from hub.services import label_pages
from hub.services.label_pages import FILTERS, SORTS, LabelCards

PAGE_SIZE = 30
_SORT = next(iter(SORTS))
_LEAD = (
    "What the hub has pictures of. A label counts its own pictures and those of all narrower ones."
)


def layout(
    search: str = "", sort: str = _SORT, show: str = "pictures", page: str = "1", **_others: str
) -> Component:
    chosen = [name for name in show.split(",") if name in FILTERS]
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    found = find(search, sort, chosen, number)
    return html.Div(
        [
            parts.page_head("Labels", _LEAD),
            _controls(search[:200], sort if sort in SORTS else _SORT, chosen),
            html.Div(results(found), id=Ids.RESULTS, **{"aria-live": "polite"}),
            dmc.Group(
                dmc.Pagination(
                    id=Ids.PAGES,
                    total=pages_of(found),
                    value=number,
                    # Its arrows have no names to be read out.
                    withControls=False,
                ),
                justify="center",
                mt="lg",
            ),
            dcc.Store(id=Ids.ADDRESS),
            html.Div(id=Ids.PUSHED, hidden=True),
        ]
    )


def find(search: str, sort: str, chosen: list[str], page: int) -> LabelCards:
    """Ask for a page of labels."""
    with open_db() as db:
        return label_pages.list_cards(
            db,
            evidence=settings().trainable_evidence,
            least=settings().trainable_minimum,
            search=search[:200],
            sort=sort,
            filters=chosen,
            page=page,
            most=PAGE_SIZE,
        )


def results(found: LabelCards) -> Component:
    if not found.cards:
        return parts.empty(
            "No label is like that.", parts.link_button("Show all labels", "/labels?show=all")
        )
    words = "1 label" if found.found == 1 else f"{parts.count_text(found.found)} labels"
    return html.Div(
        [dmc.Text(words, size="sm", c="dimmed", mb="xs"), label_cards.label_cards(found.cards)]
    )


def pages_of(found: LabelCards) -> int:
    return max(1, -(-found.found // PAGE_SIZE))


def address(search: str, sort: str, chosen: list[str], page: int) -> str:
    """Return the query that shows the same again."""
    said = {
        "search": search,
        "sort": sort if sort != _SORT else "",
        "page": str(page) if page > 1 else "",
    }
    kept = {name: text for name, text in said.items() if text}
    if chosen != ["pictures"]:
        kept["show"] = ",".join(chosen) or "all"
    return f"?{urlencode(kept)}" if kept else ""


def _controls(search: str, sort: str, chosen: list[str]) -> Component:
    return dmc.Group(
        [
            dmc.TextInput(
                id=Ids.SEARCH,
                label="Search",
                placeholder="Part of a name",
                value=search,
                debounce=300,
                leftSection=parts.icon("search"),
                className="grow",
            ),
            dmc.Select(
                id=Ids.SORT,
                label="Sort by",
                data=[{"value": key, "label": words} for key, words in SORTS.items()],
                value=sort,
                allowDeselect=False,
                w=180,
            ),
            dmc.ChipGroup(
                dmc.Group(
                    [dmc.Chip(words, value=key, size="sm") for key, words in FILTERS.items()],
                    gap="xs",
                ),
                id=Ids.FILTERS,
                multiple=True,
                value=chosen,
            ),
        ],
        align="flex-end",
        mb="lg",
    )
