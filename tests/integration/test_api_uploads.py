"""/api/v1/uploads and /submissions: real bodies, wrong lengths, hostile files and names."""

import csv
import io
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from hub.db import connect
from hub.services.accounts import set_role
from tests.fixtures.api import Api
from tests.fixtures.pictures import drawn, encoded
from tests.fixtures.sites import HOST

SAID = {"labels": ["Apple"], "licence": "CC BY 4.0", "consent": True}


@pytest.fixture
def ann(api):
    return api.person("ann", "supplier")


def begin(person):
    made = person.post("/uploads")
    assert made.status_code == 201, made.json
    return f"/uploads/{made.json['id']}"


def put(person, upload, path, content, **options):
    return person.ask(
        "PUT", f"{upload}/files", query_string={"path": path}, data=content, **options
    )


def told(person, upload):
    checked = person.post(f"{upload}/check")
    assert checked.status_code == 200, checked.json
    return {one["path"]: one for one in checked.json["files"]}


def test_files_are_brought_checked_submitted_and_followed(ann):
    upload = begin(ann)
    photograph = encoded(drawn(400, 300))
    for path, content in {"a.jpg": photograph, "b.jpg": photograph, "c.txt": b"no"}.items():
        brought = put(ann, upload, path, content)
        assert (brought.status_code, brought.json["size_bytes"]) == (200, len(content))
    said = told(ann, upload)
    assert [one["outcome"] for one in said.values()].count("duplicate") == 1
    [repeat] = [one for one in said.values() if one["outcome"] == "duplicate"]
    assert {repeat["path"], repeat["same_as"]} == {"a.jpg", "b.jpg"}
    assert repeat["why"] == "the same bytes"
    assert (said["c.txt"]["reason"], said["c.txt"]["message"]) == (
        "not_an_image",
        "send a photograph",
    )
    receipt = ann.post(f"{upload}/submission", {**SAID, "lon": 13.4, "lat": 52.5})
    assert receipt.status_code == 200
    [submission] = receipt.json["submissions"]
    assert submission["received"] == 3
    assert ann.post(f"{upload}/submission", SAID).json == receipt.json
    [listed] = ann.get("/submissions?limit=1").json["submissions"]
    assert (listed["id"], listed["pending"]) == (submission["id"], 3)
    page = ann.get(f"/submissions/{listed['id']}?limit=2").json
    assert [one["path"] for one in page["files"]] == ["a.jpg", "b.jpg"]
    page = ann.get(f"/submissions/{listed['id']}?skip={page['next']}").json
    assert ([one["path"] for one in page["files"]], page["next"]) == (["c.txt"], None)
    assert ann.get(f"/submissions/{listed['id']}?outcome=published").json["files"] == []


def test_a_picture_that_the_hub_has_is_named_by_its_id(api, ann):
    upload = begin(ann)
    put(ann, upload, "bear.jpg", encoded(drawn(300, 300)))
    [said] = told(ann, upload).values()
    assert (said["outcome"], said["duplicate_of"]) == ("published", None)


def test_what_became_of_files_is_told_to_their_supplier_and_to_ops(api, ann):
    upload = begin(ann)
    put(ann, upload, "a.jpg", b"apple")
    [made] = ann.post(f"{upload}/submission", SAID).json["submissions"]
    bob, olga = api.person("bob", "supplier"), api.person("olga", "ops")
    assert bob.get(f"/submissions/{made['id']}").status_code == 404
    assert bob.get("/submissions").json["submissions"] == []
    assert olga.get(f"/submissions/{made['id']}").json["supplier"] == "ann"
    assert made["id"] in [one["id"] for one in olga.get("/submissions").json["submissions"]]
    dan = api.person("dan")
    assert dan.get("/submissions").status_code == dan.post("/uploads").status_code == 403


def test_an_upload_is_nobody_elses(api, ann):
    upload = begin(ann)
    put(ann, upload, "a.jpg", b"apple")
    for stranger in (api.person("bob", "supplier"), api.person("olga", "ops")):
        assert put(stranger, upload, "b.jpg", b"b").status_code == 404
        assert stranger.post(f"{upload}/check").status_code == 404
        assert stranger.post(f"{upload}/submission", SAID).status_code == 404
        assert stranger.delete(upload).status_code == 404
        assert stranger.delete(f"{upload}/files?path=a.jpg").status_code == 404
    assert ann.delete(f"{upload}/files?path=a.jpg").status_code == 204
    assert ann.delete(f"{upload}/files?path=a.jpg").status_code == 404
    assert ann.delete(upload).status_code == 204
    assert ann.post(f"{upload}/check").status_code == 404


def test_a_token_that_only_reads_brings_nothing(api):
    reads = api.person("ann", "supplier", scopes=["read"])
    assert reads.post("/uploads").status_code == 403


def test_bodies_of_the_wrong_length_leave_nothing(api, ann):
    small = api.with_settings(max_file_bytes=2_000_000)
    ann = small.person("ann")
    upload = begin(ann)
    large = b"x" * 1_500_000
    # More than any body of JSON may have, and not more than a file.
    assert put(ann, upload, "large.jpg", large).status_code == 200
    assert put(ann, upload, "larger.jpg", large * 2).status_code == 413
    cut = put(ann, upload, "cut.jpg", large, environ_overrides={"CONTENT_LENGTH": "1600000"})
    assert cut.status_code == 400
    nameless = put(ann, upload, "", b"x")
    assert nameless.status_code == 422
    chunked = put(ann, upload, "a.jpg", b"x", headers={"Transfer-Encoding": "chunked"})
    assert chunked.status_code == 411
    silent = EnvironBuilder(
        f"/api/v1{upload}/files?path=a.jpg",
        method="PUT",
        input_stream=io.BytesIO(b"x"),
        headers={"Authorization": f"Bearer {ann.token}"},
    ).get_environ()
    silent.pop("CONTENT_LENGTH", None)
    _, status, _ = run_wsgi_app(small.app, silent)
    assert status.startswith("411")
    assert list(told(ann, upload)) == ["large.jpg"]
    assert ann.post("/count", {"recipe": {"labels": ["x" * 1_100_000]}}).status_code == 413


def test_puts_side_by_side_and_two_submissions_end_as_one(api, ann):
    upload = begin(ann)
    contents = [bytes([number]) * 100_000 for number in range(8)]

    def bring(content):
        person = type(ann)(api.app.test_client(), ann.token)
        return put(person, upload, "a.jpg", content).status_code

    def submit(_):
        person = type(ann)(api.app.test_client(), ann.token)
        return person.post(f"{upload}/submission", SAID).json

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(bring, contents)) == {200}
        first, *others = pool.map(submit, range(4))
    assert all(other == first for other in others)
    assert first["submissions"][0]["received"] == 1
    assert api.run("SELECT count(*) FROM receipt WHERE receipt_no > 1") == [(1,)]


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/dev/null", "<img src=x>.jpg", "a\nb.jpg", "\u202egpj.exe", "%00"]
)
def test_a_hostile_name_is_only_text(ann, path):
    upload = begin(ann)
    assert put(ann, upload, path, b"x").json["path"] == path
    assert list(told(ann, upload)) == [path]


def test_a_name_that_no_file_has_is_refused(ann):
    upload = begin(ann)
    for path in ("\0", "é" * 1001, "x" * 2001):
        assert put(ann, upload, path, b"x").status_code == 422
    strange = ann.ask("PUT", f"{upload}/files?path=%ff", data=b"x")
    assert strange.status_code == 200


def test_hostile_files_are_judged_as_they_must_be(api, shared):
    with (shared / "hostile" / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["expected"] in ("accept", "reject")]
    rows = rows[::12]
    ann = Api(replace(api.settings, min_side_px=1, requests_per_minute=0)).person("ann")
    upload = begin(ann)
    for row in rows:
        content = (shared / "hostile" / row["path"]).read_bytes()
        assert put(ann, upload, row["path"], content).status_code == 200
    said = told(ann, upload)
    assert len(said) == len(rows) > 20
    for row in rows:
        one = said[row["path"]]
        assert (one["outcome"] == "rejected") == (row["expected"] == "reject"), (row["path"], one)
        assert (one["reason"] is None) == (row["expected"] == "accept")


def test_what_is_said_must_be_whole(ann):
    upload = begin(ann)
    assert ann.post(f"{upload}/submission", SAID).status_code == 422
    put(ann, upload, "a.jpg", b"apple")
    for wrong in (
        {**SAID, "consent": False},
        {**SAID, "consent": "yes"},
        {**SAID, "labels": []},
        {**SAID, "labels": ["Appel"]},
        {**SAID, "licence": "mine"},
        {**SAID, "lon": 200.0, "lat": 3.0},
        {**SAID, "lon": 3.0},
        {**SAID, "supplier": "bob"},
    ):
        answer = ann.post(f"{upload}/submission", wrong)
        assert answer.status_code == 422, wrong
        assert answer.json["detail"]
    assert ann.post(f"{upload}/submission", SAID).json["receipt"]


def test_a_body_that_breaks_off_on_its_way_leaves_nothing(site):
    token = site.token("sue")
    with connect(site.settings.database_url) as db:
        set_role(db, "sue", role="supplier", by="a test")

    def ask(method, path, body=b"", length=None):
        connection = socket.create_connection((HOST, site.port), timeout=30)
        with connection:
            head = [
                f"{method} /api/v1{path} HTTP/1.1",
                f"Host: {HOST}",
                f"Authorization: Bearer {token}",
                f"Content-Length: {len(body) if length is None else length}",
                "Connection: close",
            ]
            connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
            if length is not None:
                # The other side reads that no more will come.
                connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        return answer

    made = ask("POST", "/uploads")
    upload_id = re.search(rb'"id":"([0-9a-f]+)"', made)[1].decode()
    address = f"/uploads/{upload_id}/files?path="
    ask("PUT", f"{address}cut.jpg", b"x" * 100_000, length=2_000_000)
    large = ask("PUT", f"{address}large.jpg", b"x" * 1000, length=2**40)
    assert large.startswith(b"HTTP/1.1 413")
    assert b" 200 " in ask("PUT", f"{address}whole.jpg", b"x" * 3_000_000)
    checked = ask("POST", f"/uploads/{upload_id}/check")
    assert b"whole.jpg" in checked
    assert b"cut.jpg" not in checked
    assert b"large.jpg" not in checked
