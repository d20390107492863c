"""Who may see which page and call which callback: by the page's own `needs`, in one place."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from dashboard.pages.page import Page
from hub.errors import Forbidden, NotSignedIn
from hub.rules.roles import PERMISSIONS, may

SHELL = "shell"
"""Prefix of the ids that every page has around it: open to who may see any page."""


@dataclass(frozen=True)
class Found:
    """A page with what its address says."""

    page: Page
    variables: Mapping[str, str]


class Policy:
    """Finds the page of an address and of a callback."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = {page.name: page for page in pages}
        rules = [Rule(page.path, endpoint=page.name) for page in self._pages.values()]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False).bind("")

    def find(self, path: str) -> Found | None:
        """Return the page at a path, or None."""
        try:
            name, variables = self._map.match(path)
        except HTTPException:
            return None
        return Found(self._pages[name], variables)

    def needs_of(self, output: str) -> str:
        """Return what a callback needs, by its outputs as a browser sends them.

        Raises Forbidden for outputs that are of no page, or of several.
        """
        names = {self._owner(one) for one in _ids(output)}
        if len(names) != 1 or None in names:
            raise Forbidden("There is nothing of that name on this site.")
        (name,) = names
        return "browse" if name == SHELL else self._pages[str(name)].needs

    def _owner(self, component_id: str) -> str | None:
        """Return the page whose name an id begins with; of several, the longest."""
        names = [name for name in (*self._pages, SHELL) if component_id.startswith(f"{name}-")]
        return max(names, key=len, default=None)


def check(role: str | None, needs: str, *, is_open: bool) -> None:
    """Let pass who may do something; `is_open`: visitors may browse.

    Raises NotSignedIn, Forbidden.
    """
    if role is None and not (is_open and needs == "browse"):
        raise NotSignedIn("Sign in first: this hub does not show that to visitors.")
    if role is not None and not may(role, needs):
        roles = ", ".join(sorted(PERMISSIONS[needs])).replace("_", " ")
        raise Forbidden(f"This is for {roles}; ask the hub's ops for another role.")


# Of `id.property`, or of several as `..a.x...b.y..`; an id may be JSON, whose dots are escaped.
_PROPERTY = re.compile(r"\.(\w+)(?:@\w+)?$")


def _ids(output: str) -> list[str]:
    several = output[2:-2].split("...") if output.startswith("..") else [output]
    return [_name(_PROPERTY.sub("", one)) for one in several]


def _name(component_id: str) -> str:
    """Return the name of a component; of a pattern, its type."""
    if not component_id.startswith("{"):
        return component_id
    try:
        return str(json.loads(component_id)["type"])
    except (ValueError, KeyError, TypeError):
        return ""
