"""One recipe on two hubs of the same receipts: one root, one archive, whatever becomes of them."""

import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from hub.lake.files import list_files
from hub.rules.recipes import make_recipe
from hub.services import subset_changes, subsets
from hub.services.archives import open_archive
from hub.services.label_changes import move_label, rename_label
from hub.services.pulls import pull
from hub.services.sources import open_source
from jobs import compact, vacuum
from tests.fixtures.judged import rows_of

LABELS = ["Apple", "Banana", "Lemon"]
RECIPE = make_recipe(
    {"labels": ["Fruit"], "none_of": ["Banana"], "with_descendants": True, "mixed_licences": True}
)


@pytest.fixture(scope="module")
def fruits(photos):
    """A dozen photographs each of three fruits: label -> paths."""
    found = defaultdict(list)
    for row in rows_of(photos / "labels.csv"):
        if row["label"] in LABELS and len(found[row["label"]]) < 12:
            found[row["label"]].append(photos / row["path"])
    return found


def fill(hub, fruits, *, reverse=False, partitions=2):
    """Submit a receipt a label; the files of each may come in any order."""
    for label in LABELS:
        files = sorted(fruits[label])[2:]
        hub.submit(*(reversed(files) if reverse else files), labels=[label])
    hub.run(partitions=partitions)
    return hub


def create(hub, name="fruit"):
    with hub.open_db() as db:
        return subsets.create(db, name, recipe=RECIPE, settings=hub.settings, by=name).lock


def digest(hub, lock):
    archive = open_archive(hub.settings, lock.root)
    digest, size = hashlib.sha256(), 0
    for chunk in archive.read(0, archive.size_bytes):
        digest.update(chunk)
        size += len(chunk)
    assert size == archive.size_bytes
    return digest.hexdigest()


def move_bytes(hub, monkeypatch):
    """Compact the lake and vacuum it, to the last file that its newest snapshot does not have."""
    monkeypatch.setattr(compact, "MOST_SMALL", 0)
    before = picture_files(hub)
    hub.run()
    vacuum.run(
        hub.settings,
        hub.open_db,
        holder="a test",
        say=lambda line: None,
        found=lambda *one: None,
        is_dry_run=False,
    )
    assert not before & picture_files(hub)
    # By itself a vacuum waits for days until nobody can be reading them.
    for path in before:
        (Path(hub.settings.lake_root) / "images" / path).unlink()


def picture_files(hub):
    return {file.path for file in list_files(hub.settings.lake_root, "images")}


def test_two_hubs_make_one_root_and_one_archive_of_one_recipe(
    new_hub, fruits, monkeypatch, tmp_path
):
    one, other = fill(new_hub("one"), fruits), new_hub("other")
    fill(other, fruits, reverse=True, partitions=3)

    lock, same = create(one), create(other, name="another name")
    assert (lock.root, lock.images) == (same.root, same.images)
    assert lock.notes != same.notes
    sha256 = digest(one, lock)
    assert digest(other, same) == sha256
    pulled = pull(open_source(one.settings, lock), tmp_path / "fruit")
    assert pulled.fetched == lock.images > 15

    move_bytes(one, monkeypatch)
    assert create(one).root == lock.root
    assert digest(one, lock) == sha256

    one.submit(*(path for label in LABELS for path in sorted(fruits[label])[:2]), labels=["Apple"])
    one.run()
    with one.open_db() as db:
        updated = subset_changes.update(db, lock, settings=one.settings, by="ann")
    added = [change for change in updated.changes if change.change == "added"]
    assert added == updated.changes
    again = pull(open_source(one.settings, updated.created.lock), tmp_path / "fruit")
    assert again.fetched == len(added) > 3

    with one.open_db() as db:
        rename_label(db, "Lemon", to="Sour fruit", by="a test")
        move_label(db, "Apple", to="Animal", by="a test")
    assert digest(one, lock) == sha256
    with one.open_db() as db:
        assert subsets.find_lock(db, lock.root) == lock
    assert pull(open_source(one.settings, lock), tmp_path / "old").fetched == lock.images
