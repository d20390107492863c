"""Settings, read once from the environment at an entry point and then passed down."""

import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import ConfigError
from hub.rules.reasons import REASON_OF_QUALITY

# Any of these means that libpq's own variables name the server.
_LIBPQ = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")

# A name or an IPv4 address, or an IPv6 one: no address of a page, and no pattern.
_HOST = re.compile(r"[\w.-]+|\[[0-9A-Fa-f:.]+(%[\w.-]+)?\]", re.ASCII)

_MOST = 2**31 - 1
"""What Spark and Postgres count in."""
_MOST_DAYS = 36_500
"""A hundred years: Postgres has no dates much further back than its calendar."""

# Beside the letters and digits of any script. Spark splits a list of folders at a comma and reads
# []{}*? as patterns; the shell that starts Postgres reads quotes, $ and backslashes.
_PLAIN = frozenset(" '_-.+=@()~/:")


@dataclass(frozen=True)
class Settings:
    """What a hub is told from outside. Folders are absolute; sizes in bytes, sides in pixels."""

    home: Path
    """Holds a local hub whole: Postgres, lake, objects, landing, logs."""
    database_url: str | None
    """None: the embedded server of `home`. Empty: libpq's own PG* variables."""
    lake_root: str
    objects_root: str
    """Landing files, manifests: immutable bytes by key."""
    spark_master: str = "local[*]"
    spark_memory: str = "4g"
    partitions: int = 0
    """Spark partitions of a stage; 0: one a core."""
    batch_files: int = 200_000
    """A batch takes whole receipts, oldest first, until this many files (always at least one)."""
    min_side_px: int = 100
    max_file_bytes: int = 64 * 1024**2
    max_pixels: int = 100_000_000
    refuse_quality: frozenset[str] = frozenset()
    """Kinds of a picture that are refused, keys of `REASON_OF_QUALITY`."""
    decode_seconds: int = 5
    """Processor time that the checks of one file may take."""
    decode_memory_bytes: int = 512 * 1024**2
    augment_count: int = 1
    undo_days: int = 30
    """For how long after the end of its batch a file is kept as it was received."""
    trainable_evidence: str = "supplier"
    trainable_minimum: int = 100
    """Pictures of a label below which a training waits, unless its request says another number."""
    runs_root: Path = Path("runs")
    """Run folders of trainings, a number each; on a cluster a folder that all hosts see."""
    train_python: Path = Path("python")
    """Of the environment to train in."""
    train_hosts: str = ""
    """Where `horovodrun` starts ranks, `host:ranks` with commas between; empty: on this machine."""
    train_stall_seconds: int = 600
    """A training that says nothing for so long is ended and begun again from its checkpoint."""
    anonymous: str = "browse"
    """What the site shows without a token: `browse`, labels and documentation; `none`."""
    map_suppliers: int = 3
    """A place is shown where at least so many suppliers took published pictures."""
    requests_per_minute: int = 1200
    """Of one user, or of one address without a token; 0: no limit."""
    proxies: int = 0
    """Servers before the site, each of which adds whom it was asked by to X-Forwarded-For."""
    fetch_allow: frozenset[tuple[str, int]] = frozenset()
    """Hosts and ports that imports may fetch from although they are not public."""
    site_url: str = "http://127.0.0.1:8000"
    """What links in mails begin with, without a slash at the end."""
    sign_up: str = "invitation"
    """Who may become a user: `invitation`, whom ops invite; `open`, anybody with an address."""
    smtp_url: str | None = field(default=None, repr=False)
    """The server that mail is sent by; None: it is written to files in `home`."""
    mail_from: str = "Deep Images Hub <hub@localhost>"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read HUB_* (and whether PG* name a server).

        Raises ConfigError that names the variable and what it should hold.
        """
        home = _home(environ)
        url = environ.get("HUB_DATABASE_URL")
        if not url:
            url = "" if any(environ.get(name) for name in _LIBPQ) else None
        return cls(
            home=home,
            database_url=url,
            lake_root=_place(environ, "HUB_LAKE_ROOT") or str(home / "lake"),
            objects_root=_place(environ, "HUB_OBJECTS_ROOT") or str(home / "objects"),
            spark_master=environ.get("HUB_SPARK_MASTER") or cls.spark_master,
            spark_memory=environ.get("HUB_SPARK_MEMORY") or cls.spark_memory,
            partitions=_whole(environ, "HUB_PARTITIONS", cls.partitions),
            batch_files=_whole(environ, "HUB_BATCH_FILES", cls.batch_files, least=1),
            min_side_px=_whole(environ, "HUB_MIN_SIDE_PX", cls.min_side_px, least=1),
            max_file_bytes=_whole(environ, "HUB_MAX_FILE_BYTES", cls.max_file_bytes, least=1),
            max_pixels=_whole(environ, "HUB_MAX_PIXELS", cls.max_pixels, least=1),
            refuse_quality=_kinds(environ, "HUB_REFUSE_QUALITY"),
            decode_seconds=_whole(environ, "HUB_DECODE_SECONDS", cls.decode_seconds, least=1),
            decode_memory_bytes=_whole(
                environ, "HUB_DECODE_MEMORY_BYTES", cls.decode_memory_bytes, least=32 * 1024**2
            ),
            augment_count=_whole(environ, "HUB_AUGMENT_COUNT", cls.augment_count),
            undo_days=_whole(environ, "HUB_UNDO_DAYS", cls.undo_days, most=_MOST_DAYS),
            trainable_evidence=_one_of(environ, "HUB_TRAINABLE_EVIDENCE", ("supplier", "verified")),
            trainable_minimum=_whole(
                environ, "HUB_TRAINABLE_MINIMUM", cls.trainable_minimum, least=1
            ),
            runs_root=Path(_place(environ, "HUB_RUNS_ROOT") or home / "runs").absolute(),
            train_python=_python(environ),
            train_hosts=_train_hosts(environ),
            train_stall_seconds=_whole(
                environ, "HUB_TRAIN_STALL_SECONDS", cls.train_stall_seconds, least=1
            ),
            anonymous=_one_of(environ, "HUB_ANONYMOUS", ("browse", "none")),
            map_suppliers=_whole(environ, "HUB_MAP_SUPPLIERS", cls.map_suppliers, least=1),
            requests_per_minute=_whole(environ, "HUB_REQUESTS_PER_MINUTE", cls.requests_per_minute),
            proxies=_whole(environ, "HUB_PROXIES", cls.proxies, most=16),
            fetch_allow=_hosts(environ, "HUB_FETCH_ALLOW"),
            site_url=_site_url(environ),
            sign_up=_one_of(environ, "HUB_SIGN_UP", ("invitation", "open")),
            smtp_url=_smtp_url(environ),
            mail_from=_mail_from(environ, cls.mail_from),
        )


def _whole(
    environ: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = _MOST
) -> int:
    text = environ.get(name)
    if not text:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
    if not is_number or not least <= int(text) <= most:
        raise ConfigError(
            f"{name} is {_quoted(text)}; set it to a whole number from {least} to {most}."
        )
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, words: tuple[str, str]) -> str:
    """Read one of two words; the first is the default."""
    word = environ.get(name) or words[0]
    if word not in words:
        raise ConfigError(f"{name} is {_quoted(word)}; set it to '{words[0]}' or '{words[1]}'.")
    return word


def _kinds(environ: Mapping[str, str], name: str) -> frozenset[str]:
    kinds = {kind.strip() for kind in environ.get(name, "").split(",")} - {""}
    for kind in sorted(kinds.difference(REASON_OF_QUALITY)):
        raise ConfigError(
            f"{name} names {_quoted(kind)}; set it to some of {', '.join(REASON_OF_QUALITY)},"
            " with commas between."
        )
    return frozenset(kinds)


def _hosts(environ: Mapping[str, str], name: str) -> frozenset[tuple[str, int]]:
    """Read host:port with commas between; an IPv6 address stands in brackets."""
    hosts = set()
    for each in filter(None, map(str.strip, environ.get(name, "").split(","))):
        host, _, port = each.rpartition(":")
        is_port = port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 2**16
        if not _HOST.fullmatch(host) or not is_port:
            raise ConfigError(
                f"{name} has {_quoted(each)}; set it to host:port, with commas between."
            )
        hosts.add((host.strip("[]").lower(), int(port)))
    return frozenset(hosts)


def _python(environ: Mapping[str, str]) -> Path:
    beside = Path(sys.prefix).parent / ".venv-train" / "bin" / "python"
    return Path(environ.get("HUB_TRAIN_PYTHON") or beside).expanduser().absolute()


def _train_hosts(environ: Mapping[str, str]) -> str:
    hosts = environ.get("HUB_TRAIN_HOSTS", "").replace(" ", "")
    for each in filter(None, hosts.split(",")):
        # Not a word that begins with a dash: ssh would take it for an option.
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*:[1-9]\d{0,3}", each, re.ASCII):
            raise ConfigError(
                f"HUB_TRAIN_HOSTS has {_quoted(each)}; set it to host:ranks, with commas between."
            )
    return hosts


def _site_url(environ: Mapping[str, str]) -> str:
    url = (environ.get("HUB_SITE_URL") or Settings.site_url).rstrip("/")
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./~-]*)?", url, re.ASCII):
        raise ConfigError(
            f"HUB_SITE_URL is {_quoted(url)}; set it to where people reach the site, such as"
            " https://hub.example."
        )
    return url


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("HUB_SMTP_URL")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        # Not as it was given: it may hold the password.
        raise ConfigError(
            "HUB_SMTP_URL is no address of a mail server: write it as smtp://USER:PASSWORD@HOST:PORT"
            " or smtps://..., with %40 for an @ in the password."
        )
    return url


def _mail_from(environ: Mapping[str, str], default: str) -> str:
    sender = environ.get("HUB_MAIL_FROM") or default
    if not re.fullmatch(r"[^@\s]+@[\w.-]+", parseaddr(sender)[1]) or not sender.isprintable():
        raise ConfigError(
            f"HUB_MAIL_FROM is {_quoted(sender)}; set it to an address such as"
            " Deep Images Hub <hub@hub.example>."
        )
    return sender


def _home(environ: Mapping[str, str]) -> Path:
    given = environ.get("HUB_HOME") or ".hub"
    try:
        home = Path(given).expanduser().absolute()
    except (RuntimeError, OSError) as error:
        raise ConfigError(
            f"HUB_HOME is {_quoted(given)}, which leads nowhere ({error});"
            " set it to a folder that you may write."
        ) from error
    _check_plain("HUB_HOME", str(home))
    return home


def _place(environ: Mapping[str, str], name: str) -> str:
    place = environ.get(name, "")
    _check_plain(name, place)
    return place


def _check_plain(name: str, place: str) -> None:
    """Refuse a folder that Spark, or the shell that starts Postgres, would read as another."""
    for character in place:
        if character not in _PLAIN and unicodedata.category(character)[0] not in "LMN":
            raise ConfigError(
                f"{name} is {place!a}, and its {character!a} has a meaning of its own to Spark or"
                " Postgres; name a folder by letters, digits, spaces and _-.+=@()~ alone."
            )


def _quoted(text: str) -> str:
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")
