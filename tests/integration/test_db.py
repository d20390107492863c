"""What a user is told when Postgres is away, and what is ours to know when it only refuses."""

import psycopg2
import pytest

from hub.catalogue import duplicates
from hub.db import connect
from hub.errors import DatabaseUnavailable, MigrationError


def test_a_server_that_does_not_answer_is_said_to(database_url):
    away = database_url.rpartition("/")[0] + "/no_such_database"
    with pytest.raises(DatabaseUnavailable, match="hub up"), connect(away):
        pass


def test_a_session_that_was_ended_is_a_server_that_went_away(database_url):
    ended = pytest.raises(DatabaseUnavailable, match="run the same command again")
    with ended, connect(database_url) as db, db.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_refused_statement_keeps_its_traceback(database_url):
    refused = pytest.raises(psycopg2.OperationalError, match="canceling statement")
    with refused, connect(database_url) as db, db.cursor() as cursor:
        cursor.execute("SET statement_timeout = 1; SELECT pg_sleep(1)")


def test_a_catalogue_of_an_earlier_release_is_said_to_be_one(database_url):
    older = pytest.raises(MigrationError, match="`hub init` brings it up to date")
    with older, connect(database_url) as db:
        with db.cursor() as cursor:
            cursor.execute("ALTER TABLE submission_file DROP COLUMN distance")
        duplicates.list_duplicates(db, most=1)
