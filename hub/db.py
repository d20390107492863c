"""The one module that speaks to psycopg2."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import Any, TypeAlias, TypeVar

import psycopg2
import psycopg2.errors
import psycopg2.extensions
from psycopg2 import sql
from psycopg2.extras import Json

from hub import queries
from hub.errors import (
    ConfigError,
    Conflict,
    DatabaseUnavailable,
    HubError,
    MigrationError,
    NotFound,
)

Connection: TypeAlias = psycopg2.extensions.connection
OpenDb: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens one transaction: committed at the end of the block, rolled back on an error."""

Row = TypeVar("Row")

_COPY_ROWS = 10_000
_PATIENCE_SECONDS = 30
# Compiling takes longer than our statements do: 1 s for the bitmaps of a batch that need 0.25 s.
_OPTIONS = "-c timezone=UTC -c jit=off"


@contextmanager
def connect(database_url: str) -> Iterator[Connection]:
    """Open a connection in UTC: commit on success, roll back on error, close either way.

    An empty `database_url` leaves everything to libpq's own PG* variables.
    Raises DatabaseUnavailable if Postgres does not answer, or goes away inside the block, and
    ConfigError if `database_url` cannot be read.
    """
    with _unavailable_is_an_error():
        db = _open(database_url)
        try:
            # psycopg2's own `with` ends the transaction but leaves the connection open.
            with db:
                yield db
        finally:
            db.close()


def _open(database_url: str) -> Connection:
    try:
        return psycopg2.connect(database_url, options=_OPTIONS, connect_timeout=10)
    except (psycopg2.ProgrammingError, ValueError):
        # Neither libpq's words nor the cause: both may hold the password.
        raise ConfigError(
            "HUB_DATABASE_URL is no address of a Postgres server: write it as"
            " postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password."
        ) from None


# Classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
_GONE = ("08", "57P")
_NO_ROOM = "53"


@contextmanager
def _unavailable_is_an_error() -> Iterator[None]:
    """Tell a server that is away, or full, from statements of ours that it refused."""
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        code = error.pgcode or ""
        reason = next(iter(str(error).strip().splitlines()), "connection lost")
        if code.startswith(_NO_ROOM):
            raise DatabaseUnavailable(
                f"Postgres has no room left ({reason}). Free disk, memory or connections and run"
                " the same command again: nothing is lost or done twice."
            ) from error
        if code and not code.startswith(_GONE):
            raise
        raise DatabaseUnavailable(
            f"Postgres does not answer ({reason}). Start it with `hub up` (or mend"
            " HUB_DATABASE_URL) and run the same command again: nothing is lost or done twice."
        ) from error


class Pool:
    """Connections that are used again: to open one takes longer than most questions."""

    def __init__(self, database_url: str, *, most: int = 32) -> None:
        """Threads may share a pool: `most` of them have a connection, the others wait."""
        self._url = database_url
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._free = BoundedSemaphore(most)

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Open one transaction, as `connect` does, and raise what that raises.

        Raises DatabaseUnavailable, too, if no connection becomes free.
        """
        if not self._free.acquire(timeout=_PATIENCE_SECONDS):
            raise DatabaseUnavailable(
                f"No connection to Postgres became free within {_PATIENCE_SECONDS} s: too much is"
                " asked at once. Ask again later."
            )
        try:
            with self._opened() as db:
                yield db
        finally:
            self._free.release()

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with _unavailable_is_an_error():
            db = self._take()
            try:
                with db:
                    yield db
            finally:
                self._give_back(db)

    def _take(self) -> Connection:
        while True:
            try:
                db = self._idle.get_nowait()
            except Empty:
                return _open(self._url)
            try:
                # Also undoes what the last user set, and tells whether the server is there.
                db.reset()
                return db
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                db.close()

    def _give_back(self, db: Connection) -> None:
        if not db.closed:
            self._idle.put(db)


def keep_snapshot(db: Connection) -> None:
    """Make everything that `db` reads be of one moment: that of its first query from here on.

    Call it before anything was asked of the connection.
    """
    db.set_session(isolation_level="REPEATABLE READ")


def fetch_all(db: Connection, query: str, row_type: type[Row], **params: object) -> list[Row]:
    """Run the named query; each row becomes a `row_type`, matched by column name."""
    with db.cursor() as cursor:
        _execute(cursor, query, params)
        return list(_rows(cursor, query, row_type))


def fetch_one(db: Connection, query: str, row_type: type[Row], **params: object) -> Row | None:
    """Run a query of at most one row; return it, or None."""
    rows = fetch_all(db, query, row_type, **params)
    assert len(rows) <= 1, f"{query} returned {len(rows)} rows"
    return rows[0] if rows else None


def stream(db: Connection, query: str, row_type: type[Row], **params: object) -> Iterator[Row]:
    """Yield the rows of a large result in constant memory, by a server-side cursor."""
    with db.cursor(name=query.replace("/", "_")) as cursor:
        cursor.itersize = _COPY_ROWS
        _execute(cursor, query, params)
        yield from _rows(cursor, query, row_type)


def execute(db: Connection, query: str, **params: object) -> int:
    """Run the named statement and return how many rows it touched."""
    with db.cursor() as cursor:
        _execute(cursor, query, params)
        return cursor.rowcount


def execute_script(db: Connection, text: str) -> None:
    """Run the text of a migration as it stands."""
    with db.cursor() as cursor:
        cursor.execute(text)


def copy_rows(
    db: Connection, table: str, columns: Iterable[str], rows: Iterable[Iterable[object]]
) -> None:
    """Append rows to a table by COPY, in constant memory. `None` becomes NULL."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    remaining = iter(rows)
    with db.cursor() as cursor:
        while some := list(islice(remaining, _COPY_ROWS)):
            lines = "".join("\t".join(map(_copy_text, row)) + "\n" for row in some)
            cursor.copy_expert(statement, io.StringIO(lines))


# COPY's text format: https://www.postgresql.org/docs/current/sql-copy.html
_COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copy_text(value: object) -> str:
    return r"\N" if value is None else str(value).translate(_COPY_ESCAPES)


def json_value(value: Mapping[str, Any]) -> Json:
    """Wrap a mapping so that it binds as jsonb."""
    return Json(value)


def _execute(cursor: Any, query: str, params: Mapping[str, object]) -> None:
    try:
        cursor.execute(queries.load(query), params)
    except psycopg2.errors.IntegrityError as violation:
        raise Conflict(violation.diag.constraint_name or "") from violation
    except psycopg2.errors.UndefinedTable as error:
        raise NotFound("The database holds no hub yet: make one with `hub init`.") from error
    except psycopg2.errors.UndefinedColumn as error:
        raise MigrationError(
            "The catalogue is of an earlier release of the hub: `hub init` brings it up to date."
        ) from error
    except UnicodeEncodeError as error:
        raise HubError(f"{error.object[:60]!a} is not UTF-8 text; write it in UTF-8.") from error


def _rows(cursor: Any, query: str, row_type: type[Row]) -> Iterator[Row]:
    names: list[str] | None = None
    for row in cursor:
        # A server-side cursor knows its columns only after the first fetch.
        if names is None:
            names = [column.name for column in cursor.description]
        yield row_type(**dict(zip(names, row, strict=True)))
    assert cursor.description is not None, f"{query} returns no rows"
