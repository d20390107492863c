"""What two subsets differ in, as it is shown."""

from collections import Counter
from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text, link_button, picture_card, picture_grid
from hub.services.subset_changes import Change, Updated

_MOST_SHOWN = 24


def changes_part(changes: Sequence[Change]) -> Component:
    """Return how many pictures came, went and changed and why, and some of them."""
    if not changes:
        return dmc.Text("No picture differs.")
    kinds = Counter((one.change, one.reason) for one in changes)
    rows = [
        html.Tr([html.Th(change, scope="row"), html.Td(count_text(count)), html.Td(reason)])
        for (change, reason), count in sorted(kinds.items())
    ]
    cards = [
        picture_card(
            one.image_id,
            alt=f"A picture that was {one.change}",
            caption=f"{one.change}: {one.reason}",
        )
        for one in changes[:_MOST_SHOWN]
    ]
    parts = [html.Table(html.Tbody(rows), className="recipe"), picture_grid(cards)]
    if len(changes) > _MOST_SHOWN:
        parts.append(dmc.Text(f"and {len(changes) - _MOST_SHOWN:,} pictures more", size="sm"))
    return dmc.Stack(parts, gap="sm")


def updated_part(updated: Updated, *, before: str) -> Component:
    """Return what bringing a subset up to date came to."""
    lock = updated.created.lock
    if lock.root == before:
        return dmc.Alert("It is up to date: the recipe comes to the same pictures.", color="teal")
    return dmc.Alert(
        dmc.Stack(
            [
                dmc.Text(
                    f"{lock.images:,} pictures are kept as the newest of '{lock.notes.name}'."
                ),
                dmc.Group([link_button("Open the new one", f"/subsets/{lock.root}")]),
                changes_part(updated.changes),
            ],
            gap="sm",
        ),
        color="teal",
    )
