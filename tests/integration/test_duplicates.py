import json

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.db import connect
from hub.errors import NotFound, UndoError
from hub.objects.local import Objects
from hub.services.alike import list_duplicates, list_related
from hub.services.counting import recount
from hub.services.duplicates import undo
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


def kept_file(database_url, image):
    """Path and supplier of the file that brought a picture."""
    with connect(database_url) as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT path, hub_user.name FROM image JOIN submission_file USING (file_id)"
            " JOIN submission USING (submission_id) JOIN receipt USING (receipt_no)"
            " JOIN hub_user ON user_id = supplier_id WHERE image.image_id = %s",
            (image,),
        )
        return cursor.fetchone()


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
    assert {(e.image_id, e.relation, e.distance, e.rule, e.why) for e in listed} == {
        (image, "bytes", 0, "bytes", "the same bytes")
    }


def test_says_of_a_near_duplicate_how_far_it_is_and_by_which_rule(db, pictures, apple):
    pictures.repeat(pictures.publish(apple), apple, relation="near")
    [listed] = list_duplicates(db)
    assert (listed.relation, listed.distance, listed.rule) == ("near", 3, "near-2")
    assert listed.look_distance == pytest.approx(0.02)
    assert listed.why == "3 of 64 bits apart, pictures 2% apart"


def test_lists_only_the_duplicates_that_are_asked_for(db, pictures, apple):
    image, other = pictures.publish(apple), pictures.publish(apple)
    exact = pictures.repeat(image, apple)
    near = pictures.repeat(other, apple, relation="near")

    def listed(**asked):
        return [each.file_id for each in list_duplicates(db, **asked)]

    assert listed() == [near, exact]
    assert listed(relation="near") == [near]
    assert listed(relation="pixels") == []
    assert listed(image=image[:6]) == [exact]
    assert listed(image=image) == [exact]
    assert listed(submission=list_duplicates(db)[0].submission) == [near]
    assert listed(most=1) == [near]


def relate(pictures, later, earlier, relation):
    pictures._run(
        "INSERT INTO image_relation VALUES (%s, %s, %s, 5, 0.05, 2)", later, earlier, relation
    )


def test_lists_related_pictures_with_their_groups_and_splits(db, pictures, apple):
    first, second, third = (pictures.publish(apple) for _ in range(3))
    relate(pictures, second, first, "mirrored")
    relate(pictures, third, first, "burst")
    newest, oldest = list_related(db)
    assert (newest.image_id, newest.related_to, newest.relation) == (third, first, "burst")
    assert (oldest.rule, oldest.why) == ("mirrored-2", "5 of 64 bits apart, pictures 5% apart")
    assert (oldest.group_id, oldest.split) == (second, "train")
    assert (oldest.related_group_id, oldest.related_split) == (first, "train")
    assert list_related(db, relation="mirrored") == [oldest]
    assert list_related(db, image=third[:8]) == [newest]
    assert list_related(db, image=first, most=1) == [newest]


def test_a_withdrawn_picture_is_related_to_nothing(db, pictures, apple):
    first, second = pictures.publish(apple), pictures.publish(apple)
    relate(pictures, second, first, "turned")
    pictures.withdraw(first)
    assert list_related(db) == []


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
        relate(pictures, pictures.publish(labels[0]), image, "cropped")
    hub = Hub({"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path)})

    def run(*words):
        return CliRunner().invoke(cli, ["duplicate", *words], obj=hub).stdout

    [newer] = json.loads(run("list", "--limit", "1", "--json"))
    assert newer["file_id"] == newest
    _, listed = json.loads(run("list", "--json"))
    assert listed["undone"] is False
    contract = {"image_id", "path", "relation", "distance", "rule", "undone"}
    assert contract <= listed.keys()
    assert listed["duplicate_of"] == listed["image_id"] == image
    assert (listed["duplicate_of_path"], listed["duplicate_of_supplier"]) == kept_file(
        database_url, image
    )
    assert "picture.jpg" in run("list")
    assert "False" not in run("list")
    said = run("undo", str(file))
    assert "Its label was taken from the picture" in said
    assert "is not published" in said
    assert "yes" in run("list")
    assert json.loads(run("list", "--json")) == [newer, listed | {"undone": True}]
    assert "No such file" in run("list", "--relation", "near")
    assert [each["relation"] for each in json.loads(run("related", "--json"))] == ["cropped"]
    assert "pictures 5% apart" in run("related")
    assert "No such pictures" in run("related", "--relation", "burst")
