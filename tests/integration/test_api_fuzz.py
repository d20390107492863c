"""Random requests by the OpenAPI document, as a user with a token."""

from functools import partial

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from dashboard.app import make_app
from hub.config import Settings
from hub.db import connect
from hub.rules.tokens import parse_token
from hub.services import export_archives

# Of a recipe or a name a schema cannot say all: valid data may be refused.
CHECKS = [
    checks.not_a_server_error,
    checks.allow_header_conformance,
    checks.content_type_conformance,
    checks.ignored_auth,
    checks.negative_data_rejection,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]
OPERATIONS = [
    pytest.param(method, path, id=f"{method} {path}")
    for path, item in make_app(Settings.from_env({}), "").api_doc["paths"].items()
    for method in item
]
BEARS = {"labels": ["Bear"], "with_descendants": True}


@pytest.fixture
def open_api(api):
    return api.with_settings(requests_per_minute=0)


@pytest.fixture
def eve(open_api):
    # Ops may ask for everything.
    return open_api.person("eve", "ops")


@pytest.fixture
def there(open_api, eve):
    """Path parameters of things that are there."""
    root = eve.post("/subsets", {"name": "bears", "recipe": BEARS}).json["root"]
    [picture] = eve.post("/preview", {"recipe": BEARS, "most": 1}).json["pictures"]
    token_id = parse_token(open_api.person("eve").token).token_id
    open_db = partial(connect, open_api.settings.database_url)
    export_archives.make(open_api.settings, open_db, root=root, format="csv")
    ids = {"root": root, "format": "csv", "image_id": picture["image_id"], "key": "m_01dws"}
    upload_id = eve.post("/uploads").json["id"]
    eve.ask("PUT", f"/uploads/{upload_id}/files?path=a.jpg", data=b"apple")
    made = {"token_id": token_id, "upload_id": upload_id, "file_id": open_api.repeated()}
    asked = {"recipe": {"labels": ["Bear", "Dog"]}}
    training_id = eve.post("/trainings", asked).json["id"]
    open_api.run("UPDATE training SET root = %s", root)
    open_api.run(
        "INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256, classes)"
        " VALUES ('m1', %s, 'a model', 'models/x.zip', 1, 'x', '{}')",
        training_id,
    )
    trained = {"training_id": training_id, "model_id": "m1"}
    return {**ids, **made, **trained, "submission_id": 1}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_breaks_the_api(open_api, eve, there, method, path):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", open_api.app)
    operation = schema[path][method]
    right, wrong = map(operation.as_strategy, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))
    answered = set()

    @settings(
        max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(right | wrong | right.map(lambda case: of_what_is_there(case, there)))
    def ask(case):
        # The client in-process closes no answer, which would give its seat back.
        open_api.app.extensions["hub"].seats._taken.clear()
        signed_in = {"Authorization": f"Bearer {eve.token}"}
        answered.add(case.call_and_validate(headers=signed_in, checks=CHECKS).status_code)

    ask()
    if path != "/api/v1/tokens" or method == "get":
        assert any(code < 300 for code in answered), "random requests must not all be refused"


def of_what_is_there(case, there):
    """Ask for things that are there, so that it is answered."""
    if "/files" in case.path:
        case.query = {"path": "a.jpg"}
    for name in case.path_parameters or ():
        case.path_parameters[name] = there[name]
    if case.path == "/api/v1/trainings" and isinstance(case.body, dict):
        case.body = {"recipe": {}}
    if isinstance(case.body, dict) and "recipe" in case.body:
        flags = {key: one for key, one in case.body["recipe"].items() if isinstance(one, bool)}
        case.body = {**case.body, "recipe": {**flags, "labels": ["Bear", "Teddy bear"]}}
        if "name" in case.body:
            case.body["name"] = "bears"
            case.body["note"] = ""
    if isinstance(case.body, dict) and "format" in case.body:
        case.body = {"format": "csv"}
    if isinstance(case.body, dict) and "consent" in case.body:
        case.body = {"labels": ["Bear"], "licence": "CC0 1.0", "consent": True}
    if isinstance(case.body, dict) and "user" in case.body:
        case.body = {"user": "ann"}
    return case
