"""The files of a folder (BENCH_LOOSE), as a Flask application sends them: for gunicorn."""

import os

from flask import Flask, Response, send_from_directory

app = Flask(__name__, static_folder=None)
_FOLDER = os.path.abspath(os.environ.get("BENCH_LOOSE", "."))


@app.get("/<path:name>")
def get_file(name: str) -> Response:
    """Send a file; gunicorn lets the system copy it to the socket."""
    return send_from_directory(_FOLDER, name)
