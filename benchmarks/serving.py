"""Serves the files of a folder on loopback, as cheaply as the standard library can.

    python -m benchmarks.serving FOLDER

Prints the port it took. The bytes go from the file to the socket without passing through here.
"""

import os
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(BaseHTTPRequestHandler):
    root: Path

    def do_GET(self) -> None:
        # The list of addresses is our own, and nothing but loopback reaches this port.
        try:
            file = (self.root / self.path.lstrip("/")).open("rb")
        except OSError:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with file:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            self.end_headers()
            self.connection.sendfile(file)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a line a picture would cost more than the picture."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024


def main() -> None:
    """Serve until terminated."""
    _Handler.root = Path(sys.argv[1])
    with _Server(("127.0.0.1", 0), _Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
