"""Runs the site in several processes of several threads each, by gunicorn."""

import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from cluster.ports import check_free
from cluster.shedding import Worker, shedding
from dashboard.app import make_app
from dashboard.postman import postman
from hub.config import Settings
from hub.db import connect
from hub.services.links import check_catalogue

_THREADS = 64
"""Of each process: a slow download takes one for as long as it runs."""
_PATIENCE_SECONDS = 300


def serve(
    settings: Settings,
    database_url: str,
    *,
    host: str,
    port: int,
    workers: int,
    on_ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT, then end what is under way; `on_ready` is told the address.

    Raises DatabaseUnavailable or MigrationError if the catalogue is not ready, ConfigError if the
    port is taken.
    """
    with connect(database_url) as db:
        check_catalogue(db)
    check_free(port, host=host)
    address = f"{_quoted(host)}:{port}"

    def when_ready(server: Any) -> None:
        _end_dead_connections(server)
        on_ready(f"http://{address}")

    options = {"bind": address, "workers": workers, "when_ready": when_ready}
    _Server(settings, database_url, options).run()


def _end_dead_connections(server: Any) -> None:
    """Let no client that takes nothing of what is sent keep a thread for good."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        for listener in server.LISTENERS:
            # Linux: whoever is accepted has it from here.
            listener.sock.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _PATIENCE_SECONDS * 1000
            )


def _quoted(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, database_url: str, options: dict[str, Any]) -> None:
        self._settings, self._database_url, self._options = settings, database_url, options
        super().__init__()

    def load_config(self) -> None:
        """Set what is said here, and nothing from the environment or a file."""
        said = {
            "worker_class": Worker,
            "threads": _THREADS,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "hub site",
            # A proxy on this machine tells whether it was asked by HTTPS, and no paths.
            "forwarder_headers": "",
            # It would lie in the home of whoever runs this, and tell them nothing.
            "control_socket_disable": True,
            **self._options,
        }
        for name, value in said.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application, in each process its own."""
        app = make_app(self._settings, self._database_url)
        # What an earlier process did not get to send.
        postman(app).wake()
        return shedding(app)
