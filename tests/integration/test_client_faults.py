"""The client against servers that die, cut, stall and lie, and clients that are killed."""

import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from urllib3 import Retry

from cluster.cli import cli
from hub.client import Hub
from hub.db import connect
from hub.errors import (
    ConfigError,
    HubRefused,
    HubUnreachable,
    LockError,
    NotSignedIn,
    PictureUnreadable,
    PullError,
    TooManyRequests,
)
from hub.services.accounts import list_tokens, revoke_token
from tests.fixtures.sites import environment, running_site

EVERY = os.environ.get("HUB_FAULTS") == "every"
CLIENT_KILLS = 50
SERVER_KILLS = 50 if EVERY else 4
PICTURES, PICTURE_BYTES = 60, 200_000
BEHIND_THE_PICTURES = 50_000
"""More than the tables of an archive take, which come again."""


@pytest.fixture
def filled(published):
    numbers = random.Random(1)
    for number in range(PICTURES):
        published.add(numbers.randbytes(PICTURE_BYTES + number), "Bear", negative=["Dog"])
    published.write_lake()
    return published


@pytest.fixture
def site(filled, settings):
    with running_site(settings, "--workers", "1") as site:
        yield site


@pytest.fixture
def bears(site):
    """The subset, asked for without anything between."""
    return site.hub().pick(labels=["Bear"]).lock("bears")


def through(proxy, site, **options):
    return Hub(proxy.url, site.token(), **options).subset("bears")


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class ServerKiller:
    """Kills the server, and starts it again, at random offsets of what passes."""

    def __init__(self, site, proxy, seed):
        self._site, self._proxy = site, proxy
        self._numbers = random.Random(seed)
        self._next = self._gap()
        self.kills = 0
        self._lock = threading.Lock()
        self._starts = []
        proxy.damage = self

    def _gap(self):
        return self._numbers.randrange(PICTURES * PICTURE_BYTES // 2)

    def __call__(self, reply, chunk):
        with self._lock:
            is_up = not any(one.is_alive() for one in self._starts)
            if self._proxy.received >= self._next and is_up and self.kills < SERVER_KILLS:
                self._site.kill()
                self.kills += 1
                self._next = self._proxy.received + self._gap()
                self._starts.append(threading.Thread(target=self._site.start))
                self._starts[-1].start()
        return chunk

    def finish(self):
        for one in self._starts:
            one.join()


def test_a_pull_goes_on_by_itself_whenever_the_server_is_killed(site, proxy, bears, tmp_path):
    bears.pull(tmp_path / "quiet", progress=False)
    subset = through(proxy, site)
    list(subset.pictures())
    killer = ServerKiller(site, proxy, seed=2)
    folders = 0
    while killer.kills < SERVER_KILLS:
        folder = tmp_path / str(folders)
        assert subset.pull(folder, progress=False).fetched == PICTURES
        assert tree(folder) == tree(tmp_path / "quiet")
        folders += 1
    killer.finish()


def test_a_zip_goes_on_by_itself_whenever_the_server_is_killed(site, proxy, bears, tmp_path):
    bears.download(tmp_path / "quiet.zip", progress=False)
    subset = through(proxy, site)
    list(subset.pictures())
    killer = ServerKiller(site, proxy, seed=3)
    files = 0
    while killer.kills < SERVER_KILLS:
        path = tmp_path / f"{files}.zip"
        subset.download(path, progress=False)
        assert sha256(path) == sha256(tmp_path / "quiet.zip")
        files += 1
    killer.finish()


DOWNLOAD = "import sys; from hub.client import Hub; s = Hub().subset({root!r}); {call}"


class ClientKiller:
    """Kills a client once so many bytes of its answers have passed."""

    def __init__(self, site, proxy, root):
        self._site, self._proxy, self._root = site, proxy, root
        proxy.damage = self
        self._process, self._at = None, 0

    def __call__(self, reply, chunk):
        if self._proxy.received >= self._at and self._process:
            os.kill(self._process.pid, signal.SIGKILL)
        return chunk

    def run(self, call, *, kill_at):
        """Run a client to its end or its death; tell which."""
        self._proxy.forget()
        self._at, self._process = kill_at, None
        own = {"HUB_URL": self._proxy.url, "HUB_TOKEN": self._site.token()}
        self._process = subprocess.Popen(
            [sys.executable, "-c", DOWNLOAD.format(root=self._root, call=call)],
            env={**environment(self._site.settings), **own},
        )
        return self._process.wait()


def test_a_zip_is_byte_equal_however_often_its_client_was_killed(site, proxy, bears, tmp_path):
    bears.download(tmp_path / "quiet.zip", progress=False)
    whole, size = sha256(tmp_path / "quiet.zip"), (tmp_path / "quiet.zip").stat().st_size
    numbers = random.Random(4)
    killer = ClientKiller(site, proxy, bears.root)
    kills = files = held = 0
    while kills < CLIENT_KILLS:
        path = tmp_path / f"{files}.zip"
        call = f"s.download({str(path)!r}, progress=False)"
        # Anywhere in what is still to come, in the manifest before it, too.
        ended = killer.run(call, kill_at=numbers.randrange(size - held))
        if ended == 0:
            assert sha256(path) == whole
            files, held = files + 1, 0
            continue
        assert ended == -signal.SIGKILL
        kills += 1
        assert not path.exists()
        part = next(iter(tmp_path.glob(f".{path.name}.*.part")), None)
        before, held = held, part.stat().st_size if part else 0
        assert held >= before - BEHIND_THE_PICTURES
    assert killer.run(call, kill_at=1 << 60) == 0
    assert sha256(path) == whole
    assert not list(tmp_path.glob(".*"))


def test_a_folder_is_the_same_however_often_its_client_was_killed(site, proxy, bears, tmp_path):
    bears.pull(tmp_path / "quiet", progress=False)
    numbers = random.Random(5)
    killer = ClientKiller(site, proxy, bears.root)
    call = f"s.pull({str(tmp_path / 'killed')!r}, progress=False)"
    size = PICTURES * PICTURE_BYTES
    ended = [killer.run(call, kill_at=numbers.randrange(size // 2)) for _ in range(5)]
    assert set(ended) <= {0, -signal.SIGKILL}
    assert killer.run(call, kill_at=1 << 60) == 0
    assert tree(tmp_path / "killed") == tree(tmp_path / "quiet")


class Trouble:
    """Cuts, stalls or changes a share of what passes."""

    def __init__(self, seed, *, cut=0.0, stall=0.0, flip=0.0, seconds=6):
        self._numbers = random.Random(seed)
        self._cut, self._stall, self._flip, self._seconds = cut, stall, flip, seconds
        self.count = Counter()

    def __call__(self, reply, chunk):
        if not reply.sent or len(chunk) < 4096:
            # Heads pass: what is wrong with them is the parser's.
            return chunk
        if self._numbers.random() < self._cut:
            self.count["cut"] += 1
            return None
        if self._numbers.random() < self._stall:
            self.count["stall"] += 1
            time.sleep(self._seconds)
        if self._numbers.random() < self._flip:
            self.count["flip"] += 1
            middle = len(chunk) // 2
            return chunk[:middle] + bytes([chunk[middle] ^ 1]) + chunk[middle + 1 :]
        return chunk


@pytest.mark.parametrize(
    ("kind", "share"),
    [("cut", 0.03), ("stall", 0.003), ("flip", 0.01)],
    ids=["cut", "stall", "lie"],
)
def test_a_server_that_cuts_stalls_or_lies_costs_time_and_no_byte(
    site, proxy, bears, tmp_path, kind, share
):
    bears.pull(tmp_path / "quiet", progress=False)
    bears.download(tmp_path / "quiet.zip", progress=False)
    # A machine that is busy stalls, too: not five times in a row for so long.
    subset = through(proxy, site, **{"timeout_s": 4} if kind == "stall" else {})
    list(subset.pictures())
    proxy.damage = trouble = Trouble(6, **{kind: share})
    subset.pull(tmp_path / "troubled", progress=False)
    subset.download(tmp_path / "troubled.zip", progress=False)
    assert trouble.count[kind] >= 2
    assert tree(tmp_path / "troubled") == tree(tmp_path / "quiet")
    assert sha256(tmp_path / "troubled.zip") == sha256(tmp_path / "quiet.zip")


def test_a_manifest_that_was_changed_on_its_way_is_not_believed(site, proxy, bears, tmp_path):
    proxy.damage = lambda reply, chunk: chunk.replace(b'"CC-BY-4.0"', b'"CC0-1.0.0"')
    with pytest.raises(LockError, match="damaged"):
        through(proxy, site).pull(tmp_path / "lied", progress=False)
    assert not (tmp_path / "lied").exists()


def test_pictures_that_are_damaged_in_the_lake_are_named_and_the_others_fetched(
    site, proxy, bears, settings, tmp_path
):
    pictures = [*bears.contents()]
    damaged = {one.image_id: content for one, content in pictures[10:40:15]}
    for path in (settings.home / "lake/images").glob("*.parquet"):
        stored = path.read_bytes()
        for content in damaged.values():
            stored = stored.replace(content[5000:5100], b"x" * 100)
        path.write_bytes(stored)

    subset = through(proxy, site)
    with pytest.raises(PictureUnreadable) as failed:
        subset.pull(tmp_path / "bears", progress=False)
    for image_id in damaged:
        assert f"picture {image_id} does not come as it was published" in str(failed.value)
    there = {path.stem for path in (tmp_path / "bears/images").iterdir()}
    assert there == {one.image_id for one, _ in pictures} - set(damaged)
    # What came before a fault was known is not fetched again.
    assert proxy.received < 2 * PICTURES * PICTURE_BYTES

    with pytest.raises(PictureUnreadable, match="not what was published"):
        subset.download(tmp_path / "bears.zip", progress=False)
    assert not (tmp_path / "bears.zip").exists()


def test_ten_pictures_more_cost_ten_pictures_on_the_wire(filled, site, proxy, bears, tmp_path):
    through(proxy, site).pull(tmp_path / "bears", progress=False)
    assert proxy.received > PICTURES * PICTURE_BYTES
    numbers = random.Random(7)
    added = [numbers.randbytes(PICTURE_BYTES) for _ in range(10)]
    for content in added:
        filled.add(content, "Bear")
    filled.write_lake()

    updated = site.hub().pick(bears.recipe).lock("bears")
    assert updated.images == PICTURES + 10
    subset = through(proxy, site)
    assert subset.root == updated.root != bears.root
    manifest = sum(len(chunk) for chunk in _manifest(site, updated.root))
    proxy.forget()
    pulled = subset.pull(tmp_path / "bears", progress=False)
    assert (pulled.fetched, pulled.present) == (10, PICTURES)
    assert pulled.fetched_bytes == 10 * PICTURE_BYTES
    asked = [ranges for _, path, ranges in proxy.requests if "archive.zip" in path]
    wanted = sum(
        int(last) + 1 - int(first)
        for ranges in asked
        for first, _, last in (one.partition("-") for one in ranges.split(","))
    )
    assert 0 <= wanted - 10 * PICTURE_BYTES < 10 * 256
    heads = 1024 * (len(proxy.requests) + 10)
    assert proxy.received < 10 * PICTURE_BYTES + manifest + heads


def _manifest(site, root):
    hub = site.hub()
    size, _ = hub._web.size_of(f"/subsets/{root}/manifest")
    return hub._web.read(f"/subsets/{root}/manifest", [(0, size)])


def test_a_token_that_ends_in_the_middle_ends_the_pull_and_a_new_one_goes_on(
    site, proxy, bears, settings, tmp_path
):
    subset = through(proxy, site)
    list(subset.pictures())

    def revoke(reply, chunk):
        if proxy.received > 3_000_000:
            with connect(settings.database_url) as db:
                for one in list_tokens(db):
                    revoke_token(db, one.token_id)
        return chunk

    proxy.forget()
    proxy.damage = revoke
    pictures = list(subset.pictures())
    with pytest.raises(NotSignedIn):
        # In one request after the other, so that some come behind that point.
        deque((list(subset.source.contents([one])) for one in pictures), maxlen=0)
    proxy.damage = lambda reply, chunk: chunk
    again = through(proxy, site)
    assert again.pull(tmp_path / "bears", progress=False).images == PICTURES


def test_two_downloads_do_not_write_one_file(site, bears, tmp_path):
    path = tmp_path / "bears.zip"
    subsets = [site.hub().subset("bears") for _ in range(2)]
    for one in subsets:
        list(one.pictures())

    def download(subset):
        try:
            return subset.download(path, progress=False).bytes
        except PullError as error:
            return str(error)

    with ThreadPoolExecutor(2) as threads:
        ended = [*threads.map(download, subsets)]
    assert path.stat().st_size in ended
    assert all(one == path.stat().st_size or "Another download" in one for one in ended)


class Scripted:
    """A server that gives the answers it is told to, and keeps what it was asked."""

    def __init__(self, *answers, port=0):
        self.answers, self.asked = list(answers), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                status, headers, body = (
                    outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                )
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


TOKEN = f"hub_{'0' * 16}_{'x' * 43}"
EMPTY = (200, {}, b'{"labels": [], "next": null}')
PROBLEM = b'{"detail": "Too \\u001b[31mmany", "status": 429}'


def test_a_redirect_takes_the_token_to_no_other_host():
    with Scripted(EMPTY) as other:
        for status in (301, 302, 303, 307, 308):
            target = f"{other.url}/api/v1/labels"
            with Scripted((status, {"Location": target}, b"")) as first:
                with pytest.raises(HubRefused, match="must not follow") as refused:
                    Hub(first.url, TOKEN).labels()
                assert TOKEN not in str(refused.value)
                assert len(first.asked) == 1
        assert other.asked == []


def test_a_busy_hub_is_asked_again_when_it_says():
    busy = [(status, {"Retry-After": "0"}, b"") for status in (503, 429, 503)]
    with Scripted(*busy, EMPTY) as server:
        assert Hub(server.url).labels() == []
        assert len(server.asked) == 4


def test_a_hub_that_stays_busy_is_left_with_its_own_words():
    with Scripted((429, {"Retry-After": "0"}, PROBLEM)) as server:
        with pytest.raises(TooManyRequests, match=r"Too  ?\[31mmany"):
            Hub(server.url, retries=2).labels()
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>welcome</html>"),
        (200, {}, b'{"labels": 3, "next": null}'),
        (200, {}, b"[" * 100_000),
        (200, {}, b'{"labels": [{"key": 1}], "next": null}'),
        (500, {}, b"<html>oops</html>"),
        (418, {}, b'{"detail": ["no", "text"]}'),
    ],
    ids=["page", "other", "deep", "lacking", "error", "teapot"],
)
def test_what_is_no_hub_is_said_in_one_sentence(answer):
    with Scripted(answer) as server, pytest.raises(HubRefused) as refused:
        Hub(server.url, retries=0).labels()
    assert server.url in str(refused.value)


def test_a_hub_that_is_not_there_is_said():
    with Scripted(EMPTY) as server:
        url = server.url
    with pytest.raises(HubUnreachable, match="does not answer"):
        Hub(url, TOKEN, retries=1).labels()
    with pytest.raises(ConfigError):
        Hub("http://hub.example", TOKEN)


@pytest.fixture
def pauses(monkeypatch):
    """The pauses in seconds that requests would have made before they were made again."""
    asked = []
    monkeypatch.setattr(Retry, "_sleep_backoff", lambda retry: asked.append(retry))
    monkeypatch.setattr(Retry, "sleep_for_retry", lambda retry, _: not asked.append(retry))
    return asked


def test_a_hub_that_never_answered_is_soon_given_up_and_why_is_said(pauses):
    with Scripted(EMPTY) as server:
        url = server.url
    for address, why in ((url, "connection refused"), ("http://nosuch.invalid", "no such host")):
        del pauses[:]
        with pytest.raises(HubUnreachable) as unreachable:
            Hub(address).labels()
        assert len(pauses) == 2
        assert str(unreachable.value) == (
            f"{address} does not answer: {why}. Check the address and that `hub site` runs there."
        )


def test_what_takes_connections_and_says_nothing_is_said():
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        pytest.raises(HubUnreachable, match="does not answer: timed out"),
    ):
        Hub(f"http://127.0.0.1:{mute.getsockname()[1]}", timeout_s=0.2, retries=0).labels()
    with Scripted(EMPTY) as plain, pytest.raises(HubUnreachable, match="no secure connection"):
        Hub(plain.url.replace("http:", "https:"), retries=0).labels()


def test_a_hub_that_has_answered_is_waited_for_and_that_is_said_once(monkeypatch, caplog):
    with Scripted(EMPTY) as first:
        hub = Hub(first.url)
        hub.labels()
    again, pauses = [], []

    def pause(retry):
        pauses.append(retry)
        if len(pauses) == 6:
            again.append(Scripted(EMPTY, port=int(first.url.rpartition(":")[2])))

    monkeypatch.setattr(Retry, "_sleep_backoff", pause)
    assert hub.labels() == []
    again[0].__exit__()
    said = [one.getMessage() for one in caplog.records if one.name.startswith("hub")]
    assert said == [f"{first.url} is down or busy: trying again."]
    with pytest.raises(
        HubUnreachable, match=r"connection refused\. Run the same again, once you see that"
    ):
        hub.labels()


def test_the_command_says_on_stderr_that_it_tries_again(pauses, tmp_path):
    with Scripted((503, {"Retry-After": "30"}, b""), (404, {}, b'{"detail": "None."}')) as server:
        words = ["pull", "bears", str(tmp_path), "--from", server.url]
        said = CliRunner().invoke(cli, words, env={"HUB_TOKEN": ""})
    assert len(pauses) == 1
    assert said.stderr.splitlines() == [f"hub: {server.url} is down or busy: trying again."]


def test_who_has_no_token_is_told_where_to_say_it(monkeypatch):
    monkeypatch.delenv("HUB_TOKEN", raising=False)
    with Scripted((401, {}, b'{"detail": "Send the header."}')) as server:
        with pytest.raises(NotSignedIn) as refused:
            Hub(server.url).labels()
        assert str(refused.value) == (
            "This needs a token: set HUB_TOKEN or give --token-file; `hub token create` makes one."
        )
        with pytest.raises(NotSignedIn, match="Send the header"):
            Hub(server.url, TOKEN).labels()
