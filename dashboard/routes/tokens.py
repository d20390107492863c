"""/api/v1/tokens: your personal tokens."""

from flask import Response, request

from dashboard.answers import TokenMade, TokenPage, told
from dashboard.asked import TokenAsked, TokenPath
from dashboard.routes.api import TOKEN, blueprint
from dashboard.site import caller, open_db
from hub.errors import NotSignedIn
from hub.services import access, accounts

api = blueprint("tokens", "Your personal tokens.")


@api.post("/tokens", responses={201: TokenMade}, security=[{"password": []}])
def create_token(body: TokenAsked) -> Response:
    """Make a token for your name and password (HTTP Basic); it is shown this once."""
    given = request.authorization
    if given is None or given.type != "basic":
        raise NotSignedIn("Send your name and password by HTTP Basic.")
    name, password = given.username or "", given.password or ""
    with open_db() as db:
        user = access.sign_in(db, name, password, address=request.remote_addr or "")
        issued = accounts.issue_token(db, user, name=body.name, scopes=body.scopes, days=body.days)
    document = {
        "token": issued.text,
        "id": issued.token.token_id,
        "user": user.name,
        "scopes": issued.token.scopes,
        "expires_at": issued.token.expires_at,
    }
    return told(TokenMade, document, status=201)


@api.get("/tokens", responses={200: TokenPage}, security=TOKEN)
def list_tokens() -> Response:
    """List your tokens, the newest first, without their secrets."""
    user_id = caller("read").user.user_id
    with open_db() as db:
        found = accounts.list_tokens(db, user_id=user_id)
    return told(TokenPage, {"tokens": found})


@api.delete(
    "/tokens/<token_id>",
    responses={"204": {"description": "It is good for nothing now."}},
    security=TOKEN,
)
def revoke_token(path: TokenPath) -> Response:
    """Revoke a token of yours."""
    owner_id = caller("write").owner_id
    with open_db() as db:
        accounts.revoke_token(db, path.token_id, user_id=owner_id)
    return Response(status=204)
