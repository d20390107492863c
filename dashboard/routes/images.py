"""/api/v1/images: one published picture, its bytes and what is known of it."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Response, request

from dashboard.answers import ImageAbout, told
from dashboard.asked import DuplicatePath, ImagePath, ThumbnailQuery
from dashboard.routes.api import TOKEN, Responses, blueprint, bytes_of, ranged
from dashboard.site import caller, is_open, open_db, settings
from dashboard.spans import Later, answer
from hub.services import lineage, pictures, thumbnails

api = blueprint("images", "One published picture.")

_KINDS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_OPEN = {"Cache-Control": "public, max-age=31536000, immutable"}
_OWN = {"Cache-Control": "private, max-age=300", "Vary": "Authorization, Cookie"}
"""Of what only those see who signed in: a browser that others use next soon asks again."""


@api.get(
    "/images/<image_id>",
    responses=ranged("The picture as it was published; its sha256 is its id.", *_KINDS.values()),
    security=TOKEN,
)
def get_image(path: ImagePath) -> Response:
    """Get the bytes of a picture."""
    caller("read")
    with open_db() as db:
        picture = pictures.find_picture(db, path.image_id)
    content = Later(
        picture.size_bytes,
        picture.image_id,
        lambda: pictures.read_picture(picture, lake_root=settings().lake_root),
    )
    return answer(request, content, mimetype=_KINDS[picture.format], headers=_OWN)


_SMALL: Responses = {
    "200": bytes_of("The picture made small, upright.", "image/jpeg"),
    "304": {"description": "As `If-None-Match` has it."},
}


@api.get("/images/<image_id>/thumbnail", responses=_SMALL)
def get_image_thumbnail(path: ImagePath, query: ThumbnailQuery) -> Response:
    """Get a small copy of a picture."""
    with open_db() as db:
        picture = thumbnails.find_stored(db, path.image_id)
    small = thumbnails.read_thumbnail(picture, side_px=query.side, settings=settings())
    headers = _OPEN if is_open() else _OWN
    return _small(small, f"{picture.image_id}-{query.side}", headers=headers)


@api.get("/duplicates/<file_id>/thumbnail", responses=_SMALL, security=TOKEN)
def get_duplicate_thumbnail(path: DuplicatePath, query: ThumbnailQuery) -> Response:
    """Get a small copy of a file that repeats a published picture."""
    caller("read")
    with open_db() as db:
        file = thumbnails.find_duplicate(db, path.file_id)
    small = thumbnails.read_duplicate(file, side_px=query.side, settings=settings())
    return _small(small, f"file-{file.file_id}-{query.side}", headers=_OWN)


def _small(content: bytes, tag: str, *, headers: Mapping[str, str]) -> Response:
    response = Response(content, headers=headers, mimetype="image/jpeg")
    # Weak: one made again need not be of the same bytes.
    response.set_etag(tag, weak=True)
    response.make_conditional(request)
    return response


@api.get("/images/<image_id>/about", responses={200: ImageAbout}, security=TOKEN)
def get_image_about(path: ImagePath) -> Response:
    """Show what is known of a picture."""
    user = caller("read").user
    least = settings().map_suppliers
    with open_db() as db:
        picture = pictures.tell_picture(db, path.image_id, least_suppliers=least)
        uses = lineage.of_image(db, path.image_id, user=user)
    return told(ImageAbout, {**asdict(picture), "uses": uses})
