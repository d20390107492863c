"""/api/v1/uploads: bring files one by one, hear what would become of them, submit them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

from flask import Response, request
from flask.helpers import url_for
from werkzeug.exceptions import ClientDisconnected, LengthRequired

from dashboard.answers import told
from dashboard.routes.api import TOKEN, Responses, blueprint
from dashboard.site import caller, open_db, settings
from dashboard.uploading import (
    Receipt,
    SubmissionAsked,
    UploadFile,
    UploadFileQuery,
    UploadMade,
    UploadPath,
    Verdicts,
)
from hub.services import upload_checks, upload_submissions, uploads
from hub.services.upload_submissions import Said

api = blueprint("uploads", "Files that you bring, one by one, and then submit together.")

_CHUNK_BYTES = 1024**2
_GONE: Responses = {"204": {"description": "It is not there any more."}}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@api.post("/uploads", responses={201: UploadMade}, security=TOKEN)
def create_upload() -> Response:
    """Begin an upload; one that is not submitted is gone after a day."""
    user = caller("write").user
    with open_db() as db:
        made = uploads.begin(db, user)
    return told(UploadMade, made, status=201)


@api.delete("/uploads/<upload_id>", responses=_GONE, security=TOKEN)
def remove_upload(path: UploadPath) -> Response:
    """Forget an upload that was not submitted, with its files."""
    user = caller("write").user
    with open_db() as db:
        uploads.discard(db, path.upload_id, user=user)
    return Response(status=204)


@api.put(
    "/uploads/<upload_id>/files",
    responses={200: UploadFile},
    security=TOKEN,
    openapi_extensions=_FILE,
)
def put_file(path: UploadPath, query: UploadFileQuery) -> Response:
    """Bring one file: the body is its bytes. The same path again replaces it."""
    user = caller("write").user
    # Of this route alone: every other body is JSON.
    request.max_content_length = settings().max_file_bytes
    size_bytes = request.content_length
    if size_bytes is None:
        raise LengthRequired("Send the file with a Content-Length.")
    taken = uploads.put_file(
        open_db,
        settings(),
        path.upload_id,
        user=user,
        path=query.path,
        chunks=_chunks(request.stream, size_bytes),
        size_bytes=size_bytes,
    )
    return told(UploadFile, taken)


@api.delete("/uploads/<upload_id>/files", responses=_GONE, security=TOKEN)
def remove_file(path: UploadPath, query: UploadFileQuery) -> Response:
    """Take one file out of an upload."""
    user = caller("write").user
    with open_db() as db:
        uploads.remove_file(db, path.upload_id, user=user, path=query.path)
    return Response(status=204)


@api.post("/uploads/<upload_id>/check", responses={200: Verdicts}, security=TOKEN)
def check_upload(path: UploadPath) -> Response:
    """Say of every file what would become of it; call it once for many files."""
    user = caller("write").user
    found = upload_checks.check_upload(open_db, settings(), path.upload_id, user=user)
    files = [{**asdict(one.preview), "same_as": one.same_as} for one in found.files]
    return told(Verdicts, {"files": files, "unchecked": found.unchecked})


@api.post("/uploads/<upload_id>/submission", responses={200: Receipt}, security=TOKEN)
def submit_upload(path: UploadPath, body: SubmissionAsked) -> Response:
    """Submit the files of an upload; asked again, the answer is the same."""
    user = caller("write").user
    said = Said(**body.model_dump())
    receipt = upload_submissions.submit_upload(
        open_db, settings(), path.upload_id, user=user, said=said
    )
    return told(Receipt, receipt, location=url_for("submissions.list_submissions"))


def _chunks(stream: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    """Yield the body as it comes. Raises ClientDisconnected if it ends early."""
    missing = size_bytes
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            missing -= len(chunk)
            yield chunk
    except OSError as error:
        raise ClientDisconnected("The file broke off; send it again.") from error
    # A server may let a body that broke off end like a whole one.
    if missing:
        raise ClientDisconnected("The file broke off; send it again.")
