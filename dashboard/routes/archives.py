"""The bytes of a subset: its manifest, and its archive, counted as it is sent."""

import logging

from flask import Response, g, request

from dashboard.asked import LinkQuery, RootPath
from dashboard.downloads import plain_name
from dashboard.routes.api import TOKEN, blueprint, ranged
from dashboard.site import caller, open_db, settings, site
from dashboard.spans import OnSent, answer
from hub.errors import DatabaseUnavailable
from hub.rules.locks import parse_lock
from hub.services import links, subsets
from hub.services.access import check_may
from hub.services.archives import open_archive
from hub.services.downloads import add_sent
from hub.services.manifests import open_manifest

api = blueprint("archives", "The bytes of a subset, whole or in spans.")

_HEADERS = {"Cache-Control": "private, no-cache"}
_JSON_LINES, _ZIP = "application/jsonl", "application/zip"


@api.get(
    "/subsets/<root>/manifest",
    responses=ranged("Its pictures, one JSON document a line; sha256 is the root.", _JSON_LINES),
    security=TOKEN,
)
def get_manifest(path: RootPath) -> Response:
    """Get the manifest of a subset."""
    viewer = caller("read").viewer
    with open_db() as db:
        subsets.find_subset(db, path.root, viewer=viewer)
    manifest = open_manifest(settings(), path.root)
    return answer(request, manifest, mimetype=_JSON_LINES, headers=_HEADERS)


@api.get(
    "/subsets/<root>/archive.zip",
    responses=ranged("A stored zip: pictures, labels, attribution, lock.", _ZIP),
    security=[*TOKEN, {}],
)
def get_archive(path: RootPath, query: LinkQuery) -> Response:
    """Download a subset: with a token, or by a signed link without one."""
    with open_db() as db:
        asking = g.caller
        if query.link is not None:
            asking = links.follow_link(db, query.link, root=path.root, method=request.method)
        asking = check_may(asking, "read")
        kept = subsets.find_subset(db, path.root, viewer=asking.viewer)
    lock = parse_lock(kept.lock_toml, where=kept.name)
    archive = open_archive(settings(), path.root, lock=lock)
    return answer(
        request,
        archive,
        mimetype=_ZIP,
        headers={**_HEADERS, "Content-Disposition": _named(kept.name, path.root)},
        on_sent=_count(path.root, user_id=asking.user.user_id, size_bytes=archive.size_bytes),
    )


def _named(name: str, root: str) -> str:
    plain = plain_name(name, otherwise="subset")
    return f'attachment; filename="{plain}-{root[:12]}.zip"'


def _count(root: str, *, user_id: int, size_bytes: int) -> OnSent:
    """Return what adds sent bytes to the user's download, over a connection of a moment's own."""
    pool = site().pool

    def add(first: int, end: int) -> bool:
        try:
            with pool.open() as db:
                add_sent(db, root, user_id=user_id, size_bytes=size_bytes, first=first, end=end)
        except DatabaseUnavailable as error:
            # The download itself needs no catalogue.
            logging.getLogger("hub").warning("A download is not counted: %s", error)
            return False
        return True

    return add
