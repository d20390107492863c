"""The lease of the lake: held by one, kept through long transactions, replaced when it dies."""

import os
import subprocess
import sys
import threading

import pytest

from hub.catalogue import leases
from hub.db import connect
from hub.errors import LeaseHeld
from hub.services.leases import LAKE, hold_lease


@pytest.fixture
def open_db(database_url):
    return lambda: connect(database_url)


def ask(open_db, query):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(query)


def test_a_second_holder_is_told_who_has_it(open_db):
    with (
        hold_lease(open_db, holder="the first"),
        pytest.raises(LeaseHeld, match=f"the first .process {os.getpid()}. holds") as held,
        hold_lease(open_db, holder="the second"),
    ):
        pass
    assert held.value.exit_code == 75


def test_it_is_free_again_afterwards(open_db):
    with hold_lease(open_db, holder="the first"):
        pass
    with hold_lease(open_db, holder="the second"):
        pass


def test_a_holder_that_was_killed_is_replaced_at_once(open_db):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    with hold_lease(open_db, holder="the first") as first:
        ask(open_db, f"UPDATE lease SET pid = {gone.pid}")
        # It has ended and nobody has asked for its end: its number is still there.
        second = hold_lease(open_db, holder="the second")
        with second, open_db() as db, pytest.raises(LeaseHeld, match="taken by the second"):
            first.confirm(db)
    gone.wait()


def test_a_holder_elsewhere_is_replaced_once_it_is_silent(open_db):
    with hold_lease(open_db, holder="the first"):
        ask(open_db, "UPDATE lease SET host = 'elsewhere', pid = 1")
        with pytest.raises(LeaseHeld), hold_lease(open_db, holder="the second"):
            pass
        ask(open_db, "UPDATE lease SET heartbeat_at = now() - interval '2 minutes'")
        with hold_lease(open_db, holder="the second"):
            pass


def test_a_long_transaction_lets_the_heart_beat_and_nobody_in(open_db):
    with hold_lease(open_db, holder="the first") as first, open_db() as db:
        first.confirm(db)
        with open_db() as other:
            assert leases.set_heartbeat(other, LAKE, token=first.token)
        taken = []
        thief = threading.Thread(target=lambda: taken.append(steal(open_db, first.token)))
        thief.start()
        thief.join(timeout=0.5)
        assert not taken
        db.commit()
        thief.join(timeout=10)
        assert taken == [True]


def steal(open_db, token):
    with open_db() as db:
        return leases.put_lease(
            db,
            LAKE,
            token="00000000-0000-0000-0000-000000000001",
            holder="a thief",
            host="elsewhere",
            pid=1,
            replaced=token,
        )
