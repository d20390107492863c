import email
import hashlib
import io
import random
import time
import zipfile
from queue import LifoQueue
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import URLSafeSerializer

BEARS = {"recipe": {"labels": ["Bear"], "with_descendants": True}}
FORGED = 1000


@pytest.fixture
def eve(api):
    return api.person("eve")


@pytest.fixture
def root(eve):
    made = eve.post("/subsets", {"name": "Ann's \u201cbears\u201d\u202e/../etc", **BEARS})
    assert made.status_code == 422
    return eve.post("/subsets", {"name": 'Ann\'s "bears"; ../b\u00e4r.exe', **BEARS}).json["root"]


@pytest.fixture
def path(root):
    return f"/subsets/{root}/archive.zip"


@pytest.fixture
def whole(eve, path):
    return eve.get(path).data


def downloads(api):
    return api.run("SELECT sent::text, completed_at IS NOT NULL FROM download ORDER BY download_id")


def test_an_archive_holds_the_subset(eve, path, root):
    answer = eve.get(path)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        pictures = [name for name in archive.namelist() if name.startswith("images/")]
        assert len(pictures) == 3
        for name in pictures:
            digest = hashlib.sha256(archive.read(name)).hexdigest()
            assert name.startswith(f"images/{digest}.")
        assert root in archive.read("subset.lock").decode()


def test_a_file_name_is_safe_and_plain(eve, path, root):
    said = eve.get(path).headers["Content-Disposition"]
    assert said == f'attachment; filename="Ann-s-bears-b-r-exe-{root[:12]}.zip"'


def test_head_says_what_get_would_and_counts_nothing(api, eve, path, whole):
    api.run("DELETE FROM download")
    head = eve.head(path, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.data) == (200, b"")
    got = eve.get(path)
    for name in ("Content-Length", "ETag", "Content-Type", "Accept-Ranges"):
        assert head.headers[name] == got.headers[name]
    api.run("DELETE FROM download")
    eve.head(path)
    eve.get(path, headers={"If-None-Match": got.headers["ETag"]})
    eve.get(path, headers={"Range": "bytes=999999999-"})
    assert downloads(api) == []


def test_any_span_is_that_part_of_the_whole(eve, path, whole):
    spans = random.Random(1)
    for _ in range(50):
        first = spans.randrange(len(whole))
        end = spans.randrange(first + 1, len(whole) + 1)
        part = eve.get(path, headers={"Range": f"bytes={first}-{end - 1}"})
        assert part.status_code == 206
        assert part.data == whole[first:end]
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        assert int(part.headers["Content-Length"]) == end - first


def parts_of(answer):
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.data)
    assert message.is_multipart()
    return [(one["Content-Range"], one.get_payload(decode=True)) for one in message.get_payload()]


def test_several_spans_come_in_one_answer(eve, path, whole):
    asked = {"Range": "bytes=700-709, 0-4,2-9,-7,900-900"}
    answer = eve.get(path, headers=asked)
    assert answer.status_code == 206
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    size = len(whole)
    spans = [(0, 10), (700, 710), (900, 901), (size - 7, size)]
    # The mail parser knows no binary: compare where each part begins, and the parts by place.
    found = answer.data
    for first, end in spans:
        head = f"Content-Range: bytes {first}-{end - 1}/{size}\r\n\r\n".encode()
        begin = found.index(head) + len(head)
        assert found[begin : begin + end - first] == whole[first:end]
        assert found[begin + end - first :].startswith(b"\r\n--")
    assert [said for said, _ in parts_of(answer)] == [
        f"bytes {first}-{end - 1}/{size}" for first, end in spans
    ]


def test_spans_that_meet_come_as_one(eve, path, whole):
    answer = eve.get(path, headers={"Range": "bytes=0-9,10-19,5-14"})
    assert answer.headers["Content-Range"] == f"bytes 0-19/{len(whole)}"
    assert answer.data == whole[:20]


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=" + "0-0,2-2," * 200])
def test_spans_that_are_not_there_or_too_many_are_refused(eve, path, whole, asked):
    answer = eve.get(path, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=x", "pages=1-2", "bytes=5-2", ""])
def test_a_range_that_means_nothing_gives_the_whole(eve, path, whole, asked):
    answer = eve.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, whole)


def test_a_resumed_download_gets_the_rest_only_of_the_same_bytes(eve, path, whole):
    tag = eve.head(path).headers["ETag"]

    def resume(condition):
        return eve.get(path, headers={"Range": "bytes=100-", "If-Range": condition})

    same = resume(tag)
    assert (same.status_code, same.data) == (206, whole[100:])
    for other in (f"W/{tag}", '"other"', tag.strip('"'), "Sat, 21 Nov 2026 00:00:00 GMT", "*"):
        answer = resume(other)
        assert (answer.status_code, answer.data) == (200, whole)


def test_conditions_are_kept(eve, path, whole):
    tag = eve.head(path).headers["ETag"]

    def ask(name, value):
        return eve.get(path, headers={name: value}).status_code

    assert [ask("If-None-Match", one) for one in (tag, f"W/{tag}", f'"x", {tag}', "*")] == [304] * 4
    assert ask("If-None-Match", '"x"') == 200
    assert [ask("If-Match", one) for one in (tag, f'"x", {tag}', "*")] == [200] * 3
    assert [ask("If-Match", one) for one in ('"x"', f"W/{tag}")] == [412] * 2


def test_a_download_is_complete_once_all_of_it_was_sent(api, eve, path, whole):
    api.run("DELETE FROM download")
    middle, size = len(whole) // 2, len(whole)
    eve.get(path, headers={"Range": f"bytes={middle}-"})
    assert downloads(api) == [(f"{{[{middle},{size})}}", False)]
    eve.get(path, headers={"Range": "bytes=0-9,20-29"})
    assert downloads(api) == [(f"{{[0,10),[20,30),[{middle},{size})}}", False)]
    eve.get(path, headers={"Range": f"bytes=0-{middle}"})
    assert downloads(api) == [(f"{{[0,{size})}}", True)]
    eve.get(path)
    assert downloads(api) == [(f"{{[0,{size})}}", True)] * 2


def test_what_was_not_handed_over_is_not_counted(api, eve, path, whole, monkeypatch):
    api.run("DELETE FROM download")

    def read(archive, first, end):
        yield whole[first : first + 100]
        yield whole[first + 100 : end]

    monkeypatch.setattr("hub.services.archives.Archive.read", read)
    answer = eve.ask("GET", path, buffered=False)
    chunks = answer.iter_encoded()
    assert len(next(chunks)) == 100
    # The second is under way when the client goes away.
    next(chunks)
    answer.close()
    assert downloads(api) == [("{[0,100)}", False)]


def test_no_connection_is_held_while_bytes_flow(api, eve, path, whole):
    answer = eve.ask("GET", path, buffered=False)
    assert next(answer.iter_encoded())
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    assert api.run(busy) == [(0,)]
    assert api.app.extensions["hub"].pool._idle.qsize() == 1
    answer.close()


def test_a_download_goes_on_while_postgres_does_not_answer(api, eve, path, whole, monkeypatch):
    api.run("DELETE FROM download")
    pool = api.app.extensions["hub"].pool
    answer = eve.ask("GET", path, buffered=False)
    monkeypatch.setattr(pool, "_url", "postgresql://hub@127.0.0.1:1/hub")
    monkeypatch.setattr(pool, "_idle", LifoQueue())
    assert b"".join(answer.iter_encoded()) == whole
    answer.close()
    assert downloads(api) == []


def link_of(person, root, **options):
    made = person.post(f"/subsets/{root}/links", options)
    assert made.status_code == 201
    [text] = parse_qs(urlsplit(made.json["url"]).query)["link"]
    return made.json["url"], text


def test_a_link_needs_no_token_and_counts_for_who_made_it(api, eve, root, path, whole):
    api.run("DELETE FROM download")
    url, text = link_of(eve, root)
    assert urlsplit(url).path == f"/api/v1{path}"
    got = api.nobody.get(path, query_string={"link": text})
    assert (got.status_code, got.data) == (200, whole)
    head = api.nobody.head(path, query_string={"link": text})
    assert int(head.headers["Content-Length"]) == len(whole)
    part = api.nobody.get(path, query_string={"link": text}, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole[5:10])
    [(name, is_complete)] = api.run(
        "SELECT name, completed_at IS NOT NULL FROM download JOIN hub_user USING (user_id)"
        " WHERE completed_at IS NOT NULL"
    )
    assert (name, is_complete) == ("eve", True)


def test_a_link_opens_nothing_but_its_archive(api, eve, root, path):
    _, text = link_of(eve, root)
    dogs = eve.post("/subsets", {"name": "dogs", "recipe": {"labels": ["Dog"]}}).json["root"]
    other = f"/subsets/{dogs}/archive.zip"
    assert api.nobody.get(other, query_string={"link": text}).status_code == 401
    for route in ("", "/manifest", "/lock"):
        asked = api.nobody.get(f"/subsets/{root}{route}", query_string={"link": text})
        assert asked.status_code == 401
    assert api.nobody.ask("POST", path, query_string={"link": text}).status_code == 405


def test_a_link_ends_when_its_user_no_longer_sees_the_subset(api, eve, root, path):
    eve.post(f"/subsets/{root}/shares", {"user": "ann"})
    ann = api.person("ann")
    _, text = link_of(ann, root)
    assert api.nobody.get(path, query_string={"link": text}).status_code == 200
    api.run("DELETE FROM subset_share")
    assert api.nobody.get(path, query_string={"link": text}).status_code == 404


def test_a_link_ends_with_its_user(api, eve, root, path):
    _, text = link_of(eve, root)
    api.run("DELETE FROM token")
    api.run("DELETE FROM download")
    api.run("DELETE FROM hub_user WHERE name = 'eve'")
    assert api.nobody.get(path, query_string={"link": text}).status_code == 401


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1, 10**30, "60", 1.5, None])
def test_a_link_lasts_a_bounded_time(eve, root, seconds):
    assert eve.post(f"/subsets/{root}/links", {"expires_in_s": seconds}).status_code == 422


def forgeries(text, root, secret):
    """Yield links that nobody was given: altered, expired, of others, and with other keys."""
    numbers = random.Random(1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for place, character in enumerate(text):
        # Each place once by its neighbour: in the last ones only spare bits of base64 change.
        yield (
            text[:place]
            + alphabet[(alphabet.index(character) ^ 1) % len(alphabet)]
            + text[place + 1 :]
        )
    for place in range(len(text)):
        yield text[:place]
    signer = URLSafeSerializer(secret, salt="archive link")
    soon, now = int(time.time()) + 3600, int(time.time())
    user_id, _, _, _ = signer.loads(text)
    for said in (
        [user_id, root, "GET", now],
        [user_id, root, "GET", 0],
        [user_id, root, "POST", soon],
        [user_id, root, "HEAD", soon],
        [user_id, "0" * 64, "GET", soon],
        [user_id + 1000, root, "GET", soon],
        [user_id, root, "GET"],
        [user_id, root, "GET", soon, 1],
        {"user_id": user_id},
        "text",
        None,
    ):
        yield signer.dumps(said)
    for salt in ("", "itsdangerous", "other"):
        yield URLSafeSerializer(secret, salt=salt).dumps([user_id, root, "GET", soon])
    for _ in range(300):
        key = numbers.randbytes(16).hex()
        yield URLSafeSerializer(key, salt="archive link").dumps([user_id, root, "GET", soon])
    while True:
        yield "".join(numbers.choices(alphabet, k=numbers.randrange(200)))


def test_no_forged_altered_or_expired_link_is_accepted(api, eve, root, path):
    api = api.with_settings(requests_per_minute=0)
    _, text = link_of(eve, root)
    [(secret,)] = api.run("SELECT link_secret FROM hub")
    made = {}
    for forged in forgeries(text, root, secret):
        if forged != text:
            made[forged] = api.nobody.head(path, query_string={"link": forged}).status_code
        if len(made) == FORGED:
            break
    assert set(made.values()) == {401}
    assert len(made) == FORGED
    assert api.nobody.head(path, query_string={"link": text}).status_code == 200
    assert api.nobody.get(path, query_string={"link": "x" * 1001}).status_code == 422


def test_a_link_expires(api, eve, root, path, monkeypatch):
    _, text = link_of(eve, root, expires_in_s=60)
    assert api.nobody.head(path, query_string={"link": text}).status_code == 200
    later = time.time() + 60
    monkeypatch.setattr("hub.services.links.time.time", lambda: later)
    assert api.nobody.head(path, query_string={"link": text}).status_code == 401
