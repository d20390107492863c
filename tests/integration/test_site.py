import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from cluster.ports import free_port
from hub.db import connect
from hub.rules.locks import parse_lock
from hub.services import export_archives
from hub.services.accounts import add_user, issue_token
from tests.fixtures.pictures import drawn, encoded
from tests.fixtures.shared import need_program

HOST = "127.0.0.1"
DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
ROUNDS, SOCKETS = 5, 10
"""Downloads that a killed server cuts off at random offsets: 50, over five servers."""
PICTURES, PICTURE_BYTES = 16, 2 * 1024**2
IN_BUFFERS = 12 * 1024**2
"""More than the kernel holds between the two ends of a connection."""


@contextmanager
def running(settings, *words, port=None, **environ):
    """Run `hub site` in processes of its own; yield the first of them and the port."""
    port = port or free_port(HOST)
    process = subprocess.Popen(
        hub("site", "--port", str(port), *words),
        env={**environment(settings), **environ},
        start_new_session=True,
    )
    try:
        wait_until_up(process, port)
        yield process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def hub(*words):
    return [sys.executable, "-c", "from cluster.cli import main; main()", *words]


def environment(settings):
    names = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}
    return {**os.environ, **names}


def wait_until_up(process, port):
    for _ in range(600):
        assert process.poll() is None, "hub site ended"
        try:
            if ask(port, "/api/v1/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("hub site does not answer")


def ask(port, path, *, method="GET", body=None, token=None, headers=None):
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    own = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        body, own["Content-Type"] = json.dumps(body), "application/json"
    try:
        connection.request(method, path, body, {**own, **(headers or {})})
        response = connection.getresponse()
        response.content = response.read()
        return response
    finally:
        connection.close()


@pytest.fixture
def token(published, settings):
    with connect(settings.database_url) as db:
        return issue_token(db, add_user(db, "eve", role="data_scientist")).text


@pytest.fixture
def large(published):
    """A hub with pictures enough that a download is still on its way when it is cut off."""
    numbers = random.Random(1)
    for _ in range(PICTURES):
        published.add(numbers.randbytes(PICTURE_BYTES), "Bear")
    published.write_lake()


def make_subset(port, token):
    body = {"name": "bears", "recipe": {"labels": ["Bear"]}}
    made = ask(port, "/api/v1/subsets", method="POST", body=body, token=token)
    assert made.status == 201, made.content
    return f"/api/v1/subsets/{json.loads(made.content)['root']}/archive.zip"


class Download:
    """Reads an archive over a socket that takes little at a time."""

    def __init__(self, port, path, token, *, have=b"", tag=None):
        self.received = bytearray(have)
        self._socket = socket.socket()
        if not have:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self._socket.settimeout(60)
        self._socket.connect((HOST, port))
        ranged = f"Range: bytes={len(have)}-\r\nIf-Range: {tag}\r\n" if have else ""
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
            f"{ranged}Connection: close\r\n\r\n".encode()
        )
        self._response = http.client.HTTPResponse(self._socket)
        self._response.begin()
        self.status = self._response.status
        self.tag = self._response.headers["ETag"]

    def read_to(self, offset):
        while len(self.received) < offset:
            chunk = self._response.read1(min(65536, offset - len(self.received)))
            assert chunk, "the archive ended early"
            self.received += chunk

    def close(self):
        self._response.close()
        self._socket.close()

    def drain(self):
        """Take what there still is, until the end or the break."""
        try:
            while chunk := self._response.read1(65536):
                self.received += chunk
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self.close()


def test_downloads_that_a_killed_server_cut_off_are_resumed_to_equal_bytes(large, settings, token):
    numbers = random.Random(2)
    with running(settings) as (_, port):
        path = make_subset(port, token)
        whole = ask(port, path, token=token).content
    assert len(whole) > PICTURES * PICTURE_BYTES
    cut, resumed = [], 0
    for _ in range(ROUNDS):
        with running(settings, port=port) as (process, _):
            for one in cut:
                rest = Download(port, path, token, have=bytes(one.received), tag=one.tag)
                assert rest.status == 206
                rest.drain()
                assert rest.received == whole
                resumed += 1
            cut = [Download(port, path, token) for _ in range(SOCKETS)]
            for one in cut:
                one.read_to(numbers.randrange(len(whole) - IN_BUFFERS))
            os.killpg(process.pid, signal.SIGKILL)
            for one in cut:
                one.drain()
                assert one.received == whole[: len(one.received)]
                assert len(one.received) < len(whole)
    with running(settings, port=port):
        for one in cut:
            rest = Download(port, path, token, have=bytes(one.received), tag=one.tag)
            rest.drain()
            assert rest.received == whole
            resumed += 1
    assert resumed == ROUNDS * SOCKETS


def test_a_download_that_the_client_broke_off_counts_what_was_taken(large, settings, token):
    with running(settings) as (_, port):
        path = make_subset(port, token)
        size = int(ask(port, path, method="HEAD", token=token).headers["Content-Length"])
        one = Download(port, path, token)
        one.read_to(size - IN_BUFFERS)
        one.close()
        taken = wait_for_sent(settings, least=len(one.received))
        assert taken < size
        rest = Download(port, path, token, have=bytes(one.received), tag=one.tag)
        rest.drain()
        assert wait_for_sent(settings, least=size) == size
        assert ask_db(settings, "SELECT completed_at IS NOT NULL FROM download") == [(True,)]


def wait_for_sent(settings, *, least):
    """Return the bytes of the only download once they are so many."""
    statement = (
        "SELECT coalesce(sum(upper(span) - lower(span)), 0)::bigint"
        " FROM download, LATERAL unnest(sent) AS span"
    )
    for _ in range(600):
        [(sent,)] = ask_db(settings, statement)
        if sent >= least:
            return sent
        time.sleep(0.05)
    pytest.fail(f"only {sent} bytes were counted")


def ask_db(settings, statement):
    with connect(settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_limit_holds_over_all_processes(published, settings, token):
    limit, asked = 25, 80
    with (
        running(settings, "--workers", "2", HUB_REQUESTS_PER_MINUTE=str(limit)) as (process, port),
        ThreadPoolExecutor(8) as threads,
    ):
        while not all(has_answered(worker, settings) for worker in children(process)):
            list(threads.map(lambda _: ask(port, "/api/v1/healthz"), range(16)))
        if time.time() % 60 > 45:
            # The window is a minute of the clock: all must fall into one.
            time.sleep(61 - time.time() % 60)
        answers = list(
            threads.map(lambda _: ask(port, "/api/v1/subsets", token=token), range(asked))
        )
    assert sorted(answer.status for answer in answers) == [200] * limit + [429] * (asked - limit)
    late = next(answer for answer in answers if answer.status == 429)
    assert 1 <= int(late.headers["Retry-After"]) <= 60
    assert late.headers["Content-Type"] == "application/problem+json"


def children(process):
    for _ in range(200):
        # The first may answer before the second was forked.
        found = psutil.Process(process.pid).children()
        if len(found) == 2:
            return found
        time.sleep(0.05)
    pytest.fail(f"the site has {len(found)} workers")


def has_answered(worker, settings):
    """Each process opens its own connection to Postgres with the first request."""
    postgres = urlsplit(settings.database_url).port
    return any(one.raddr and one.raddr.port == postgres for one in worker.net_connections())


def test_it_listens_to_this_machine_alone_and_ends_by_sigterm(published, settings):
    with running(settings) as (process, port):
        processes = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
        heard = {
            (one.laddr.ip, one.laddr.port)
            for each in processes
            for one in each.net_connections()
            if one.status == psutil.CONN_LISTEN
        }
        assert heard == {(HOST, port)}
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        _, alive = psutil.wait_procs(processes[1:], timeout=10)
        assert alive == []


def test_ctrl_c_ends_it_in_one_sentence_at_most(published, settings):
    with running(settings) as (process, _):
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) in (0, 130)


def test_bodies_are_bounded_over_the_wire(published, settings, token):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    large = b"x" * (2**20 + 1)
    with running(settings) as (_, port):
        # An iterator goes in chunks, and no length is said before.
        for body, status in [(b"{", 422), (large, 413), (iter([large]), 411)]:
            connection = http.client.HTTPConnection(HOST, port, timeout=60)
            connection.request("POST", "/api/v1/count", body, headers)
            response = connection.getresponse()
            assert response.status == status
            assert json.loads(response.read())["status"] == status
            connection.close()


def test_the_tasks_of_the_documentation_work_as_they_are_written(
    published, settings, token, tmp_path
):
    need_program("curl")
    for content, label in ((b"bear" * 99, "Bear"), (encoded(drawn()), "Brown bear")):
        image_id = published.add(content, label)
    published.write_lake()
    with connect(settings.database_url) as db:
        add_user(db, "dan", role="premium")
    tasks = DOCUMENT.read_text().partition("## Tasks")[2].split("```")[1]
    # What stands in the document for something of the reader's own.
    tasks = tasks.replace("hub_...", token).replace("API=http://127.0.0.1:8000", "API=http://$AT")
    failing = 'curl() { command curl -sS --fail-with-body --retry 0 "$@"; }\n'
    with running(settings) as (_, port):
        root = make_subset(port, token).split("/")[4]
        # Otherwise who reads the document waits for the job that makes it.
        open_db = partial(connect, settings.database_url)
        export_archives.make(settings, open_db, root=root, format="coco")
        given = {"AT": f"{HOST}:{port}", "ROOT": root, "IMAGE": image_id}
        ran = subprocess.run(
            ["bash", "-e", "-c", failing + tasks],
            cwd=tmp_path,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-500:] + ran.stderr
    assert (tmp_path / "picture.jpg").read_bytes() == content
    with zipfile.ZipFile(tmp_path / "bears.zip") as archive:
        assert archive.testzip() is None
    assert parse_lock((tmp_path / "bears.toml").read_text(), where="bears.toml").root == root


def ended(settings, *words, **changes):
    return subprocess.run(
        hub("site", *words),
        env={**environment(settings), **changes},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_postgres_that_does_not_run_is_said_with_the_remedy(settings):
    away = ended(settings, HUB_DATABASE_URL=f"postgresql://hub@{HOST}:1/hub")
    assert away.returncode == 1
    assert "`hub up`" in away.stderr
    assert len(away.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_said(published, settings):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = ended(settings, "--port", str(other.getsockname()[1]))
    assert taken.returncode == 1
    assert "--port" in taken.stderr
    assert len(taken.stderr.splitlines()) == 1
