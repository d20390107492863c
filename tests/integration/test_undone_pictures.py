"""Undoing a near duplicate on a whole hub: it is published, and later runs respect it."""

import io
import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from PIL import Image

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.lake import tables
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.services.label_views import list_labels


def recompressed(content, quality):
    copy = io.BytesIO()
    Image.open(io.BytesIO(content)).save(copy, "JPEG", quality=quality)
    return copy.getvalue()


def hub_command(hub, *arguments):
    """Type a command about this hub."""
    settings = hub.settings
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}
    typed = CliRunner().invoke(cli, arguments, obj=Hub(environ))
    assert typed.exit_code == 0, typed.output
    return typed.stdout


@dataclass
class Moment:
    """What can be known of the hub after a run."""

    outcomes: dict
    """(outcome, relation, picture) of each file by (receipt, name)."""
    own: dict
    """Published pictures of each label."""
    splits: dict
    """(group, split) of each picture."""
    differences: list
    versions: list


def look_at(hub):
    files = hub.ask(
        "SELECT receipt_no, path, outcome, relation, coalesce(image_id, duplicate_of)"
        " FROM submission_file JOIN submission USING (submission_id)"
    )
    with hub.open_db() as db:
        labels = list_labels(db, evidence="supplier")
    found = [tables.find_table(hub.settings.lake_root, table) for table in tables.TABLES]
    return Moment(
        outcomes={
            (receipt, path.rpartition("/")[2]): tuple(said) for receipt, path, *said in files
        },
        own={label.name: label.own for label in labels if label.own},
        splits={
            image: (group, split)
            for image, group, split in hub.ask("SELECT image_id, group_id, split FROM image")
        },
        differences=hub.verify(read_bytes=True).differences,
        versions=[table.version() for table in found],
    )


@dataclass
class Told:
    hub: object
    before: Moment
    undone: Moment
    idle: Moment
    later: Moment
    said: dict
    """What `hub duplicate undo` said, by the name of the file."""


@pytest.fixture(scope="module")
def told(shared_hub, draw, tmp_path_factory):
    """Two near duplicates are found and undone, of one the bytes are gone; then more come.

    Receipts: 1 a.jpg and b.jpg of Apples; 2 copies of both as Pears; 3 is what the undo receives;
    4 the copy of a.jpg again as a Banana, and a copy of that copy; 5 the copy of b.jpg again.
    """
    folder, hub = tmp_path_factory.mktemp("files"), shared_hub
    copies = {name: recompressed(draw(seed, side=128), 40) for seed, name in enumerate("ab")}

    def submit(label, supplier, files):
        for name, content in files.items():
            (folder / name).write_bytes(content)
        hub.submit(*(folder / name for name in files), labels=[label], supplier=supplier)

    submit("Apple", "ann", {f"{name}.jpg": draw(seed, side=128) for seed, name in enumerate("ab")})
    submit("Pear", "ben", {f"{name}-copy.jpg": content for name, content in copies.items()})
    hub.run()
    before = look_at(hub)
    listed = json.loads(hub_command(hub, "duplicate", "list", "--relation", "near", "--json"))
    said = {}
    for found in sorted(listed, key=lambda found: found["path"]):
        name = found["path"].rpartition("/")[2]
        if name == "b-copy.jpg":
            remove_landing(hub, name)
        said[name] = hub_command(hub, "duplicate", "undo", str(found["file_id"]))
    hub.run()
    undone = look_at(hub)
    assert hub.run().stages == []
    idle = look_at(hub)
    submit("Banana", "carl", {"a-copy.jpg": copies["a"], "late.jpg": recompressed(copies["a"], 38)})
    submit("Pear", "ben", {"b-copy.jpg": copies["b"]})
    hub.run()
    return Told(hub, before, undone, idle, look_at(hub), said)


def remove_landing(hub, name):
    [(sha256,)] = hub.ask("SELECT sha256 FROM submission_file WHERE path LIKE %s", f"%/{name}")
    Objects(hub.settings.objects_root).path(landing_key(sha256)).unlink()


def test_both_copies_are_near_duplicates_at_first(told):
    pictures = {key: picture for key, (_, _, picture) in told.before.outcomes.items()}
    assert told.before.outcomes[2, "a-copy.jpg"] == ("duplicate", "near", pictures[1, "a.jpg"])
    assert told.before.outcomes[2, "b-copy.jpg"] == ("duplicate", "near", pictures[1, "b.jpg"])
    assert told.before.own == {"Apple": 2}


def test_the_undone_file_is_published_and_counted(told):
    outcome, relation, picture = told.undone.outcomes[3, "a-copy.jpg"]
    assert (outcome, relation) == ("published", None)
    assert picture not in told.before.splits
    assert told.undone.own == {"Apple": 2, "Pear": 1}
    # What was decided stays to be read.
    assert told.undone.outcomes[2, "a-copy.jpg"] == told.before.outcomes[2, "a-copy.jpg"]


def test_it_stays_in_the_group_and_split_of_the_picture_it_is_like(told):
    like, picture = (told.undone.outcomes[key][2] for key in ((1, "a.jpg"), (3, "a-copy.jpg")))
    assert told.undone.splits == told.before.splits | {picture: told.before.splits[like]}
    [found] = json.loads(
        hub_command(told.hub, "duplicate", "related", "--image", picture, "--json")
    )
    assert (found["image_id"], found["related_to"], found["relation"]) == (picture, like, "near")


def test_the_stores_agree_at_every_moment(told):
    assert [told.before.differences, told.undone.differences, told.later.differences] == [
        [],
        [],
        [],
    ]


def test_a_run_without_anything_new_changes_nothing(told):
    assert told.idle == told.undone


def test_the_same_bytes_again_repeat_the_undone_picture(told):
    picture = told.undone.outcomes[3, "a-copy.jpg"][2]
    assert told.later.outcomes[4, "a-copy.jpg"] == ("duplicate", "bytes", picture)
    assert told.later.own["Banana"] == 1


def test_a_later_copy_repeats_the_closest_of_the_two(told):
    picture = told.undone.outcomes[3, "a-copy.jpg"][2]
    assert told.later.outcomes[4, "late.jpg"] == ("duplicate", "near", picture)


def test_nothing_that_was_published_before_has_moved(told):
    kept = {image: told.later.splits[image] for image in told.undone.splits}
    assert kept == told.undone.splits


def test_of_bytes_that_are_gone_it_is_said_plainly_and_nothing_is_published(told):
    assert "`hub job run` publishes it" in told.said["a-copy.jpg"]
    assert "NOT published: its bytes are gone" in told.said["b-copy.jpg"]
    assert "Submit it again" in told.said["b-copy.jpg"]
    assert {receipt for receipt, name in told.undone.outcomes if name == "b-copy.jpg"} == {2}


def test_bytes_that_were_gone_are_published_when_they_come_again(told):
    outcome, _, picture = told.later.outcomes[5, "b-copy.jpg"]
    assert outcome == "published"
    assert told.later.splits[picture] == told.before.splits[told.before.outcomes[1, "b.jpg"][2]]
    assert told.later.own == {"Apple": 2, "Pear": 2, "Banana": 1}
