"""The lease of the lake: one writer at a time, replaced when it dies."""

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hub.catalogue import leases
from hub.catalogue.leases import Lease
from hub.db import Connection, OpenDb
from hub.errors import DatabaseUnavailable, LeaseHeld
from hub.services.processes import is_gone, this_host

LAKE = "lake"
WATCH = "watch"
"""Who holds it takes what is asked for: one watcher a hub."""
TERM_SECONDS = 60.0
"""A holder that was silent for so long is taken for dead."""
_HEARTBEAT_SECONDS = 10.0


@dataclass(frozen=True)
class HeldLease:
    name: str
    token: str
    lost: threading.Event = field(default_factory=threading.Event)

    def confirm(self, db: Connection) -> None:
        """Keep the lease until this transaction ends: nobody takes it over meanwhile.

        Raises LeaseHeld if another job has taken it, for instance while this one was suspended.
        """
        current = leases.find_kept_lease(db, self.name)
        if self.lost.is_set() or current is None or current.token != self.token:
            holder = f"by {current.holder}" if current else "by a job that has ended"
            raise LeaseHeld(
                f"This job was silent for more than {TERM_SECONDS:.0f} s and its lease was taken"
                f" {holder}; it stops without writing. Run the same command again."
            )


@contextmanager
def hold_lease(open_db: OpenDb, *, holder: str, name: str = LAKE) -> Iterator[HeldLease]:
    """Hold the lease for the block, with a heartbeat beside it.

    Raises LeaseHeld, naming the holder, if a living one has it.
    """
    held = HeldLease(name, token=str(uuid.uuid4()))
    with open_db() as db:
        _take(db, held, holder)
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(open_db, held, stop), daemon=True)
    heart.start()
    try:
        yield held
    finally:
        stop.set()
        heart.join()
        _give_back(open_db, held)


def find_holder(db: Connection, name: str = LAKE) -> Lease | None:
    """Return who holds a lease and lives, as far as can be told."""
    current = leases.find_lease(db, name, term_seconds=TERM_SECONDS)
    if current is None or current.stale or is_gone(current.host, current.pid):
        return None
    return current


def _take(db: Connection, held: HeldLease, holder: str) -> None:
    living = find_holder(db, held.name)
    if living:
        raise _busy(living, held.name)
    dead = leases.find_lease(db, held.name, term_seconds=TERM_SECONDS)
    taken = leases.put_lease(
        db,
        held.name,
        token=held.token,
        holder=holder,
        host=this_host(),
        pid=os.getpid(),
        replaced=dead.token if dead else None,
    )
    if not taken:
        winner = leases.find_lease(db, held.name, term_seconds=TERM_SECONDS)
        if winner is None:
            raise LeaseHeld("Another job is just starting; try again.")
        raise _busy(winner, held.name)


def _busy(lease: Lease, name: str) -> LeaseHeld:
    return LeaseHeld(
        f"{lease.holder} (process {lease.pid}) holds the {name} since"
        f" {lease.since:%Y-%m-%d %H:%M:%S} UTC; wait until it ends and run this again."
    )


def _beat(open_db: OpenDb, held: HeldLease, stop: threading.Event) -> None:
    while not stop.wait(_HEARTBEAT_SECONDS):
        try:
            with open_db() as db:
                if not leases.set_heartbeat(db, held.name, token=held.token):
                    held.lost.set()
                    return
        except DatabaseUnavailable:
            continue  # The main thread meets the same trouble and says so.


def _give_back(open_db: OpenDb, held: HeldLease) -> None:
    try:
        with open_db() as db:
            leases.remove_lease(db, held.name, token=held.token)
    except DatabaseUnavailable:
        pass  # The next job finds this process gone and takes the lease over.
