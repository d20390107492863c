"""What repeats a picture or is like it: both side by side, and why."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask import g

from dashboard import parts
from hub.catalogue.portraits import Duplicate, Related
from hub.rules.relations import in_words
from hub.services.image_pages import ImageDetail

_RELATIONS = {
    "bytes": "The very same file",
    "pixels": "Equal pixel by pixel",
    "near": "The same picture, changed a little",
    "mirrored": "Mirrored",
    "turned": "Turned",
    "cropped": "A part of it",
    "alike": "Alike, another picture",
    "burst": "Taken right before or after it",
}


def duplicates(detail: ImageDetail) -> Component:
    """Return the files that repeat a picture, each beside it with why."""
    rows = [_duplicate(detail, one) for one in detail.duplicates]
    return parts.section(
        "Files that repeat it",
        dmc.Text(
            "They were submitted later, and are not published again.",
            size="sm",
            c="dimmed",
            mb="sm",
        ),
        html.Div(rows, className="pairs"),
    )


def _duplicate(detail: ImageDetail, one: Duplicate) -> Component:
    why = in_words(one.relation, distance=one.distance, look_distance=one.look_distance)
    undone = " A person said since that they are two pictures." if one.is_undone else ""
    said = f"{why}; submitted as {one.label} on {parts.date_text(one.received_at)}.{undone}"
    other = (
        parts.thumbnail(detail.picture.image_id, alt="The same picture", side=100)
        if one.relation in ("bytes", "pixels")
        else _brought(one)
    )
    return _pair(detail, other, heading=_RELATIONS[one.relation], said=said)


def _brought(one: Duplicate) -> Component:
    """Return a file that is not published; only who signed in may see it."""
    if not g.caller:
        return html.Span("Sign in to see it", className="thumbnail pair-none")
    return html.Img(
        src=f"/api/v1/duplicates/{one.file_id}/thumbnail?side=100",
        alt=f"The file that was submitted as {one.label}",
        width=100,
        height=100,
        className="thumbnail",
    )


def related(detail: ImageDetail) -> Component:
    """Return the published pictures that are like one, each beside it with why."""
    return parts.section(
        "Pictures that are like it",
        html.Div([_relative(detail, one) for one in detail.related], className="pairs"),
    )


def _relative(detail: ImageDetail, one: Related) -> Component:
    why = in_words(one.relation, distance=one.distance, look_distance=one.look_distance)
    other = dmc.Anchor(
        parts.thumbnail(one.image_id, alt=f"{one.label}, like this picture", side=100),
        href=f"/images/{one.image_id}",
    )
    said = f"{why}; {one.label}, split {one.split}."
    return _pair(detail, other, heading=_RELATIONS[one.relation], said=said)


def _pair(detail: ImageDetail, other: Component, *, heading: str, said: str) -> Component:
    return dmc.Paper(
        [
            html.Div(
                [
                    parts.thumbnail(detail.picture.image_id, alt="This picture", side=100),
                    other,
                ],
                className="pair-pictures",
            ),
            html.Div([dmc.Text(heading, fw=600, size="sm"), dmc.Text(said, size="sm")]),
        ],
        withBorder=True,
        p="sm",
        className="pair",
    )
