import json
import math

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.rules.splits import deviation
from hub.services.stratification import stratification


@pytest.fixture
def filled(published):
    """Apples: 6 of one group in train, 3 alone in test, 1 in no split. An orange in validation."""
    for number in range(6):
        published.add(b"train %d" % number, "Apple", split="train", group_id="burst")
    for number in range(3):
        published.add(b"test %d" % number, "Apple", split="test")
    published.add(b"none", "Apple", split="none")
    published.add(b"orange", "Orange", split="validation", negative=["Apple"])
    published.db.commit()
    return published


def of(found, label):
    [one] = [one for one in found.labels if one.label == label]
    return one


def test_counts_the_pictures_that_carry_a_label_by_split(filled):
    apple = of(stratification(filled.db), "Apple")
    assert (apple.images, apple.groups, apple.none) == (10, 4, 1)
    assert {name: (part.images, part.groups) for name, part in apple.splits.items()} == {
        "train": (6, 1),
        "validation": (0, 0),
        "test": (3, 3),
    }
    assert apple.splits["train"].share == pytest.approx(6 / 9)


def test_deviations_count_groups_and_not_pictures(filled):
    apple = of(stratification(filled.db), "Apple")
    # One group of six and three of one: 39 is the sum of the squares.
    expected = (6 / 9 - 0.8) * 9 / math.sqrt(0.8 * 0.2 * 39)
    assert apple.splits["train"].deviation == pytest.approx(expected)
    assert apple.worst == pytest.approx((3 / 9 - 0.1) * 9 / math.sqrt(0.1 * 0.9 * 39))


def test_single_pictures_deviate_as_a_binomial_share_does():
    error = math.sqrt(0.1 * 0.9 / 400)
    assert deviation("test", 0.13, images=400, squares=400) == pytest.approx(0.03 / error)


def test_only_labels_with_pictures_are_listed_and_the_whole_counts_each_once(filled):
    found = stratification(filled.db)
    assert [one.label for one in found.labels] == ["Apple", "Orange"]
    assert (found.whole.images, found.whole.none) == (11, 1)


def test_withdrawn_pictures_are_in_no_split(filled):
    with filled.db.cursor() as cursor:
        cursor.execute("UPDATE image SET status = 'withdrawn' WHERE split = 'test'")
    assert of(stratification(filled.db), "Apple").splits["test"].images == 0


def test_an_empty_hub_has_no_shares(db):
    found = stratification(db)
    assert (found.whole.images, found.whole.splits, found.labels) == (0, {}, [])


def test_the_command_shows_the_oddest_labels_first(filled, database_url, tmp_path):
    hub = Hub({"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path)})
    shown = CliRunner().invoke(cli, ["label", "splits"], obj=hub).stdout.splitlines()
    assert [line.split()[0] for line in shown[1:4]] == ["(all", "Orange", "Apple"]
    document = json.loads(CliRunner().invoke(cli, ["label", "splits", "--json"], obj=hub).stdout)
    assert document["labels"][0]["splits"]["train"]["images"] == 6


def test_the_command_says_of_an_empty_hub_what_publishes(db, database_url, tmp_path):
    hub = Hub({"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path)})
    shown = CliRunner().invoke(cli, ["label", "splits"], obj=hub)
    assert (shown.exit_code, "hub job run" in shown.stdout) == (0, True)
