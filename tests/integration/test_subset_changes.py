import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue.users import put_supplier
from hub.db import connect
from hub.errors import Forbidden, LockError, NotFound, SubsetError
from hub.objects.local import Objects
from hub.rules.locks import Notes
from hub.rules.recipes import make_recipe
from hub.services import subset_changes, subsets
from hub.services.label_changes import merge_labels, rename_label
from hub.services.manifests import manifest_key


@pytest.fixture
def create(settings, published):
    """Return `make(*labels, ...)`: a lock made over a connection of its own."""

    def make(*labels, name="mine", by="ann", note="", **wanted):
        published.write_lake()
        with connect(settings.database_url) as db:
            recipe = make_recipe({"labels": labels, **wanted})
            return subsets.create(db, name, recipe=recipe, settings=settings, by=by, note=note).lock

    return make


@pytest.fixture
def diff(settings):
    def made(before, after):
        with connect(settings.database_url) as db:
            changes = subset_changes.diff(db, before, after, settings=settings)
        assert [one.image_id for one in changes] == sorted(one.image_id for one in changes)
        return {one.image_id: (one.change, one.reason) for one in changes}

    return made


def sql(published, statement, *values):
    with published.db.cursor() as cursor:
        cursor.execute(statement, values)
    published.db.commit()


def test_a_lock_does_not_differ_from_itself(create, published, diff):
    published.add(b"bear", "Bear")
    lock = create("Bear")
    assert diff(lock, lock) == {}


def test_what_a_recipe_comes_to_now_is_compared_and_not_kept(create, published, settings):
    gone, _ = (published.add(content, "Bear", "Toy") for content in (b"gone", b"kept"))
    lock = create("Bear", max_per_label=2)

    def diff_now():
        with connect(settings.database_url) as db:
            found = subset_changes.diff_now(db, lock, settings=settings)
            assert len(subsets.list_subsets(db)) == 1
        return {one.image_id: (one.change, one.reason) for one in found}

    assert diff_now() == {}
    new = published.add(b"new", "Bear")
    sql(published, "UPDATE image SET status = 'withdrawn' WHERE image_id = %s", gone)
    sql(
        published, "UPDATE image SET published_at = now() + interval '9 s' WHERE image_id = %s", new
    )
    assert diff_now() == {
        gone: ("removed", "it was withdrawn"),
        new: ("added", "it was published since"),
    }


def test_what_came_went_and_changed_is_told_with_the_reason(create, published, diff):
    kept, gone, unsaid, moved = (
        published.add(content, "Bear") for content in (b"kept", b"gone", b"unsaid", b"moved")
    )
    before = create("Bear", taken_until=None)
    sql(published, "UPDATE image SET status = 'withdrawn' WHERE image_id = %s", gone)
    sql(published, "DELETE FROM label_claim WHERE image_id = %s", unsaid)
    sql(published, "UPDATE image SET licence = 'CC0 1.0' WHERE image_id = %s", moved)
    new = published.add(b"new", "Bear", published_at="2100-01-01")
    after = create("Bear")

    assert diff(before, after) == {
        gone: ("removed", "it was withdrawn"),
        unsaid: ("removed", "nobody says any more that it shows Bear"),
        moved: ("changed", "its licence changed"),
        new: ("added", "it was published since"),
    }
    assert kept not in diff(before, after)


def test_what_only_the_recipe_leaves_out_or_takes_in_is_told_so(create, published, diff):
    image_id = published.add(b"bear", "Bear", split="test")
    other = published.add(b"other", "Bear", split="train")
    one, both = create("Bear", splits=["train"]), create("Bear")

    assert diff(both, one) == {image_id: ("removed", "the recipe leaves it out now")}
    assert diff(one, both) == {image_id: ("added", "the recipe takes it in now")}
    assert other not in diff(one, both)


def test_a_manifest_that_the_hub_does_not_have_is_said(create, published, settings, diff):
    published.add(b"bear", "Bear")
    lock = create("Bear")
    Objects(settings.objects_root).path(manifest_key(lock.root)).unlink()
    with pytest.raises(LockError, match="does not have the manifest"):
        diff(lock, lock)


def test_an_update_makes_a_new_lock_and_keeps_the_history(create, published, settings):
    published.add(b"one", "Bear")
    lock = create("Bear", note="for the zoo")
    published.add(b"two", "Bear")
    published.write_lake()

    with connect(settings.database_url) as db:
        updated = subset_changes.update(db, lock, settings=settings, by="ann")
    with connect(settings.database_url) as db:
        newest, oldest = subsets.list_subsets(db, name="mine")

    assert updated.created.lock.images == 2
    assert [one.change for one in updated.changes] == ["added"]
    assert (newest.updated_from_id, newest.note) == (oldest.subset_id, "for the zoo")
    assert oldest.updated_from_id is None


def test_an_update_of_what_did_not_change_is_the_same_lock(create, published, settings):
    published.add(b"one", "Bear")
    lock = create("Bear")
    with connect(settings.database_url) as db:
        updated = subset_changes.update(db, lock, settings=settings, by="ann")
    assert (updated.created.lock, updated.created.is_new, updated.changes) == (lock, False, [])


def test_a_lock_without_notes_is_updated_under_the_beginning_of_its_root(
    create, published, settings
):
    published.add(b"one", "Bear")
    lock = replace(create("Bear"), notes=Notes())
    two = published.add(b"two", "Bear")
    published.write_lake()
    with connect(settings.database_url) as db:
        updated = subset_changes.update(db, lock, settings=settings, by="ann")
    assert [one.image_id for one in updated.changes] == [two]
    assert updated.created.lock.notes.name == lock.root[:12]


def test_an_update_follows_labels_that_were_renamed_or_merged(create, published, settings):
    published.add(b"one", "Bear")
    published.add(b"dog", "Dog")
    lock = create("Bear", "Dog")
    with connect(settings.database_url) as db:
        rename_label(db, "Bear", to="Ursine", by="ann")
    with connect(settings.database_url) as db:
        merge_labels(db, "Dog", into="Cat", by="ann")
    with connect(settings.database_url) as db:
        updated = subset_changes.update(db, lock, settings=settings, by="ann")
    assert updated.created.lock.recipe.labels == ("Cat", "Ursine")
    assert updated.created.lock.images == lock.images
    assert {one.change for one in updated.changes} == {"changed"}


def test_a_subset_is_seen_by_its_maker_and_by_whom_it_is_shared_with(create, published, settings):
    published.add(b"bear", "Bear")
    lock = create("Bear", by="ann")
    with connect(settings.database_url) as db:
        for name in ("bob", "eve"):
            put_supplier(db, name)
        with pytest.raises(NotFound):
            subsets.find_lock(db, lock.root, viewer="bob")
        subsets.share(db, "mine", user="bob", viewer="ann")
        subsets.share(db, "mine", user="bob", viewer="ann")
        assert subsets.find_lock(db, lock.root, viewer="bob") == lock
        assert [one.root for one in subsets.list_subsets(db, viewer="bob")] == [lock.root]
        assert subsets.list_subsets(db, viewer="eve") == []
        with pytest.raises(NotFound):
            subsets.find_lock(db, "mine", viewer="eve")
        with pytest.raises(Forbidden, match="ann's"):
            subsets.share(db, "mine", user="eve", viewer="bob")
        with pytest.raises(NotFound, match="no user 'nobody'"):
            subsets.share(db, "mine", user="nobody", viewer="ann")


def test_licences_that_cannot_go_together_are_refused_with_the_rows(create, published):
    one = published.add(b"one", "Bear", licence="CC BY-SA 4.0")
    other = published.add(b"two", "Bear", licence="CC BY-NC 4.0")
    with pytest.raises(SubsetError, match="cannot go into one work together") as refused:
        create("Bear")
    assert f"{one} is under CC BY-SA 4.0" in str(refused.value)
    assert f"{other} is under CC BY-NC 4.0" in str(refused.value)
    assert create("Bear", mixed_licences=True).images == 2
    assert create("Bear", licence_without=["share-alike"], name="free").images == 1


@pytest.fixture
def run(published, settings, tmp_path, monkeypatch):
    """Return `hub(*args)`: run a command in a folder of the test's own, return its JSON."""
    monkeypatch.chdir(tmp_path)
    hub = Hub({"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url})

    def command(*args, text=False):
        result = CliRunner().invoke(cli, args, obj=hub, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout if text else json.loads(result.stdout)

    return command


def test_a_recipe_is_counted_previewed_and_locked_by_the_same_options(run, published, tmp_path):
    published.add(b"bear", "Bear")
    published.add(b"brown", "Brown bear", split="test")
    published.add(b"both", "Brown bear", "Dog")
    published.write_lake()
    wanted = ("--label", "bear", "--with-descendants", "--none-of", "dog")

    counted = run("subset", "count", *wanted, "--json")
    assert counted == {"images": 2, "bytes": 9, "per_label": {"Bear": 2}}
    assert len(run("subset", "preview", *wanted, "--most", "1", "--json")) == 1
    made = run("subset", "create", "bears", *wanted, "--out", "F", "--json")
    assert (made["images"], made["recipe"]["none_of"]) == (2, ["Dog"])
    (tmp_path / "R").write_text('labels = ["Bear"]\nwith_descendants = true\nnone_of = ["Dog"]\n')
    assert (
        run("subset", "create", "again", "--recipe", "R", "--out", "G", "--json")["root"]
        == (made["root"])
    )
    assert run("subset", "count", "--recipe", "F", "--split", "test", "--json")["images"] == 1
    assert "Bear" in run("subset", "count", *wanted, text=True)
    assert "Brown bear" in run("subset", "preview", *wanted, text=True)


def test_an_update_and_a_diff_are_told_to_people_and_to_programs(run, published):
    published.add(b"one", "Bear")
    published.write_lake()
    before = run("subset", "create", "bears", "--label", "Bear", "--out", "F", "--json")
    published.add(b"two", "Bear")
    published.write_lake()

    after = run("subset", "update", "F", "--out", "G", "--json")
    assert (after["before"], after["images"], len(after["changes"])) == (before["root"], 2, 1)
    told = run("subset", "diff", "F", "G", "--json")
    assert told["changes"] == after["changes"]
    assert (told["before"], told["after"]) == (before["root"], after["root"])
    assert "added" in run("subset", "diff", "F", "bears", text=True)
    assert "No picture differs." in run("subset", "diff", "G", "bears", text=True)
    assert run("subset", "update", "G", "--out", "G", "--json")["changes"] == []


def test_a_lock_is_brought_up_to_date_in_its_own_file(run, published):
    published.add(b"one", "Bear")
    published.write_lake()
    run("subset", "create", "bears", "--label", "Bear", "--out", "F", "--json")
    published.add(b"two", "Bear")
    published.write_lake()
    run("subset", "update", "F", "--out", "F", "--json")
    assert run("subset", "show", "F", "--json")["images"] == 2
