"""What a pick comes to, as it is shown: counts, pictures, how they fall out, the same elsewhere."""

from collections.abc import Iterable, Mapping
from itertools import islice

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.charts import bar_list
from dashboard.pages.pick.controls import PROPERTY_WORDS
from dashboard.parts import (
    bytes_text,
    count_text,
    empty,
    icon,
    link_button,
    picture_card,
    picture_grid,
    section,
    stat,
)
from hub.rules.licences import PROPERTIES, find_conflict, properties_of
from hub.rules.recipe_snippets import as_command, as_python, as_request
from hub.rules.recipes import Recipe
from hub.services.fast_counts import Counted
from hub.services.pick_views import Look

_MOST_LABELS = 40
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_PLACEHOLDER = "my-pictures"


def count_cards(counted: Counted) -> Component:
    """Return how many pictures and bytes a recipe comes to."""
    return dmc.SimpleGrid(
        [
            stat("Pictures", count_text(counted.images)),
            stat("Download", bytes_text(counted.bytes)),
        ],
        cols=2,
        spacing="sm",
    )


def nothing_yet() -> Component:
    """Return what stands there before a label is chosen."""
    return empty("Choose a label, and see at once what there is.")


def nothing(why: str) -> Component:
    """Return why a recipe comes to nothing."""
    return dmc.Alert(why, title="Nothing answers to this", color="yellow", icon=icon("warning"))


def wrong(why: str) -> Component:
    """Return what is wrong with a recipe."""
    return dmc.Alert(why, title="This cannot be picked", color="red", icon=icon("warning"))


def label_bars(per_label: Mapping[str, int]) -> Component:
    """Return the pictures of each picked label, the largest first."""
    largest = _largest_first(per_label)
    shown = bar_list(
        dict(islice(largest.items(), _MOST_LABELS)),
        title="Pictures of each label",
        with_shares=False,
    )
    if len(largest) > _MOST_LABELS:
        more = f"and {len(largest) - _MOST_LABELS:,} labels more, each with fewer"
        return dmc.Stack([shown, dmc.Text(more, size="sm", c="dimmed")], gap=4)
    return shown


def look_of(look: Look, *, is_mixed: bool) -> list[Component]:
    """Return some pictures, and how all fall into splits, licences and sizes."""
    if not look.pictures:
        return []
    said = "The newest" if look.is_newest else "A sample, the same one for the same recipe"
    cards = [
        picture_card(one.image_id, alt=", ".join(one.labels), caption=", ".join(one.labels))
        for one in look.pictures
    ]
    return [
        section(
            "Some of them",
            dmc.Text(f"{said}.", size="sm", c="dimmed", mb="xs"),
            picture_grid(cards),
        ),
        section(
            "How they fall out",
            dmc.SimpleGrid(
                [
                    bar_list(look.splits, title="Splits"),
                    bar_list(_largest_first(look.licences), title="Licences"),
                    bar_list({size_text(n): m for n, m in look.sizes.items()}, title="Sizes"),
                ],
                cols={"base": 1, "sm": 2},
                spacing="xl",
            ),
        ),
        section("What the licences say", terms_of(look.licences, is_mixed=is_mixed)),
    ]


def _largest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def size_text(power: int) -> str:
    """Return the sizes from 2 to that power up to twice as many bytes."""
    unit, rest = divmod(power, 10)
    return f"{1 << rest:,} to {2 << rest:,} {_UNITS[unit]}"


def terms_of(licences: Iterable[str], *, is_mixed: bool) -> Component:
    """Return what may be done with pictures of these licences together, and what must be."""
    licences = sorted(licences)
    known = [properties_of(one) for one in licences]
    has = {name: [one is not None and name in one for one in known] for name in PROPERTIES}
    lines = [
        _term(PROPERTY_WORDS["commercial"], all(has["commercial"])),
        _term(PROPERTY_WORDS["changes"], all(has["changes"])),
    ]
    lines += [
        html.Li(f"For some or all of them, {PROPERTY_WORDS[name]}.")
        for name in ("attribution", "share-alike")
        if any(has[name])
    ]
    if None in known:
        lines.append(html.Li("Of some the licence is unknown: nobody can say what is allowed."))
    parts: list[Component] = [html.Ul(lines, className="pick-terms")]
    if conflict := find_conflict(licences):
        parts.append(_conflict(conflict, is_mixed=is_mixed))
    return dmc.Stack(parts, gap="sm")


def _term(words: str, is_so: bool) -> Component:
    return html.Li(f"For all of them, {words}." if is_so else f"Not for all of them, {words}.")


def _conflict(conflict: tuple[str, str], *, is_mixed: bool) -> Component:
    one, other = conflict
    remedy = (
        "You asked for them all the same."
        if is_mixed
        else "They can be kept once you choose licences, leave out share-alike, or ask for licences"
        " that do not go together, under More filters."
    )
    return dmc.Alert(
        f"Pictures under {one} and under {other} cannot go into one work together. {remedy}",
        title="Licences that do not go together",
        color="yellow",
        icon=icon("warning"),
    )


def elsewhere(recipe: Recipe, *, name: str | None, url: str) -> Component:
    """Return the same recipe to copy: as a command, a request and Python."""
    name = name or _PLACEHOLDER
    texts = {
        "Command": as_command(recipe, name=name),
        "REST": as_request(recipe, name=name, url=url),
        "Python": as_python(recipe, name=name, url=url),
    }
    tabs = [dmc.TabsTab(title, value=title) for title in texts]
    panels = [
        dmc.TabsPanel(to_copy(text, what=title), value=title) for title, text in texts.items()
    ]
    return section("The same elsewhere", dmc.Tabs([dmc.TabsList(tabs), *panels], value="Command"))


def to_copy(text: str, *, what: str) -> Component:
    """Return text to copy, with a button that does."""
    copy = dmc.CopyButton(
        "Copy",
        value=text,
        copiedChildren="Copied",
        size="compact-sm",
        variant="default",
        className="copy",
        **{"aria-label": f"Copy: {what}"},
    )
    # Keyboards scroll it, too.
    code = html.Pre(text, tabIndex=0, **{"aria-label": what}, className="code")
    return html.Div([code, copy], className="to-copy")


def kept(name: str, root: str, *, images: int, is_new: bool) -> Component:
    """Return that a subset is kept, and where."""
    was = "is kept" if is_new else "was kept already"
    return dmc.Alert(
        dmc.Stack(
            [
                dmc.Text(f"'{name}' {was}: {images:,} pictures, the same ones at any time."),
                dmc.Group([link_button("Open the subset", f"/subsets/{root}")]),
            ],
            gap="sm",
        ),
        color="teal",
    )
