import os
import subprocess
import sys
from pathlib import Path

import pytest

from cluster import postgres_place
from hub.db import connect
from hub.errors import ConfigError

HUB = Path(sys.executable).with_name("hub")


def hub(*words, **environ):
    """Run `hub` with no settings but these; return its code, stdout and stderr."""
    ran = subprocess.run(
        [HUB, *words], env={"PATH": os.environ["PATH"], **environ}, capture_output=True, text=True
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture
def home(open_folder):
    home = str(open_folder / "home")
    yield home
    hub("down", HUB_HOME=home)


def test_a_hub_is_made_once_stopped_and_started(home):
    code, said, _ = hub("init", HUB_HOME=home)
    assert code == 0
    assert "602 added" in said
    assert "Next: hub submit" in said

    code, said, _ = hub("init", HUB_HOME=home)
    assert code == 0
    assert "up to date" in said
    assert "all there" in said

    assert hub("up", HUB_HOME=home) == (0, "Postgres was running already.\n", "")
    assert hub("down", HUB_HOME=home) == (0, "Postgres is stopped.\n", "")
    assert hub("down", HUB_HOME=home) == (0, "Postgres was not running.\n", "")
    assert hub("up", HUB_HOME=home) == (0, "Postgres is started.\n", "")


def test_a_home_without_a_hub_names_the_command_that_makes_one(tmp_path):
    code, said, complaint = hub("up", HUB_HOME=str(tmp_path / "home"))
    assert (code, said) == (1, "")
    assert complaint == f"hub: There is no hub in {tmp_path}/home: make one with `hub init`.\n"


@pytest.mark.parametrize("word", ["init", "up", "doctor"])
@pytest.mark.parametrize("place", ["/proc/x/home", "a file/home", "a file"])
def test_a_home_that_cannot_be_is_one_sentence(tmp_path, word, place):
    (tmp_path / "a file").touch()
    home = str(tmp_path / place)
    code, _, complaint = hub(word, HUB_HOME=home)
    assert code == 1
    assert "Traceback" not in complaint
    if word == "init":
        assert complaint.startswith(f"hub: {home} cannot be used (")
        assert complaint.endswith("set HUB_HOME to a folder that you may write.\n")


def test_a_closed_home_is_one_sentence(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    for use in (postgres_place.load, postgres_place.make_state_folder, held):
        with pytest.raises(ConfigError, match=r"permission denied.*set HUB_HOME"):
            use(tmp_path / "home")


def held(home):
    with postgres_place.held(home):
        pass


def test_a_home_is_closed_to_others_but_for_the_way_to_the_server(tmp_path, database_url):
    home = tmp_path / "home"
    hub("init", HUB_HOME=str(home), HUB_DATABASE_URL=database_url)
    folders = [home, *(home / name for name in ("tmp", "logs", "lake", "objects"))]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_a_server_that_the_environment_names_is_migrated_and_left_running(tmp_path, database_url):
    environ = {"HUB_HOME": str(tmp_path / "home"), "HUB_DATABASE_URL": database_url}
    code, said, _ = hub("init", **environ)
    assert code == 0
    assert "the server that the environment names" in said
    assert not (tmp_path / "home" / "postgres").exists()
    for word in ("up", "down"):
        code, said, _ = hub(word, **environ)
        assert code == 0
        assert said.startswith("The environment names a Postgres server")
    with connect(database_url) as db, db.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM label")
        assert cursor.fetchone() == (602,)


def test_libpqs_own_variables_name_the_server(tmp_path, database_url):
    account, _, place = database_url.removeprefix("postgresql://").partition("@")
    user, _, password = account.partition(":")
    address, _, database = place.partition("/")
    host, _, port = address.partition(":")
    code, said, _ = hub(
        "init",
        HUB_HOME=str(tmp_path / "home"),
        **{"PGHOST": host, "PGPORT": port, "PGUSER": user, "PGPASSWORD": password},
        PGDATABASE=database,
    )
    assert code == 0
    assert "602 added" in said
