"""How a mail leaves the hub: by SMTP, or into files of its home."""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from hub.config import Settings
from hub.errors import HubError

Send: TypeAlias = Callable[[int, EmailMessage], None]
"""Sends a mail, known by its number. Raises SendError."""

_TIMEOUT_SECONDS = 20


class SendError(HubError):
    """A mail was not taken."""


@contextmanager
def open_way(settings: Settings) -> Iterator[Send]:
    """Open the way that the settings name; nothing is connected to before the first mail."""
    if settings.smtp_url is None:
        folder = settings.home / "mail"
        yield lambda number, message: _write_file(folder, number, message)
        return
    way = _Smtp(settings.smtp_url)
    try:
        yield way.send
    finally:
        way.close()


def _write_file(folder: Path, number: int, message: EmailMessage) -> None:
    """Write a mail that opens accounts: for nobody else to read."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = folder / f".{number:08}.{os.getpid()}"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes(policy=SMTP))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / f"{number:08}.eml")
    except OSError as error:
        raise SendError(f"{folder} does not take mail: {error.strerror or error}.") from error


class _Smtp:
    """One connection to a server, for all mails of a round."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._server: smtplib.SMTP | None = None
        self._refused: SendError | None = None

    def send(self, _number: int, message: EmailMessage) -> None:
        # A server that is away keeps nobody waiting once for each mail.
        if self._refused is not None:
            raise self._refused
        try:
            self._server = self._server or self._connect()
        except (OSError, smtplib.SMTPException, SendError) as error:
            self._refused = SendError(_said(error))
            raise self._refused from error
        try:
            self._server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # What a mail left behind must not fall on the next one.
            self.close()
            raise SendError(_said(error)) from error

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server = None

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or ""
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host,
                self._url.port or 465,
                timeout=_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(host, self._url.port or 25, timeout=_TIMEOUT_SECONDS)
        try:
            self._introduce(server, host)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, host: str) -> None:
        server.ehlo()
        is_secret = self._url.scheme == "smtps"
        if not is_secret and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_secret = True
        if self._url.username is None:
            return
        if not is_secret and not _is_here(host):
            raise SendError(
                "The mail server offers no encryption, and the password of HUB_SMTP_URL is not"
                " sent in the clear; use smtps://, or a server that has STARTTLS."
            )
        server.login(unquote(self._url.username), unquote(self._url.password or ""))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _said(error: Exception) -> str:
    """Say why in a line that holds no password: servers repeat what they were told, at times."""
    if isinstance(error, SendError):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server refuses the name and password of HUB_SMTP_URL ({error.smtp_code})."
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
