"""What the processes of a run get to see."""

import json
import sys
from dataclasses import replace

import pytest

from hub.config import Settings
from jobs.train.launchers import Launcher

TELLING = "import json, os; print(json.dumps({**os.environ}))"


@pytest.fixture
def seen(tmp_path):
    """Return what launches ranks in an environment, and what these see of it."""

    def launch(way="single", *, environ=(), **settings):
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{TELLING}'\n")
        python.chmod(0o755)
        made = Settings.from_env({"HUB_HOME": str(tmp_path)})
        launcher = Launcher(replace(made, train_python=python, **settings), dict(environ))
        launched = launcher.launch(tmp_path, way=way, ranks=2, attempt=1, supervisor=1)
        assert launched.process.wait(timeout=60) == 0
        return json.loads(launched.log.read_text().splitlines()[-1])

    return launch


def test_ranks_see_where_spark_is_and_no_secret_of_anybody(seen):
    told = {
        "SPARK_AUTHENTICATE_SECRET": "secret",
        "SPARK_S3_SECRET_KEY": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "HUB_SMTP_URL": "smtp://ann:secret@localhost",
        "SPARK_CONF_DIR": "/etc/spark",
    }
    environ = seen(environ=told)
    assert environ["SPARK_CONF_DIR"] == "/etc/spark"
    assert "secret" not in json.dumps(environ)


@pytest.mark.parametrize(
    ("way", "settings", "is_told"),
    [
        ("single", {}, True),
        ("spark", {"spark_master": "local[*]"}, True),
        ("spark", {"spark_master": "spark://elsewhere:7077"}, False),
        ("horovodrun", {}, True),
        ("horovodrun", {"train_hosts": "one:2"}, False),
    ],
)
def test_only_ranks_of_this_machine_are_told_their_share_of_it(seen, way, settings, is_told):
    assert ("OMP_NUM_THREADS" in seen(way, **settings)) == is_told
    own = seen(way, environ={"OMP_NUM_THREADS": "3"}, **settings)
    assert own["OMP_NUM_THREADS"] == "3"
