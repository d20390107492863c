import json

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from cluster.simulation.habits import Habits
from cluster.simulation.simulating import first_labels, simulate
from cluster.simulation.truth import read_truth
from hub.db import connect
from hub.errors import NotFound, SubmitError
from hub.services.labels import seed_labels

OPTIONS = ("simulate", "--images", "20", "--labels", "3", "--seed", "2", "--size", "128x96")


@pytest.fixture
def hub(database_url, tmp_path):
    """Return `hub(*arguments)`: runs the command line on this test's hub, which has its labels."""
    with connect(database_url) as db:
        seed_labels(db)
    environ = {"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path / "home")}

    def run(*arguments):
        return CliRunner().invoke(cli, arguments, obj=Hub(environ))

    return run


def test_simulate_draws_and_submits(hub, tmp_path):
    result = hub(*OPTIONS, "--json")
    assert result.exit_code == 0, result.output
    receipts = json.loads(result.stdout)["receipts"]
    assert sum(s["received"] for r in receipts for s in r["submissions"]) == 20
    truth = read_truth(tmp_path / "home" / "simulated" / "2-20-3-128x96")
    assert {receipt["supplier"] for receipt in receipts} == {row.supplier for row in truth.rows}


def test_the_same_command_again_brings_nothing_new(hub):
    hub(*OPTIONS)
    result = hub(*OPTIONS, "--json")
    assert isinstance(result.exception, SubmitError)
    receipts = json.loads(result.stdout)["receipts"]
    assert {receipt["receipt"] for receipt in receipts} == {None}
    assert sum(len(s["already"]) for r in receipts for s in r["submissions"]) == 20


def test_pictures_can_be_drawn_without_a_hub(tmp_path):
    out = str(tmp_path / "drawn")
    arguments = (*OPTIONS, "--no-submit", "--out", out, "--json")
    result = CliRunner().invoke(cli, arguments, obj=Hub({"HUB_HOME": str(tmp_path)}))
    document = json.loads(result.stdout)
    assert (document["folder"], document["files"]) == (out, 20)
    assert sum(document["kinds"].values()) == sum(document["expected"].values()) == 20


def test_nothing_is_drawn_for_a_hub_that_is_not_there(tmp_path, server_url):
    for place in ({}, {"HUB_DATABASE_URL": f"{server_url}/postgres"}):
        hub = Hub({"HUB_HOME": str(tmp_path / "home"), **place})
        result = CliRunner().invoke(cli, OPTIONS, obj=hub)
        assert isinstance(result.exception, NotFound)
        assert "hub init" in str(result.exception)
        assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--labels", "99"), "99 labels are asked for"),
        (("--size", "big"), "not a size such as 1024x768"),
        (("--byte-duplicates", "0.4", "--broken", "0.4"), "smaller shares"),
    ],
)
def test_what_cannot_be_drawn_is_a_usage_error(tmp_path, wrong, says):
    arguments = (*OPTIONS, "--no-submit", *wrong)
    result = CliRunner().invoke(cli, arguments, obj=Hub({"HUB_HOME": str(tmp_path)}))
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_hub_comes_to_the_outcomes_that_the_truth_expects(new_hub, tmp_path):
    # Which near duplicates are found is another matter, that of the rule which finds them.
    exact = Habits(near_duplicates=0, related=0, lookalikes=0, bursts=0, broken=0.1, odd=0.1)
    labels = first_labels(3)
    truth = simulate(
        tmp_path / "crowd", images=80, labels=labels, seed=6, size=(128, 96), habits=exact
    )
    hub = new_hub()
    hub.submit_csv(truth.submit_csv)
    hub.run()
    found = hub.ask("SELECT path, outcome, coalesce(reason, '') FROM submission_file ORDER BY path")
    assert found == sorted((row.path, row.outcome, row.reason) for row in truth.rows)
