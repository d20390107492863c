"""/api/v1/subsets: make, list, show and share them."""

from flask import Response, request
from flask.helpers import url_for

from dashboard.answers import Link, Subset, SubsetMade, SubsetPage, told
from dashboard.asked import LinkAsked, RootPath, ShareAsked, SubsetAsked, SubsetQuery, recipe_of
from dashboard.routes.api import TOKEN, blueprint, bytes_of
from dashboard.site import caller, open_db, settings
from hub.rules.locks import lock_text, parse_lock
from hub.rules.recipes import recipe_values
from hub.services import links, subsets

api = blueprint("subsets", "Exact, immutable choices of pictures.")


@api.get("/subsets", responses={200: SubsetPage}, security=TOKEN)
def list_subsets(query: SubsetQuery) -> Response:
    """List your subsets and those shared with you, the newest first."""
    viewer = caller("read").viewer
    with open_db() as db:
        found = subsets.list_subsets(
            db, viewer=viewer, name=query.name, before=query.after, most=query.limit
        )
    following = found[-1].subset_id if len(found) == query.limit else None
    return told(SubsetPage, {"subsets": found, "next": following})


@api.post("/subsets", responses={201: SubsetMade, 200: SubsetMade}, security=TOKEN)
def create_subset(body: SubsetAsked) -> Response:
    """Lock the pictures of a recipe; 200 where the same lock is there already."""
    by = caller("write").user.name
    with open_db() as db:
        made = subsets.create(
            db,
            body.name,
            recipe=recipe_of(body.recipe),
            settings=settings(),
            by=by,
            note=body.note,
        )
    lock = made.lock
    document = {
        "root": lock.root,
        "name": lock.notes.name,
        "images": lock.images,
        "bytes": lock.bytes,
        "recipe": recipe_values(lock.recipe),
        "per_label": made.per_label,
        "is_new": made.is_new,
    }
    status = 201 if made.is_new else 200
    location = url_for("subsets.get_subset", root=lock.root)
    return told(SubsetMade, document, status=status, location=location)


@api.get("/subsets/<root>", responses={200: Subset}, security=TOKEN)
def get_subset(path: RootPath) -> Response:
    """Show the newest subset of a root that you may see."""
    viewer = caller("read").viewer
    with open_db() as db:
        kept = subsets.find_subset(db, path.root, viewer=viewer)
    recipe = parse_lock(kept.lock_toml, where=kept.name).recipe
    return told(Subset, {**vars(kept), "recipe": recipe_values(recipe)})


_TOML = "application/toml"


@api.get(
    "/subsets/<root>/lock",
    responses={"200": bytes_of("The lock, as `hub subset create` writes it.", _TOML)},
    security=TOKEN,
)
def get_lock(path: RootPath) -> Response:
    """Get the lock file of a subset."""
    viewer = caller("read").viewer
    with open_db() as db:
        lock = subsets.find_lock(db, path.root, viewer=viewer)
    return Response(lock_text(lock), content_type=_TOML)


@api.post(
    "/subsets/<root>/shares",
    responses={"204": {"description": "They see it now, and may download it."}},
    security=TOKEN,
)
def share_subset(path: RootPath, body: ShareAsked) -> Response:
    """Let another user see and download a subset of yours."""
    viewer = caller("write").viewer
    with open_db() as db:
        subsets.share(db, path.root, user=body.user, viewer=viewer)
    return Response(status=204)


@api.post("/subsets/<root>/links", responses={201: Link}, security=TOKEN)
def create_link(path: RootPath, body: LinkAsked) -> Response:
    """Sign a link to the archive: good without a token, until it expires, for what you may see."""
    asking = caller("read")
    with open_db() as db:
        subsets.find_subset(db, path.root, viewer=asking.viewer)
        link = links.make_link(db, asking, path.root, seconds=body.expires_in_s)
    at = url_for("archives.get_archive", root=path.root, link=link.text)
    url = f"{request.host_url.rstrip('/')}{at}"
    return told(Link, {"url": url, "expires_at": link.expires_at}, status=201)
