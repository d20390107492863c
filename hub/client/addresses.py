"""Where a hub is, and who asks it: checked before a token is sent anywhere."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from hub.errors import ConfigError
from hub.rules.tokens import parse_token

_API = "/api/v1"


@dataclass(frozen=True)
class Address:
    """A hub, and the token that it is asked with."""

    origin: str
    """Scheme, host and port."""
    prefix: str
    """Of the path of every route."""
    token: str | None = field(repr=False)


def make_address(url: str, token: str | None, *, token_from: str = "HUB_TOKEN") -> Address:
    """Check where a token would go. Raises ConfigError, which never repeats the token.

    `token_from` names in errors where the token was said.
    """
    try:
        parsed = parse_url(url.strip())
    except LocationParseError:
        parsed = Url()
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.auth:
        raise ConfigError(
            "The address of the hub (HUB_URL) must be one such as https://hub.example, without a"
            " name or a password in it."
        )
    token = (token or "").strip() or None
    if token and parse_token(token) is None:
        raise ConfigError(
            f"{token_from} holds no token: one begins with hub_; copy it whole, as `hub token"
            " create` prints it."
        )
    origin = Url(scheme=parsed.scheme, host=parsed.host, port=parsed.port).url
    if token and parsed.scheme == "http" and not _is_loopback(parsed.host):
        raise ConfigError(
            f"{origin} is another machine and its address is not https: the token would cross the"
            " network for all to read. Give the https address of the hub."
        )
    path = (parsed.path or "").rstrip("/").removesuffix(_API)
    return Address(origin, path + _API, token)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
