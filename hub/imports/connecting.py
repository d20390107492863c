"""Connections to public addresses alone: what is checked is the address that is connected to.

So neither a name that leads to another address at each look-up (rebinding) nor a redirect leads
into a private network, and no proxy of the environment is used.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

AddressInfo = tuple[Any, ...]
Resolve = Callable[[str, int], Sequence[AddressInfo]]
"""Returns what `socket.getaddrinfo` does for TCP."""

PORTS = (80, 443)
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6; `is_global` takes what is not, site-local addresses too."""
_DOCUMENTATION = IPv6Network("3fff::/20")
"""RFC 9637, which `is_global` of our Python does not know yet."""


class Forbidden(Exception):
    """An address that is not fetched from; the message says why. Asking again changes nothing."""


class Late(Exception):
    """The time for one address is over."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, whatever it is wrapped in.

    https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-: by `is_global`.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and (
        not (ip in _GLOBAL_UNICAST or ip in _NAT64) or ip in _DOCUMENTATION
    ):
        return False
    return all(each.is_global and not each.is_multicast for each in (ip, *_wrapped(ip)))


def _wrapped(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 one stands for or leads to."""
    if isinstance(ip, IPv4Address):
        return []
    found = [ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        found.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def resolve(host: str, port: int) -> Sequence[AddressInfo]:
    """Ask the system's resolver."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Door:
    """Lets the connections for one address out, to public hosts alone, and closes them in time."""

    def __init__(
        self, *, resolve: Resolve, allow: frozenset[tuple[str, int]], seconds: float
    ) -> None:
        self._resolve = resolve
        self._allow = allow
        self._seconds_left = seconds
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()
        self.is_late = False

    @contextmanager
    def open(self) -> Iterator[None]:
        """Count the time of the block; once none is left, its connection ends."""
        timer = threading.Timer(max(self._seconds_left, 0), self.shut)
        timer.daemon = True
        began = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._seconds_left -= time.monotonic() - began
            self._drop()

    def check(self, url: str) -> urllib3.util.Url:
        """Return the parts of an address that may be asked. Raises Forbidden."""
        try:
            parts = urllib3.util.parse_url(url)
        except urllib3.exceptions.LocationParseError as error:
            raise Forbidden("it is no address; write another script's name in punycode") from error
        if parts.scheme not in ("http", "https") or not parts.host or parts.auth:
            raise Forbidden("only http and https addresses without a password are fetched")
        if self.port_of(parts) not in PORTS and not self._is_allowed(
            parts.host, self.port_of(parts)
        ):
            raise Forbidden(
                f"port {parts.port} is neither 80 nor 443; HUB_FETCH_ALLOW can allow it"
            )
        return parts

    @staticmethod
    def port_of(parts: urllib3.util.Url) -> int:
        return parts.port or (443 if parts.scheme == "https" else 80)

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """Return a connected socket. Raises Forbidden if none of the addresses is public, and
        OSError."""
        is_allowed = self._is_allowed(host, port)
        found = self._resolve(host.strip("[]"), port)
        public = [each for each in found if is_allowed or is_public(str(each[4][0]))]
        if not public:
            raise Forbidden("its host has no public address; HUB_FETCH_ALLOW can allow it")
        failure: OSError | None = None
        for family, kind, protocol, _, address in public:
            try:
                return self._connected(family, kind, protocol, address, timeout)
            except OSError as error:
                failure = error
        assert failure is not None
        raise failure

    def _is_allowed(self, host: str, port: int) -> bool:
        return (host.strip("[]").lower(), port) in self._allow

    def _connected(
        self, family: int, kind: int, protocol: int, address: Any, timeout: float
    ) -> socket.socket:
        made = socket.socket(family, kind, protocol)
        try:
            self._watch(made)
            made.settimeout(timeout)
            made.connect(address)
        except BaseException:
            made.close()
            raise
        return made

    def _watch(self, made: socket.socket) -> None:
        self._drop()
        with self._lock:
            if self.is_late:
                raise Late
            # A second one on the same connection: TLS takes the first one apart.
            self._handle = made.dup()

    def _drop(self) -> None:
        with self._lock:
            if self._handle is not None:
                self._handle.close()
            self._handle = None

    def shut(self) -> None:
        """End whatever is under way, a handshake or a header that drips in as well."""
        with self._lock:
            self.is_late = True
            if self._handle is not None:
                with suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, door: Door, **options: Any) -> None:
        super().__init__(*args, **options)
        self._door = door

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._door)


class _Secure(HTTPSConnection):
    def __init__(self, *args: Any, door: Door, **options: Any) -> None:
        super().__init__(*args, **options)
        self._door = door

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._door)


def _connect(connection: HTTPConnection, door: Door) -> socket.socket:
    timeout = connection.timeout
    assert isinstance(timeout, int | float)
    return door.connect(connection.host, connection.port, timeout)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


def open_pool(parts: urllib3.util.Url, door: Door) -> urllib3.HTTPConnectionPool:
    """Return a pool for one request: a redirect, and the next address, connect anew."""
    assert parts.host is not None
    make = _SecurePool if parts.scheme == "https" else _PlainPool
    return make(parts.host, door.port_of(parts), door=door, maxsize=1)
