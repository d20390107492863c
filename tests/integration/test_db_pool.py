from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from hub.db import Pool, keep_snapshot
from hub.errors import DatabaseUnavailable


@pytest.fixture
def pool(database_url):
    return Pool(database_url, most=2)


def ask(pool, statement, *params):
    with pool.open() as db, db.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]


def test_a_connection_is_used_again(pool):
    assert ask(pool, "SELECT pg_backend_pid()") == ask(pool, "SELECT pg_backend_pid()")


def test_no_transaction_is_open_between_two_uses(pool):
    with pool.open() as db:
        keep_snapshot(db)
        with db.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1000; SET work_mem = '1MB'")
    assert ask(pool, "SELECT current_setting('transaction_isolation')") == "read committed"
    assert ask(pool, "SELECT current_setting('work_mem')") != "1MB"
    assert ask(pool, "SELECT current_setting('timezone')") == "UTC"


def test_an_error_rolls_back_and_the_connection_stays_good(pool):
    statement = "INSERT INTO hub_user (name, role) VALUES (%s, 'ops') RETURNING 1 / %s"
    with pytest.raises(psycopg2.errors.DivisionByZero):
        ask(pool, statement, "eve", 0)
    assert ask(pool, "SELECT count(*) FROM hub_user") == 0


def test_a_connection_that_the_server_ended_is_replaced(pool, database_url):
    pid = ask(pool, "SELECT pg_backend_pid()")
    assert ask(Pool(database_url), "SELECT pg_terminate_backend(%s, 5000)", pid)
    assert ask(pool, "SELECT pg_backend_pid()") != pid


def test_a_connection_that_breaks_in_use_is_told_and_not_kept(pool, database_url):
    def end_and_ask():
        with pool.open() as db, db.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            ask(Pool(database_url), "SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone()[0])
            cursor.execute("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        end_and_ask()
    assert ask(pool, "SELECT 1") == 1


def test_threads_share_few_connections(pool):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: ask(pool, "SELECT %s", number), range(200)))
    assert answers == list(range(200))
    statement = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    assert ask(pool, statement) <= 2


def test_who_waits_in_vain_for_a_connection_is_told(pool, monkeypatch):
    monkeypatch.setattr("hub.db._PATIENCE_SECONDS", 0.1)
    with pool.open(), pool.open(), pytest.raises(DatabaseUnavailable, match="became free"):
        ask(pool, "SELECT 1")
    assert ask(pool, "SELECT 1") == 1
