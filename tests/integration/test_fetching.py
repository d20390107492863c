"""Fetching from addresses that anybody may have listed: what is refused, bounded, and tried again.

Every server is a real one on loopback, which HUB_FETCH_ALLOW lets through where a test says so.
"""

import gzip
import json
import socket
import threading
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.config import Settings
from hub.errors import ConfigError
from hub.imports.connecting import is_public
from hub.imports.fetching import Fetcher, FetchLimits
from hub.services.fetching import fetch_urls
from tests.fixtures.imports import picture

PICTURE = picture()


def ok(body=PICTURE, **headers):
    """An answer that has a body and its length, unless the headers say otherwise."""
    lines = {"Content-Length": len(body)} | {k.replace("_", "-"): v for k, v in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return [f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body]


def status(code, **headers):
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return [f"HTTP/1.1 {code} Said\r\n{head}Content-Length: 0\r\n\r\n".encode()]


class Server:
    """Answers each path with the pieces that `answers` has for it, or makes."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.sent = 0
        self.most_at_once = self._at_once = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/a.jpg", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def close(self):
        self.stopping.set()
        self._listening.close()

    def _accept(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, self._counted():
            request = connection.recv(65536).decode("latin-1")
            path = request.split(" ")[1] if " " in request else ""
            self.asked.append(path)
            self.requests = request
            answer = self.answers.get(path, status(404))
            try:
                for piece in answer() if callable(answer) else answer:
                    connection.sendall(piece)
                    self.sent += len(piece)
            except OSError:
                pass

    @contextmanager
    def _counted(self):
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def fetch(server):
    """Return `fetch(url, **limits)`: the answer and the bytes; the server is allowed."""

    def ask(url, *, allow=True, resolve=None, **limits):
        allowed = {("127.0.0.1", server.port)} if allow is True else set(allow or ())
        limits = {"max_bytes": 10**6, "read_seconds": 5, "whole_seconds": 20} | limits
        options = {"resolve": resolve} if resolve else {}
        fetcher = Fetcher(FetchLimits(allow=frozenset(allowed), **limits), **options)
        body = bytearray()
        answer = fetcher.fetch(url, body.extend)
        return answer, bytes(body)

    return ask


def resolving(*addresses):
    """A resolver that gives one more of the addresses each time, and the last one from then on."""
    left = list(addresses)

    def resolve(host, port):
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def test_a_picture_is_fetched_as_it_is(server, fetch):
    server.answers["/a.jpg?x=1"] = ok()
    answer, body = fetch(server.url("/a.jpg?x=1#part"))
    assert (answer.status, answer.http_status, body) == ("fetched", 200, PICTURE)
    assert "Accept-Encoding: identity" in server.requests
    assert "User-Agent: deep-images-hub" in server.requests


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.2.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%lo",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "64:ff9b:1::7f00:1",
    "::ffff:0:7f00:1",
    "::8.8.8.8",
    "fec0::1",
    "5f00::1",
    "3fff::1",
    "not an address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_told(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_a_public_one_too(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_into_the_private_net_is_never_connected_to(server, fetch, address):
    answer, _ = fetch("http://pictures.example/a.jpg", resolve=resolving(address))
    assert answer.status == "refused"
    assert "no public address" in answer.error
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.jpg",
        "http://localhost/a.jpg",
        "http://2130706433/a.jpg",
        "http://0x7f.1/a.jpg",
        "http://[::1]/a.jpg",
        "http://[::ffff:127.0.0.1]/a.jpg",
        "http://0/a.jpg",
        "https://127.0.0.1/a.jpg",
        "http://8.8.8.8:8080/a.jpg",
        "http://8.8.8.8:22/",
        "ftp://8.8.8.8/a.jpg",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "http://ann:secret@8.8.8.8/a.jpg",
        "http:///a.jpg",
        "http://[::1/a.jpg",
        "http://b\u00fccher.\u2603.example/a.jpg",
    ],
)
def test_addresses_that_are_not_asked(fetch, url):
    answer, body = fetch(url, allow=None)
    assert (answer.status, body) == ("refused", b"")


def test_a_port_that_is_not_allowed_is_not_asked_even_where_its_neighbour_is(server, fetch):
    answer, _ = fetch(f"http://127.0.0.1:{server.port + 1}/a.jpg")
    assert answer.status == "refused"


def test_a_redirect_is_followed_and_looked_at_anew(server, fetch):
    server.answers["/1"] = status(302, Location="/2")
    server.answers["/2"] = status(307, Location=server.url("/a.jpg"))
    server.answers["/a.jpg"] = ok()
    assert fetch(server.url("/1"))[1] == PICTURE


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/x",
        "//localhost/x",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_a_redirect_into_the_private_net_is_refused(server, fetch, target):
    server.answers["/a.jpg"] = status(302, Location=target)
    answer, _ = fetch(server.url())
    assert answer.status == "refused"


def test_at_most_five_redirects_are_followed(server, fetch):
    for number in range(10):
        server.answers[f"/{number}"] = status(302, Location=f"/{number + 1}")
    answer, _ = fetch(server.url("/0"))
    assert answer.status == "refused"
    assert "5 times" in answer.error
    assert len(server.asked) == 6


def test_a_name_that_leads_elsewhere_at_the_second_look_is_refused(server, fetch):
    """A public address at first, which redirects to the same name, and then loopback."""
    server.answers["/a.jpg"] = status(302, Location="http://rebind.example/secret")
    allow = {("127.0.0.1", server.port), ("rebind.example", server.port)}
    first = f"http://rebind.example:{server.port}/a.jpg"
    answer, _ = fetch(first, allow=allow, resolve=resolving("127.0.0.1", "127.0.0.1"))
    assert answer.status == "refused"
    assert "no public address" in answer.error
    assert server.asked == ["/a.jpg"]


def test_a_public_address_that_becomes_a_private_one_is_not_looked_up_again(server, fetch):
    # The first one cannot be connected to: there is no such protocol.
    public = (socket.AF_INET, socket.SOCK_STREAM, 999, "", ("93.184.216.34", 80))
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
    answers = [[public], [private]]
    url = "http://rebind.example/a.jpg"
    answer, _ = fetch(url, allow=None, resolve=lambda host, port: answers.pop(0))
    assert answer.status == "failed"
    assert server.asked == []
    answer, _ = fetch(url, allow=None, resolve=lambda host, port: answers.pop(0))
    assert answer.status == "refused"
    assert server.asked == []


def test_one_look_up_serves_the_check_and_the_connection(server, fetch):
    looked_up = []

    def resolve(host, port):
        looked_up.append(host)
        return resolving("127.0.0.1")(host, port)

    server.answers["/a.jpg"] = ok()
    allow = {("pictures.example", server.port)}
    fetch(f"http://pictures.example:{server.port}/a.jpg", allow=allow, resolve=resolve)
    assert looked_up == ["pictures.example"]


def test_no_proxy_of_the_environment_is_asked(server, fetch, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server.answers["/a.jpg"] = ok()
    assert fetch(server.url())[0].status == "fetched"


def test_more_bytes_than_allowed_are_not_read(server, fetch):
    def endless():
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        for _ in range(100):
            yield bytes(1024**2)

    server.answers["/a.jpg"] = endless
    answer, body = fetch(server.url())
    assert answer.status == "refused"
    assert "1,000,000 bytes" in answer.error
    assert len(body) <= 10**6
    assert server.sent < 60 * 1024**2


@pytest.mark.parametrize("length", [str(10**8), "9" * 400])
def test_a_length_beyond_the_bound_is_refused_before_the_body(server, fetch, length):
    server.answers["/a.jpg"] = ok(b"x", Content_Length=length)
    answer, body = fetch(server.url())
    assert (answer.status, body) == ("refused", b"")


@pytest.mark.parametrize("length", [len(PICTURE) + 10, 999_999])
def test_a_body_shorter_than_announced_has_failed(server, fetch, length):
    server.answers["/a.jpg"] = ok(Content_Length=length)
    assert fetch(server.url())[0].status == "failed"


@pytest.mark.parametrize("length", ["-5", "abc", "1, 2", ""])
def test_a_length_that_is_none_ends_in_an_answer(server, fetch, length):
    server.answers["/a.jpg"] = ok(Content_Length=length)
    answer, body = fetch(server.url())
    assert answer.status in ("fetched", "failed")
    assert len(body) <= len(PICTURE)


def test_chunks_are_bounded_too(server, fetch):
    def endless():
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for _ in range(60):
            yield b"100000\r\n" + bytes(0x100000) + b"\r\n"

    server.answers["/a.jpg"] = endless
    assert fetch(server.url())[0].status == "refused"
    server.answers["/a.jpg"] = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    ]
    assert fetch(server.url())[1] == b"hello"
    server.answers["/a.jpg"] = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nhello"
    ]
    assert fetch(server.url())[0].status == "failed"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "gzip, gzip"])
def test_a_bomb_is_not_inflated(server, fetch, encoding):
    bomb = gzip.compress(bytes(50 * 1024**2))
    server.answers["/a.jpg"] = ok(bomb, Content_Encoding=encoding)
    answer, body = fetch(server.url())
    assert (answer.status, body) == ("refused", b"")


def drip(first, server):
    def pieces():
        yield first
        while not server.stopping.wait(0.1):
            yield b"x"

    return pieces


@pytest.mark.parametrize(
    "first",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1."],
    ids=["body", "header", "status"],
)
def test_what_drips_in_ends_with_the_time_for_all_of_it(server, fetch, first):
    server.answers["/a.jpg"] = drip(first, server)
    answer, _ = fetch(server.url(), whole_seconds=1)
    assert answer.status == "failed"
    assert "1 seconds" in answer.error


def test_a_handshake_that_hangs_ends_too(server, fetch):
    server.answers[""] = drip(b"\x16\x03\x01", server)
    answer, _ = fetch(server.url().replace("http", "https"), whole_seconds=1)
    assert answer.status == "failed"


def test_silence_ends_with_the_time_for_a_read(server, fetch):
    server.answers["/a.jpg"] = lambda: iter([b"", b""][: server.stopping.wait(10)])
    answer, _ = fetch(server.url(), read_seconds=0.5)
    assert answer.status == "failed"


@pytest.mark.parametrize(
    "value",
    [
        "noai",
        "NoAI",
        "noimageai",
        "noindex, noimageai",
        "deep-images-hub: noai",
        "otherbot:noimageai",
    ],
)
def test_a_page_that_does_not_want_to_be_trained_on_is_left_alone(server, fetch, value):
    server.answers["/a.jpg"] = ok(X_Robots_Tag=value)
    answer, body = fetch(server.url())
    assert (answer.status, body) == ("refused", b"")


@pytest.mark.parametrize("value", ["noindex", "noaids", "all"])
def test_other_wishes_of_robots_are_no_such_wish(server, fetch, value):
    server.answers["/a.jpg"] = ok(X_Robots_Tag=value)
    assert fetch(server.url())[0].status == "fetched"


def test_a_wish_on_a_redirect_or_in_a_second_header_counts(server, fetch):
    server.answers["/1"] = status(302, Location="/a.jpg", **{"X-Robots-Tag": "noai"})
    assert fetch(server.url("/1"))[0].status == "refused"
    server.answers["/a.jpg"] = ok(X_Robots_Tag="noindex\r\nX-Robots-Tag: noai")
    assert fetch(server.url())[0].status == "refused"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((404, "refused"), (403, "refused"), (410, "refused"), (206, "refused"), (304, "refused")),
        *((429, "failed"), (408, "failed"), (500, "failed"), (503, "failed")),
    ],
)
def test_answers_that_pass_are_told_from_those_that_stay(server, fetch, code, expected):
    server.answers["/a.jpg"] = status(code)
    answer, _ = fetch(server.url())
    assert (answer.status, answer.http_status) == (expected, code)


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00" * 100, b"HTTP/1.1 999999 x\r\n\r\n", b"SSH-2.0-x\r\n"]
)
def test_what_is_no_http_has_failed(server, fetch, garbage):
    server.answers["/a.jpg"] = [garbage]
    assert fetch(server.url())[0].status == "failed"


def test_nobody_at_the_door_has_failed(fetch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer, _ = fetch(f"http://127.0.0.1:{port}/", allow={("127.0.0.1", port)})
    assert answer.status == "failed"


# --- the whole list


@pytest.fixture
def fetch_list(open_db, intake, server):
    """Return `fetch_list(*paths)`: fetches them from the server and tells what came of each."""

    def run(*paths, **options):
        limits = FetchLimits(10**6, allow=frozenset({("127.0.0.1", server.port)}))
        urls = [server.url(path) for path in paths]
        return fetch_urls(open_db, intake.objects, urls, fetcher=Fetcher(limits), **options)

    return run


def test_the_same_list_again_asks_only_for_what_failed_or_is_new(server, fetch_list, rows_of):
    server.answers |= {"/ok": ok(), "/down": status(503)}
    first = fetch_list("/ok", "/gone", "/down")
    assert first.asked == {"failed": 1, "fetched": 1, "refused": 1}
    assert rows_of("SELECT status, http_status, size_bytes FROM url_fetch ORDER BY status") == [
        ("failed", 503, None),
        ("fetched", 200, len(PICTURE)),
        ("refused", 404, None),
    ]

    server.asked.clear()
    server.answers |= {"/down": ok(), "/new": ok()}
    again = fetch_list("/ok", "/gone", "/down", "/new")
    assert sorted(server.asked) == ["/down", "/new"]
    assert (again.asked, again.kept) == ({"fetched": 2}, 2)

    server.asked.clear()
    fetch_list("/ok", "/gone", "/down", retry_all=True)
    assert server.asked == ["/gone"]


def test_what_was_fetched_and_is_gone_is_asked_for_again(server, fetch_list, intake):
    server.answers["/ok"] = ok()
    [landed] = fetch_list("/ok").landed.values()
    intake.objects.path(f"landing/{landed.sha256[:2]}/{landed.sha256}").unlink()
    assert fetch_list("/ok").asked == {"fetched": 1}


def test_one_host_is_asked_by_two_at_a_time(server, fetch_list):
    def slowly():
        server.stopping.wait(0.05)
        yield from ok()

    paths = [f"/{number}" for number in range(20)]
    server.answers |= dict.fromkeys(paths, slowly)
    assert fetch_list(*paths).asked == {"fetched": 20}
    assert server.most_at_once <= 2


def test_a_list_that_is_given_up_ends_what_is_under_way(server, fetch_list):
    """Else this would take as long as an address may."""
    server.answers |= {"/a": ok(), "/b": drip(b"HTTP/1.1 200 OK\r\n\r\n", server)}

    class GivenUp(Exception):
        pass

    def give_up(found, total):
        yield next(found)
        raise GivenUp

    with pytest.raises(GivenUp):
        fetch_list("/a", "/b", track=give_up)
    assert not [each for each in threading.enumerate() if "ThreadPool" in each.name]


# --- the command


@pytest.fixture
def hub(importer, intake, database_url, tmp_path, server):
    """Return `hub(*arguments)`: runs the command line on this test's hub."""
    environ = {
        "HUB_DATABASE_URL": database_url,
        "HUB_HOME": str(tmp_path / "home"),
        "HUB_FETCH_ALLOW": f"127.0.0.1:{server.port}",
    }
    return lambda *arguments: CliRunner().invoke(cli, arguments, obj=Hub(environ))


def test_a_list_is_fetched_and_submitted_with_its_labels(server, hub, put, rows_of):
    server.answers |= {"/a.jpg": ok(), "/noai.jpg": ok(X_Robots_Tag="noai"), "/b.jpg": status(503)}
    lines = [
        "url,label,licence,author",
        f"{server.url('/a.jpg')},apple,CC BY 2.0,Ann",
        f"{server.url('/a.jpg')},Teddy bear,,",
        f"{server.url('/b.jpg')},Apple,,",
        f"{server.url('/noai.jpg')},Apple,,",
        f"{server.url('/never.jpg')},Aple,,",
        "javascript:alert(1),Apple,,",
    ]
    path = str(put("list.csv", "\n".join(lines) + "\n"))

    result = hub("import", "--format", "urls", path, "--supplier", "ann", "--json")

    assert result.exit_code == 0, result.output
    [receipt] = json.loads(result.stdout)["receipts"]
    received = {one["label"]: one["received"] for one in receipt["submissions"]}
    assert (received["Apple"], received["Teddy bear"]) == (1, 1)
    refused = {
        file["path"].rpartition("/")[2]: file["reason"]
        for one in receipt["submissions"]
        for file in one["refused"]
    }
    assert refused == {
        "b.jpg": "fetch_failed",
        "noai.jpg": "fetch_refused",
        "never.jpg": "unknown_label",
        "javascript:alert(1)": "malformed_row",
    }
    assert "/never.jpg" not in server.asked
    url = server.url("/a.jpg")
    assert set(
        rows_of("SELECT path, submission_file.source, licence, author FROM submission_file")
    ) == {(url, url, "CC BY 2.0", "Ann")}

    server.answers["/b.jpg"] = ok(picture(seed=5))
    server.asked.clear()
    again = hub("import", "--format", "urls", path, "--supplier", "ann")
    assert again.exit_code == 0
    assert server.asked == ["/b.jpg"]
    assert "2 known from before" in again.stderr


def test_a_plain_list_without_labels_is_refused_by_row(server, hub, put):
    path = str(put("list.txt", f"# pictures\n{server.url()}\n"))
    result = hub("import", "--format", "urls", path, "--json")
    assert result.exit_code == 1
    assert "no_label" in str(result.exception)
    assert server.asked == []


@pytest.mark.parametrize(
    "value", ["localhost", "a:0", "a:99999", ":80", "a:b", "http://a:80", "*:80", "::1:80"]
)
def test_a_setting_that_names_no_host_and_port_is_one_sentence(value):
    with pytest.raises(ConfigError, match="HUB_FETCH_ALLOW"):
        Settings.from_env({"HUB_FETCH_ALLOW": value})


def test_the_setting_names_hosts_and_ports():
    found = Settings.from_env({"HUB_FETCH_ALLOW": "Pictures.local:8080, [::1]:80"}).fetch_allow
    assert found == {("pictures.local", 8080), ("::1", 80)}
