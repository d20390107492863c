"""TCP ports of this machine that a server may take."""

import random
import socket

from hub.errors import ConfigError


def is_free(port: int, *, host: str) -> bool:
    """Tell whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def check_free(port: int, *, host: str) -> None:
    """Raise ConfigError if nothing can listen there now."""
    if not is_free(port, host=host):
        raise ConfigError(
            f"Nothing can listen at {host}, port {port}: another server does, or this machine has"
            " no such address. Name others with --host and --port."
        )


def free_port(host: str) -> int:
    """A port below those that the kernel hands to outgoing connections, so that it stays free."""
    choices = random.SystemRandom()
    while not is_free(port := choices.randrange(15_000, 32_000), host=host):
        pass
    return port
