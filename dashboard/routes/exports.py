"""/api/v1/subsets/{root}/exports: a subset in another tool's format, made when it is asked for."""

from flask import Response, request

from dashboard.answers import Exports, told
from dashboard.asked import ExportAsked, ExportPath, RootPath
from dashboard.problems import problem
from dashboard.routes.api import TOKEN, blueprint, ranged
from dashboard.site import caller, open_db, settings
from dashboard.spans import answer
from hub.services import export_requests, subsets
from hub.services.export_archives import check_format, find_made

api = blueprint("exports", "A subset in the format of another tool, as a zip.")

_HEADERS = {"Cache-Control": "private, no-cache"}
_ZIP = "application/zip"


@api.get("/subsets/<root>/exports", responses={200: Exports}, security=TOKEN)
def list_exports(path: RootPath) -> Response:
    """Show the formats, and what there is of the subset in each."""
    viewer = caller("read").viewer
    with open_db() as db:
        subsets.find_subset(db, path.root, viewer=viewer)
        found = export_requests.list_exports(db, settings(), path.root)
    return told(Exports, {"exports": found})


@api.post("/subsets/<root>/exports", responses={202: Exports}, security=TOKEN)
def ask_export(path: RootPath, body: ExportAsked) -> Response:
    """Have the zip of a format made, unless it is there; a job does it."""
    asking = caller("write")
    with open_db() as db:
        subsets.find_subset(db, path.root, viewer=asking.viewer)
        export_requests.ask_export(
            db, settings(), path.root, format=body.format, by=asking.user.name
        )
        found = export_requests.list_exports(db, settings(), path.root)
    return told(Exports, {"exports": found}, status=202)


@api.get(
    "/subsets/<root>/exports/<format>.zip",
    responses=ranged("A stored zip of what `hub export` writes.", _ZIP),
    security=TOKEN,
)
def get_export(path: ExportPath) -> Response:
    """Download a subset in a format, once its zip was made."""
    viewer = caller("read").viewer
    with open_db() as db:
        subsets.find_subset(db, path.root, viewer=viewer)
    check_format(path.format)
    made = find_made(settings(), path.root, path.format)
    if made is None:
        return problem(
            404,
            f"This subset is not there as {path.format} yet: ask for it by POST"
            f' /api/v1/subsets/{path.root}/exports with {{"format": "{path.format}"}}, and GET'
            " the same path until its status is `ready`.",
        )
    name = f'attachment; filename="{path.root[:12]}-{path.format}.zip"'
    headers = {**_HEADERS, "Content-Disposition": name}
    return answer(request, made, mimetype=_ZIP, headers=headers)
