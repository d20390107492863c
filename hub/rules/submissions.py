"""What a supplier may say of a file: checked and brought to one form."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.errors import SubmitError
from hub.rules.labels import fold_name
from hub.rules.licences import DEFAULT_LICENCE, find_licence

LONGEST_PATH_BYTES = 2000
"""A longer path does not fit the index that keeps a submission's paths apart."""
LONGEST_NAME = 100
LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a row, that is not received; `message` says what to do about it."""

    path: str
    label: str
    supplier: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One file under one label. Times are UTC; `path` is as given, surrogates for odd bytes."""

    path: str
    label: str
    supplier: str
    licence: str
    author: str
    source: str = ""
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for the files of a call that do not say otherwise; make it by `check_defaults`."""

    supplier: str
    licence: str
    author: str
    source: str
    lon: float | None
    lat: float | None


class Malformed(SubmitError):
    """A value that breaks its rule; the message names the value and the remedy."""

    def __init__(self, message: str, *, reason: str = "malformed_row") -> None:
        super().__init__(message)
        self.reason = reason


# Of the oldest photograph that there is, and the last that EXIF times are taken from.
_FIRST_YEAR, _LAST_YEAR = 1826, 2099


def check_defaults(
    supplier: str,
    *,
    licence: str = DEFAULT_LICENCE,
    author: str = "",
    source_url: str = "",
    lon: str = "",
    lat: str = "",
) -> Defaults:
    """Check what a call says of all its files; no author means the supplier. Raises SubmitError."""
    try:
        place = check_place(lon, lat)
        return Defaults(
            supplier=check_line(supplier, "supplier", longest=LONGEST_NAME),
            licence=check_licence(licence),
            author=check_line(author, "author") if author else "",
            source=check_url(source_url),
            lon=place[0],
            lat=place[1],
        )
    except Malformed as error:
        # Of a row it stands behind the line's number; here it is the whole sentence.
        message = str(error)
        raise SubmitError(f"{message[0].upper()}{message[1:]}.") from error


def make_row(
    path: str, label: str, *, defaults: Defaults, given: Mapping[str, str] | None = None
) -> Row:
    """Check what is given of a file, and take what is absent or empty from the defaults.

    Raises Malformed at the first value that breaks its rule.
    """
    said = {name: text for name, text in (given or {}).items() if text.strip()}
    supplier = defaults.supplier
    if "supplier" in said:
        supplier = check_line(said["supplier"], "supplier", longest=LONGEST_NAME)
    lon, lat = check_place(said.get("lon", ""), said.get("lat", ""))
    if lon is None:
        lon, lat = defaults.lon, defaults.lat
    author = check_line(said["author"], "author") if "author" in said else defaults.author
    if not label.strip():
        raise Malformed("the label is empty")
    return Row(
        path=check_path(path),
        label=label.strip(),
        supplier=supplier,
        licence=check_licence(said["licence"]) if "licence" in said else defaults.licence,
        author=author or supplier,
        source=check_url(said["source_url"]) if "source_url" in said else defaults.source,
        lon=lon,
        lat=lat,
        taken_at=check_time(said.get("taken_at", "")),
    )


def check_path(path: str) -> str:
    """Return the path. Raises Malformed if no file can have it, or the catalogue cannot keep it."""
    if not path:
        raise Malformed("the path is empty")
    if "\0" in path:
        raise Malformed("the path holds a NUL byte, which no file name can")
    if len(storable(path).encode()) > LONGEST_PATH_BYTES:
        raise Malformed(
            f"the path is longer than {LONGEST_PATH_BYTES} bytes; name it from a nearer folder",
            reason="path_too_long",
        )
    return path


def check_line(text: str, what: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return one line of text without the white space around it. Raises Malformed."""
    text = text.strip()
    if not text:
        raise Malformed(f"the {what} is empty")
    if len(text) > longest:
        raise Malformed(f"the {what} is longer than {longest} characters")
    if not text.isprintable():
        raise Malformed(f"the {what} {text[:60]!a} holds characters that cannot be printed")
    return text


def check_licence(text: str) -> str:
    """Return the licence by its one name. Raises Malformed."""
    licence = find_licence(text)
    if licence is None:
        raise Malformed(
            f"the licence {text[:60]!a} is not one that the hub knows; see docs/submitting.md"
        )
    return licence


def check_url(text: str) -> str:
    """Return the address, or an empty text for none. Raises Malformed if it is not http(s).

    It ends as a link on pages, where any other scheme could run a script.
    """
    if not text.strip():
        return ""
    url = check_line(text, "source_url")
    if not url.lower().startswith(("http://", "https://")) or " " in url:
        raise Malformed(f"the source_url {url[:60]!a} is not an http or https address")
    return url


def check_place(lon: str, lat: str) -> tuple[float, float] | tuple[None, None]:
    """Return longitude and latitude in degrees, or neither. Raises Malformed."""
    if not lon.strip() and not lat.strip():
        return None, None
    if not lon.strip() or not lat.strip():
        raise Malformed("lon and lat must be given together")
    return _degrees(lon, "lon", 180), _degrees(lat, "lat", 90)


def _degrees(text: str, what: str, limit: int) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= limit:
        raise Malformed(f"{what} {text[:60]!a} is not a number from -{limit} to {limit}")
    return degrees


def check_time(text: str) -> datetime | None:
    """Return an ISO 8601 time in UTC, or None for an empty text; one without a zone is UTC.

    Raises Malformed, also for years in which nobody took a photograph.
    """
    if not text.strip():
        return None
    try:
        time = datetime.fromisoformat(text.strip())
        taken = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            f"taken_at {text[:60]!a} is not an ISO 8601 time such as 2024-05-01T12:00:00Z"
        ) from None
    if not _FIRST_YEAR <= taken.year <= _LAST_YEAR:
        raise Malformed(f"taken_at {text[:60]!a} is not in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return taken


def storable(path: str) -> str:
    """Return the path as text that Postgres and JSON take: bytes that are no text are escaped."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", r"\x00")


def refuse_repeats(
    rows: Iterable[Row | Refusal], label_ids: Mapping[str, int]
) -> Iterator[Row | Refusal]:
    """Let the first row of a supplier, label and path through, and refuse those that repeat it.

    `label_ids` has the label of every row by its folded name: two names may mean one label.
    """
    seen: set[tuple[str, int, str]] = set()
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        key = (row.supplier, label_ids[fold_name(row.label)], storable(row.path))
        if key in seen:
            yield refusal(row, "repeated", "this path and label came before in the same call")
        else:
            seen.add(key)
            yield row


def refusal(row: Row, reason: str, message: str) -> Refusal:
    """Refuse a row for that reason."""
    return Refusal(row.path, row.label, row.supplier, reason, message)
