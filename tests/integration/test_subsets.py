import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from threading import Barrier

import psycopg2
import pytest
from click.testing import CliRunner
from flask import g

from cluster.cli import cli
from cluster.cli.context import Hub
from dashboard.app import make_app
from dashboard.pages.subset.layout import layout as subset_page
from hub.db import connect
from hub.errors import LockError, NotFound, StorageError, SubsetError
from hub.objects.local import Objects
from hub.rules.locks import lock_text
from hub.rules.manifests import read_manifest
from hub.rules.recipes import make_recipe
from hub.services import lock_files, subsets
from hub.services.access import Caller
from hub.services.accounts import add_user
from hub.services.labels import find_label
from hub.services.manifests import manifest_key
from hub.services.summaries import refresh


@pytest.fixture
def create(settings, published, tmp_path):
    """Return `make(*labels, ...)`: a subset made over a connection of its own."""

    def make(*labels, name="mine", out="mine.lock", force=False, map_suppliers=3, **wanted):
        before = lock_files.check_out(tmp_path / out, force=force)
        with connect(settings.database_url) as db:
            created = subsets.create(
                db,
                name,
                recipe=make_recipe({"labels": labels, **wanted}),
                settings=replace(settings, map_suppliers=map_suppliers),
                by="ann",
            )
            lock_files.check_same(before, created.lock, out=tmp_path / out)
        if before is None:
            lock_files.write_lock(created.lock, tmp_path / out)
        return created

    return make


def pictures_of(created, settings):
    path = Objects(settings.objects_root).path(manifest_key(created.lock.root))
    with path.open("rb") as lines:
        return {one.image_id: one for one in read_manifest(lines, root=created.lock.root)}


def names(labels):
    return [label.name for label in labels]


def test_a_picture_of_two_picked_labels_comes_once(create, published, settings):
    both = published.add(b"both", "Toy", "Bear")
    toy = published.add(b"toy", "Toy")
    published.add(b"dog", "Dog")
    published.write_lake()

    created = create("Toy", "Bear")

    found = pictures_of(created, settings)
    assert [*found] == sorted([both, toy])
    assert names(found[both].picked) == ["Toy", "Bear"]
    assert created.per_label == {"Bear": 1, "Toy": 2}
    assert (created.lock.images, created.lock.bytes) == (2, 7)


def test_a_teddy_bear_answers_to_both_of_its_parents_once(create, published, settings):
    teddy = published.add(b"teddy", "Teddy bear")
    published.write_lake()

    created = create("Toy", "Bear", with_descendants=True)

    found = pictures_of(created, settings)
    assert [*found] == [teddy]
    assert names(found[teddy].labels) == ["Teddy bear"]
    assert sorted(names(found[teddy].picked)) == ["Bear", "Toy"]


def test_descendants_come_only_when_asked_for(create, published, settings):
    published.add(b"brown", "Brown bear")
    bear = published.add(b"bear", "Bear")
    published.write_lake()

    assert [*pictures_of(create("Bear"), settings)] == [bear]
    everything = create("Bear", with_descendants=True, out="all.lock")
    assert everything.lock.images == 2


def test_a_picture_of_a_label_and_of_its_descendant_is_picked_by_it_once(
    create, published, settings
):
    published.add(b"bear", "Brown bear", "Polar bear", "Bear")
    published.write_lake()

    created = create("Bear", with_descendants=True)

    [line] = pictures_of(created, settings).values()
    assert names(line.picked) == ["Bear"]
    assert sorted(names(line.labels)) == ["Bear", "Brown bear", "Polar bear"]
    assert created.per_label == {"Bear": 1}


def test_parts_are_not_kinds(create, published):
    published.add(b"wheel", "Wheel")
    published.write_lake()

    with pytest.raises(SubsetError, match="No published picture"):
        create("Vehicle", with_descendants=True)


def test_withdrawn_pictures_and_claims_that_are_not_positive_are_left_out(
    create, published, settings
):
    bear = published.add(b"bear", "Bear")
    published.add(b"gone", "Bear", status="withdrawn")
    published.add(b"not a bear", "Dog", negative=["Bear"])
    proposed = published.add(b"perhaps", "Dog")
    published.claim(proposed, find_label(published.db, "Bear").label_id, "proposed")
    published.write_lake()

    assert [*pictures_of(create("Bear"), settings)] == [bear]


def test_a_line_holds_what_the_catalogue_says(create, published, settings):
    with published.db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO place (country, city, neighbourhood) VALUES ('US', 'New York', '')"
            " RETURNING place_id"
        )
        (place_id,) = cursor.fetchone()
    image_id = published.add(
        b"bear",
        "Bear",
        author='=1+1 "Ä"\n',
        source="https://example.org/1",
        taken_at="2024-05-01 14:00:00.5+02",
        place_id=place_id,
        format="webp",
        lon=-73.9,
        lat=40.7,
        shown_lon=-73.8,
        shown_lat=40.6,
    )
    published.write_lake()
    refresh(published.db)
    published.db.commit()

    [line] = pictures_of(create("Bear", map_suppliers=1), settings).values()

    assert line.image_id == line.group_id == image_id
    assert (line.author, line.source) == ('=1+1 "Ä"\n', "https://example.org/1")
    assert line.taken_at == "2024-05-01T12:00:00Z"
    assert (line.country, line.city, line.neighbourhood) == ("US", "New York", None)
    assert line.file_name == f"{image_id}.webp"
    assert "73.9" not in str(line)


def test_order_case_and_repeats_of_the_labels_do_not_change_the_root(create, published):
    published.add(b"toy", "Toy")
    published.add(b"bear", "Brown bear")
    published.write_lake()

    one = create("Toy", "Brown bear")
    other = create("brown_bear", "TOY", "Toy", name="other", out="other.lock")

    assert other.lock.root == one.lock.root
    assert other.lock.recipe == one.lock.recipe
    assert one.lock.recipe.labels == ("Brown bear", "Toy")


def test_a_new_picture_gives_a_new_root_and_leaves_the_old_lock(create, published, settings):
    published.add(b"one", "Bear")
    published.write_lake()
    before = create("Bear")
    published.add(b"two", "Bear")
    published.write_lake()

    after = create("Bear", out="after.lock")

    assert after.lock.root != before.lock.root
    assert len(pictures_of(before, settings)) == 1


def test_an_unknown_label_is_named_with_what_may_be_meant(create, published, tmp_path):
    with pytest.raises(NotFound, match=r"'Baer'.*'Bear'"):
        create("Baer")
    assert not (tmp_path / "mine.lock").exists()


def test_an_empty_pick_makes_no_lock_and_says_what_the_labels_have(create, settings, tmp_path):
    with pytest.raises(SubsetError, match=r"\(Bear 0, Toy 0\)"):
        create("Toy", "Bear")
    assert not (tmp_path / "mine.lock").exists()
    assert not (tmp_path / "hub/objects/manifests").exists()


def test_an_empty_pick_points_at_narrower_labels(create, published):
    with published.db.cursor() as cursor:
        cursor.execute(
            "UPDATE label_count SET rollup = 1 WHERE label_id = %s",
            (find_label(published.db, "Bear").label_id,),
        )
    published.db.commit()
    with pytest.raises(SubsetError, match=r"take those, too \(with_descendants\)"):
        create("Bear")


def test_another_lock_is_not_overwritten_without_force(create, published, tmp_path):
    published.add(b"bear", "Bear")
    published.add(b"dog", "Dog")
    published.write_lake()
    before = create("Bear")
    text = (tmp_path / "mine.lock").read_text()

    assert not create("Bear").is_new
    with pytest.raises(SubsetError, match="--force"):
        create("Dog")
    assert (tmp_path / "mine.lock").read_text() == text

    after = create("Dog", force=True)
    assert lock_files.read_lock(tmp_path / "mine.lock") == after.lock != before.lock


def test_a_file_that_is_no_lock_is_not_overwritten(create, tmp_path):
    (tmp_path / "mine.lock").write_text("my notes")
    with pytest.raises(SubsetError, match="is no lock"):
        create("Bear")


def test_the_same_lock_again_adds_nothing_to_the_list(create, published, settings):
    published.add(b"bear", "Bear")
    published.write_lake()
    create("Bear")
    create("Bear")
    create("Bear", name="second", out="second.lock")

    with connect(settings.database_url) as db:
        assert [one.name for one in subsets.list_subsets(db)] == ["second", "mine"]
        assert [one.name for one in subsets.list_subsets(db, most=1)] == ["second"]


def test_the_page_of_a_subset_tells_all_names_that_its_viewer_may_see(create, published, settings):
    published.add(b"bear", "Bear")
    published.write_lake()
    root = create("Bear").lock.root
    create("Bear", name="second", out="second.lock")
    with connect(settings.database_url) as db:
        ops = add_user(db, "olga", role="ops")
        assert subsets.list_subsets(db, viewer="eve", root=root) == []
    with make_app(settings, settings.database_url).test_request_context("/"):
        g.caller = Caller(ops, frozenset({"read"}))
        assert "The same pictures are kept as 'mine', too." in str(subset_page(root))


def test_a_subset_is_found_by_name_and_by_root(create, published, settings):
    published.add(b"bear", "Bear")
    published.write_lake()
    lock = create("Bear").lock

    with connect(settings.database_url) as db:
        assert subsets.find_lock(db, "mine") == subsets.find_lock(db, lock.root) == lock
        with pytest.raises(NotFound, match="hub subset list"):
            subsets.find_lock(db, "other")
        with pytest.raises(NotFound, match="no subset"):
            subsets.find_lock(db, "\udcff")


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"", b"[subset]\n"])
def test_a_file_that_is_no_lock_is_refused(tmp_path, content):
    (tmp_path / "a.lock").write_bytes(content)
    with pytest.raises(LockError, match=r"a\.lock"):
        lock_files.read_lock(tmp_path / "a.lock")


def test_an_absent_lock_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.lock", tmp_path):
        with pytest.raises(LockError, match=str(path)):
            lock_files.read_lock(path)


def test_the_commands_print_the_documents_that_were_promised(published, settings, tmp_path):
    published.add(b"bear", "Bear")
    published.write_lake()
    hub = Hub({"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url})
    out = str(tmp_path / "F")

    def run(*args):
        result = CliRunner().invoke(cli, args, obj=hub, catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    made = json.loads(run("subset", "create", "bears", "--label", "bear", "--out", out, "--json"))
    shown = json.loads(run("subset", "show", out, "--json"))
    [listed] = json.loads(run("subset", "list", "--json"))

    assert shown["recipe"] == {"labels": ["Bear"], "with_descendants": False}
    assert (shown["images"], shown["bytes"]) == (1, 4)
    assert made["root"] == shown["root"] == listed["root"]
    assert made["per_label"] == {"Bear": 1}
    assert json.loads(run("subset", "show", "bears", "--json")) == shown
    for human in (("subset", "show", out), ("subset", "list")):
        assert shown["root"] in run(*human)


def test_a_lock_is_shown_without_a_server(create, published, tmp_path):
    published.add(b"bear", "Bear")
    published.write_lake()
    lock = create("Bear").lock
    elsewhere = Hub({"HUB_HOME": str(tmp_path / "none"), "HUB_DATABASE_URL": "postgresql://no:1/"})

    result = CliRunner().invoke(cli, ["subset", "show", str(tmp_path / "mine.lock")], obj=elsewhere)

    assert result.exit_code == 0
    assert lock.root in result.stdout


def test_no_lock_speaks_to_the_terminal(create, published, tmp_path):
    published.add(b"bear", "Bear")
    published.write_lake()
    lock = create("Bear").lock
    (tmp_path / "sent.lock").write_text(
        lock_text(replace(lock, notes=replace(lock.notes, name="\x1b[2J", note="a\rb")))
    )
    shown = CliRunner().invoke(cli, ["subset", "show", str(tmp_path / "sent.lock")], obj=Hub({}))
    assert shown.exit_code == 0
    assert "\\x1b[2J" in shown.stdout
    assert not {"\x1b", "\r"} & set(shown.stdout)


def test_a_lock_of_another_name_is_another_lock(create, published, tmp_path):
    published.add(b"bear", "Bear")
    published.write_lake()
    lock = create("Bear").lock
    (tmp_path / "mine.lock").write_text(
        lock_text(replace(lock, notes=replace(lock.notes, name="hers")))
    )
    with pytest.raises(SubsetError, match="another lock"):
        create("Bear")


def test_objects_that_do_not_take_the_manifest_are_said(create, published, settings, tmp_path):
    published.add(b"bear", "Bear")
    published.write_lake()
    settings.home.mkdir(exist_ok=True)
    (settings.home / "objects").write_text("a file where the folder should be")

    with pytest.raises(StorageError, match="does not take the manifest"):
        create("Bear")
    assert not (tmp_path / "mine.lock").exists()


def test_the_same_subset_made_six_times_at_once_is_kept_once(create, published, settings):
    published.add(b"toy", "Toy")
    published.write_lake()
    start = Barrier(6)

    def make(number):
        start.wait()
        return create("Toy", out=f"{number}.lock")

    with ThreadPoolExecutor(6) as pool:
        made = [*pool.map(make, range(6))]

    assert sorted(one.is_new for one in made) == [False] * 5 + [True]
    with connect(settings.database_url) as db:
        assert len(subsets.list_subsets(db)) == 1


def test_who_made_a_subset_and_goes_on_with_the_connection_keeps_nobody_waiting(
    create, published, settings
):
    published.add(b"toy", "Toy")
    published.write_lake()
    recipe = make_recipe({"labels": ["Toy"]})
    with closing(psycopg2.connect(settings.database_url)) as db:
        for name in ("mine", "again"):
            subsets.create(db, name, recipe=recipe, settings=settings, by="ann")
            db.commit()
        with db.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            )
            assert cursor.fetchone() == (0,)
        assert not create("Toy").is_new
