"""Sends mail beside the requests that write it: nobody waits for it, or learns from how long."""

import logging
import threading

from flask import Flask

from hub.config import Settings
from hub.db import Pool
from hub.services import mail

_PAUSE_SECONDS = 60


class Postman:
    """A thread of one process, while there is mail to send; several processes share the mail."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self._is_asked = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Send what was written, and what failed once it is due again."""
        with self._lock:
            self._is_asked.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="postman")
                self._thread.start()

    def _work(self) -> None:
        while self._is_needed():
            try:
                mail.deliver(self._pool.open, self._settings)
            except Exception:
                # The mail is kept: whoever asks next, or `hub job watch`, sends it.
                logging.getLogger("hub").exception("Mail was not sent")
                self._end()
                return
            self._is_asked.wait(_PAUSE_SECONDS)

    def _is_needed(self) -> bool:
        """Tell whether there is something to do; if not, end so that the next call starts anew."""
        with self._lock:
            if self._is_asked.is_set():
                self._is_asked.clear()
                return True
            try:
                with self._pool.open() as db:
                    if mail.count_waiting(db):
                        return True
            except Exception:
                logging.getLogger("hub").exception("Mail was not looked for")
            self._thread = None
            return False

    def _end(self) -> None:
        with self._lock:
            self._thread = None


def postman(app: Flask) -> Postman:
    """Return the postman of an app; it sleeps until it is woken."""
    found = app.extensions.get("postman")
    if found is None:
        site = app.extensions["hub"]
        found = app.extensions["postman"] = Postman(site.settings, site.pool)
    assert isinstance(found, Postman)
    return found
