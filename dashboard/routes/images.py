"""/api/v1/images: one published picture, its bytes and what is known of it."""

from flask import Response, request

from dashboard.answers import ImageAbout, told
from dashboard.asked import ImagePath
from dashboard.routes.api import TOKEN, blueprint, ranged
from dashboard.site import caller, open_db, settings
from dashboard.spans import Later, answer
from hub.services import pictures

api = blueprint("images", "One published picture.")

_KINDS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_HEADERS = {"Cache-Control": "private, max-age=31536000, immutable"}


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
    return answer(request, content, mimetype=_KINDS[picture.format], headers=_HEADERS)


@api.get("/images/<image_id>/about", responses={200: ImageAbout}, security=TOKEN)
def get_image_about(path: ImagePath) -> Response:
    """Show what is known of a picture."""
    caller("read")
    with open_db() as db:
        picture = pictures.find_picture(db, path.image_id)
    return told(ImageAbout, picture)
