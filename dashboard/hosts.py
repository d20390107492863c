"""Which hosts the site answers as."""

import ipaddress
from urllib.parse import urlsplit


def is_ours(host: str, *, site_url: str) -> bool:
    """Tell whether a Host header names this site: by `Settings.site_url`, or as this machine.

    A name of another's own can be led to this machine by whoever has it, and its pages would ask
    the hub as if they were its own; an address cannot.
    """
    try:
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        own = urlsplit(site_url).hostname
    except ValueError:
        return False
    if parts.netloc != host or "@" in host:
        return False
    return name in (own, "localhost") or name.endswith(".localhost") or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
