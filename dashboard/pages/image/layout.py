"""How one picture is laid out."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component
from flask import g

from dashboard import parts
from dashboard.pages.image.evidence import labels_said
from dashboard.pages.image.ids import Ids
from dashboard.pages.image.likeness import duplicates, related
from dashboard.pages.image.uses import used_by
from dashboard.site import open_db, settings
from hub.catalogue.portraits import SeenBox
from hub.rules.reporting import MOST_NOTE
from hub.rules.roles import may
from hub.services import image_pages, lineage, reports, summaries
from hub.services.image_pages import ImageDetail


def layout(image_id: str, **_others: str) -> Component:
    detail, reported = find(image_id)
    with open_db() as db:
        uses = lineage.of_image(db, image_id, user=g.caller.user) if g.caller else []
    shows = [claim.name for claim in detail.claims if claim.value == "positive"]
    title = ", ".join(shows) or "A picture"
    return html.Div(
        [
            parts.page_head(title, None, *_actions(image_id, reported)),
            html.Div(
                [
                    _picture(detail, alt=f"Picture of {title}"),
                    html.Div(
                        [
                            html.Div(
                                labels_said(detail, reported, may_report=may_report()),
                                id=Ids.LABELS,
                            ),
                            _provenance(detail),
                        ]
                    ),
                ],
                className="image-halves",
            ),
            duplicates(detail) if detail.duplicates else None,
            related(detail) if detail.related else None,
            used_by(uses) if uses else None,
            dcc.Store(id=Ids.IMAGE, data=image_id),
            dcc.Store(id=Ids.ABOUT),
            _form(),
        ]
    )


def find(image_id: str) -> tuple[ImageDetail, list[str | None]]:
    """Return what may be told of a picture, and what its viewer has reported of it."""
    with open_db() as db:
        places = summaries.list_places(db, least_suppliers=settings().map_suppliers)
        detail = image_pages.show_image(db, image_id, places=places)
        reported = reports.list_reported(db, g.caller.user, image_id) if g.caller else []
    return detail, reported


def may_report() -> bool:
    return g.caller is not None and may(g.caller.user.role, "report")


def _actions(image_id: str, reported: list[str | None]) -> list[Component]:
    if not g.caller:
        return []
    report = dmc.Button(
        "Reported" if None in reported else "Report this picture",
        id={"type": Ids.REPORT, "index": ""},
        disabled=None in reported,
        variant="default",
    )
    return [report, parts.link_button("Full size", f"/api/v1/images/{image_id}", leaves=True)]


def _picture(detail: ImageDetail, *, alt: str) -> Component:
    one = detail.picture
    path = f"/api/v1/images/{one.image_id}"
    shown = html.Img(
        # Only who signed in may have the bytes as they were published.
        src=path if g.caller else f"{path}/thumbnail",
        alt=alt,
        width=one.width_px,
        height=one.height_px,
        className="image-full",
    )
    ratio = {
        "aspectRatio": f"{one.width_px} / {one.height_px}",
        # A frame wider than its picture would put the boxes elsewhere.
        "width": f"min(100%, {75 * one.width_px / one.height_px:.2f}vh)",
    }
    notice = "" if g.caller else "A small copy; sign in to see the picture in full. "
    boxed = f"{len(detail.boxes)} boxes." if len(detail.boxes) != 1 else "1 box."
    return html.Figure(
        [
            html.Div([shown, *map(_box, detail.boxes)], className="image-frame", style=ratio),
            html.Figcaption(f"{notice}{boxed if detail.boxes else ''}", className="image-notice"),
        ],
        className="image-figure",
    )


def _box(box: SeenBox) -> Component:
    style = {
        "left": f"{100 * box.x_min:.2f}%",
        "top": f"{100 * box.y_min:.2f}%",
        "width": f"{100 * (box.x_max - box.x_min):.2f}%",
        "height": f"{100 * (box.y_max - box.y_min):.2f}%",
    }
    name = f"{box.label} (several)" if box.is_group_of else box.label
    return html.Span(html.Span(name), className="image-box", style=style)


def _provenance(detail: ImageDetail) -> Component:
    one = detail.picture
    point = detail.point
    facts = {
        "Author": one.author or "not known",
        "Licence": one.licence,
        "Source": _source(one.source),
        "Taken": parts.time_text(one.taken_at) if one.taken_at else None,
        "Place": detail.place,
        "Near": f"{point[1]:.2f}, {point[0]:.2f} (moved by up to a kilometre)" if point else None,
        "File": f"{one.format.upper()}, {one.width_px:,} x {one.height_px:,} pixels,"
        f" {parts.bytes_text(one.size_bytes)}",
        "Split": one.split,
        "Submitted as": one.submitted_as,
        "Received": f"{parts.date_text(one.received_at)}, receipt {one.receipt_no}",
        "Published": f"{parts.date_text(one.published_at)}, batch {one.batch_no}",
        "Id": html.Code(one.image_id, className="image-id"),
    }
    rows = [
        html.Div([html.Dt(name), html.Dd(fact)], className="fact")
        for name, fact in facts.items()
        if fact
    ]
    return parts.section("Where it came from", html.Dl(rows, className="facts"))


def _source(source: str) -> Component | str | None:
    if source.startswith(("https://", "http://")):
        return html.A(source, href=source, target="_blank", className="source")
    return source or None


def _form() -> Component:
    return dmc.Modal(
        [
            dmc.Stack(
                [
                    dmc.RadioGroup(
                        [],
                        id=Ids.REASON,
                        label="What is wrong?",
                        size="sm",
                    ),
                    dmc.Textarea(
                        id=Ids.NOTE,
                        label="A note for who reviews it",
                        description=f"Nobody else sees it; {MOST_NOTE:,} characters at most.",
                        autosize=True,
                        minRows=2,
                    ),
                    dmc.Group(
                        [
                            dmc.Button("Cancel", id=Ids.CANCEL, variant="default"),
                            dmc.Button("Send", id=Ids.SEND),
                        ],
                        justify="flex-end",
                    ),
                ]
            )
        ],
        id=Ids.FORM,
        title="Report",
        closeButtonProps={"aria-label": "Close"},
        transitionProps={"duration": 0},
        opened=False,
        centered=True,
    )
