"""TCP ports of this machine that a server may take."""

import random
import socket


def is_free(port: int, *, host: str) -> bool:
    """Tell whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str) -> int:
    """A port below those that the kernel hands to outgoing connections, so that it stays free."""
    choices = random.SystemRandom()
    while not is_free(port := choices.randrange(15_000, 32_000), host=host):
        pass
    return port
