"""Who is invited, and what was decided of users."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.pages.users.ids import Ids
from dashboard.parts import date_text, empty
from dashboard.tables import moment, table
from hub.catalogue.decisions import Decision
from hub.catalogue.invitations import Invitation
from hub.rules.roles import role_text


def invitation_table(invited: Sequence[Invitation]) -> Component:
    """Return the invitations that somebody may still use."""
    if not invited:
        return empty("Nobody is invited at the moment.")
    head = ("Role", "Address", "By", "Good until", "")
    cells = [
        (
            role_text(one.role),
            one.email or "nobody's: by its link",
            one.created_by,
            date_text(one.expires_at),
            _take_back(one),
        )
        for one in invited
    ]
    return table("Invitations", head, cells)


def decision_table(decided: Sequence[Decision]) -> Component:
    """Return who decided what of which user or invitation, the newest first."""
    if not decided:
        return empty("Nothing was decided yet.")
    cells = [(moment(one.decided_at), one.decided_by, _what(one), one.subject) for one in decided]
    return table("Decisions", ("When", "Who", "What", "Of"), cells)


def _what(one: Decision) -> str:
    detail = {name: value for name, value in one.detail.items() if value is not None}
    if one.action == "role":
        before, after = (role_text(str(detail.get(name))) for name in ("before", "role"))
        return f"role: {before} to {after}"
    said = ", ".join(str(value) for value in detail.values())
    action = one.action.replace("_", " ")
    return f"{action}: {said}" if said else action


def _take_back(one: Invitation) -> Component:
    whose = one.email or role_text(one.role)
    return dmc.Button(
        "Take back",
        id={"type": Ids.TAKE_BACK, "index": one.invitation_id},
        variant="default",
        size="compact-sm",
        **{"aria-label": f"Take back the invitation of {whose}"},
    )
