import json

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.db import connect
from hub.errors import NotFound, UndoError
from hub.objects.local import Objects
from hub.services.counting import recount
from hub.services.duplicates import list_duplicates, undo
from hub.services.label_changes import add_label, merge_labels
from hub.services.label_views import show_label
from tests.fixtures.claims import Pictures


@pytest.fixture
def pictures(db):
    return Pictures(db)


@pytest.fixture
def apple(db):
    return add_label(db, "Apple", by="ann").label_id


@pytest.fixture
def pear(db):
    return add_label(db, "Pear", by="ann").label_id


NO_OBJECTS = Objects("/nowhere")


def take_back(db, file):
    """Undo the verdict on a file; return what became of the claim."""
    return undo(db, file, by="ann", objects=NO_OBJECTS).claim


def own(db, name):
    return show_label(db, name, evidence="supplier").label.own


def test_lists_duplicates_newest_first(db, pictures, apple, pear):
    image = pictures.publish(apple)
    first, second = pictures.repeat(image, apple), pictures.repeat(image, pear)
    listed = list_duplicates(db)
    assert [(each.file_id, each.label, each.undone) for each in listed] == [
        (second, "Pear", False),
        (first, "Apple", False),
    ]
    assert {(e.image_id, e.relation, e.distance, e.rule) for e in listed} == {
        (image, "bytes", 0, "exact")
    }


def test_undo_takes_the_label_back_that_only_the_duplicate_brought(db, pictures, apple, pear):
    file = pictures.repeat(pictures.publish(apple), pear)
    assert own(db, "Pear") == 1
    assert take_back(db, file) == "removed"
    assert (own(db, "Apple"), own(db, "Pear")) == (1, 0)
    assert [each.undone for each in list_duplicates(db)] == [True]
    assert recount(db) == []


def test_undo_leaves_a_label_that_another_file_brought_too(db, pictures, apple, pear):
    image = pictures.publish(apple)
    first, second = pictures.repeat(image, pear), pictures.repeat(image, pear)
    assert take_back(db, first) == "stays"
    assert own(db, "Pear") == 1
    assert take_back(db, second) == "removed"
    assert own(db, "Pear") == 0


def test_undo_leaves_a_label_that_the_kept_picture_came_with(db, pictures, apple):
    file = pictures.repeat(pictures.publish(apple), apple)
    assert take_back(db, file) == "stays"
    assert own(db, "Apple") == 1


def test_undo_leaves_a_label_that_a_review_confirmed(db, pictures, apple, pear):
    image = pictures.publish(apple)
    file = pictures.repeat(image, pear)
    pictures.review(image, pear)
    assert take_back(db, file) == "stays"
    assert own(db, "Pear") == 1


def test_undo_after_a_merge_looks_at_the_label_that_stands_for_it(db, pictures, apple, pear):
    image = pictures.publish(apple)
    file = pictures.repeat(image, pear)
    merge_labels(db, "Pear", into="Apple", by="ann")
    assert take_back(db, file) == "stays"
    assert own(db, "Apple") == 1


def test_undo_is_recorded_with_who_and_what(db, pictures, apple, pear):
    image = pictures.publish(apple)
    file = pictures.repeat(image, pear)
    take_back(db, file)
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT decided_by, action, detail FROM decision WHERE subject = %s", (f"file/{file}",)
        )
        assert cursor.fetchall() == [
            (
                "ann",
                "undo",
                {
                    "image_id": image,
                    "relation": "bytes",
                    "label": "Pear",
                    "claim": "removed",
                    "submission": None,
                    "hindrance": "same_picture",
                },
            )
        ]


def test_what_cannot_be_undone_says_why(db, pictures, apple, pear):
    image = pictures.publish(apple)
    file = pictures.repeat(image, pear)
    take_back(db, file)
    with pytest.raises(UndoError, match="undone already"):
        take_back(db, file)
    with pytest.raises(UndoError, match="is published, not a duplicate"):
        take_back(db, file - 1)
    with pytest.raises(NotFound, match="hub duplicate list"):
        take_back(db, file + 1000)


def test_the_command_line_lists_and_undoes(database_url, tmp_path):
    with connect(database_url) as db:
        labels = [add_label(db, name, by="ann").label_id for name in ("Apple", "Pear")]
        pictures = Pictures(db)
        image = pictures.publish(labels[0])
        file, newest = (pictures.repeat(image, label) for label in labels[::-1])
    hub = Hub({"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path)})

    def run(*words):
        return CliRunner().invoke(cli, ["duplicate", *words], obj=hub).stdout

    [newer] = json.loads(run("list", "--limit", "1", "--json"))
    assert newer["file_id"] == newest
    _, listed = json.loads(run("list", "--json"))
    assert listed["undone"] is False
    assert "picture.jpg" in run("list")
    assert "False" not in run("list")
    said = run("undo", str(file))
    assert "Its label was taken from the picture" in said
    assert "is not published" in said
    assert "yes" in run("list")
    assert json.loads(run("list", "--json")) == [newer, listed | {"undone": True}]
