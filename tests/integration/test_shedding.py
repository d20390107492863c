"""A crowd that wants more than the hub can do is told so, and the hub lives on."""

import http.client
import threading
import time
from collections import Counter

import pytest

from cluster.shedding import RETRY_SECONDS
from dashboard.seats import MOST

HOST = "127.0.0.1"
CROWD = 500


def ask(port, path, *, headers):
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After")
    finally:
        connection.close()


@pytest.fixture
def blocked(site):
    """Let no question of the catalogue be answered until the block ends."""
    from hub.db import connect

    with connect(site.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute("LOCK TABLE label_name IN ACCESS EXCLUSIVE MODE")
        yield db


def test_whoever_waits_too_long_for_a_thread_is_told_when_to_come_again(site, blocked):
    answers = []

    def one():
        answers.append(ask(site.port, "/api/v1/labels?limit=1", headers={}))

    crowd = [threading.Thread(target=one) for _ in range(CROWD)]
    for each in crowd:
        each.start()
    # Longer than anybody may wait: all threads stand before the table that is locked.
    time.sleep(6)
    blocked.rollback()
    for each in crowd:
        each.join()
    codes = Counter(status for status, _ in answers)
    assert sum(codes.values()) == CROWD
    assert set(codes) <= {200, 429, 503}
    assert codes[503] > CROWD / 2
    assert {retry for status, retry in answers if status == 503} == {str(RETRY_SECONDS)}
    assert codes[200] > MOST
    assert ask(site.port, "/api/v1/labels?limit=1", headers={})[0] == 200
