"""Room: what the lake and the objects take, and what is left."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.ops.ids import Ids
from dashboard.parts import bytes_text, count_text, section, stat
from dashboard.tables import table
from hub.services.storage import Room, Storage


def room_tab() -> list[Component]:
    """Return the place of what is measured once the page is there."""
    waiting = dmc.Stack([dmc.Skeleton(height=90), dmc.Skeleton(height=240)])
    return [html.Div(waiting, id=Ids.ROOM, **{"aria-live": "polite"})]


def room(storage: Storage) -> list[Component]:
    """Return what was measured."""
    taken = sum(one.bytes for one in (*storage.lake, *storage.objects))
    used = 100 * (1 - storage.free_bytes / storage.total_bytes)
    return [
        dmc.SimpleGrid(
            [
                stat("The hub takes", bytes_text(taken)),
                stat(
                    "Free on its disk",
                    bytes_text(storage.free_bytes),
                    note=f"of {bytes_text(storage.total_bytes)}; {used:.0f}% is taken",
                ),
            ],
            cols={"base": 1, "xs": 2},
        ),
        section("Lake", _rooms("Tables of the lake", storage.lake), _note()),
        section("Objects", _rooms("Folders of the objects", storage.objects)),
    ]


def _note() -> Component:
    said = "The newest version of each table. Old versions come on top, until a vacuum."
    return dmc.Text(said, size="sm", c="dimmed", mt="xs")


def _rooms(name: str, rooms: list[Room]) -> Component:
    if not rooms:
        return dmc.Text("Nothing yet: no job has written the lake.")
    rows = [
        (one.name, _least(one) + count_text(one.files), _least(one) + bytes_text(one.bytes))
        for one in rooms
    ]
    return table(name, ("What", "Files", "Bytes"), rows)


def _least(one: Room) -> str:
    return "more than " if one.is_partial else ""
