import json
import time
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.db import connect
from hub.errors import HubError, LabelError, NotFound
from hub.services.counting import counting, recount
from hub.services.label_changes import (
    add_label,
    alias_label,
    merge_labels,
    move_label,
    rename_label,
)
from hub.services.label_views import list_labels, show_label
from hub.services.labels import find_label, seed_labels
from tests.fixtures.claims import Pictures


@pytest.fixture
def pictures(db):
    return Pictures(db)


@pytest.fixture
def add(db):
    """Return `add(name, *parents, kind)`: the id of a new label."""

    def add(name, *parents, kind="is-a"):
        return add_label(db, name, parents=parents, kind=kind, by="ann").label_id

    return add


def counts(db, name):
    shown = show_label(db, name, evidence="supplier").label
    return shown.own, shown.rollup, shown.verified, shown.trainable


def touched_rows(db):
    """How many rows of the label tables this transaction has written."""
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'label%' OR relname = 'decision'"
        )
        return cursor.fetchone()[0]


def test_seeds_602_labels_with_all_their_parents(db):
    assert seed_labels(db) == 602
    listed = {label.name: label for label in list_labels(db, evidence="supplier")}
    assert len(listed) == 602
    assert sum(len(label.parents) > 1 for label in listed.values()) == 83
    assert [(e.name, e.kind) for e in listed["Auto part"].edges] == [
        ("Entity", "is-a"),
        ("Land vehicle", "part-of"),
    ]
    assert recount(db) == []


def test_lists_seeded_labels_by_name_after_newer_ones(db, add):
    seed_labels(db)
    add("T-shirt", "Clothing")
    names = [label.name for label in list_labels(db, evidence="supplier")]
    assert names[0] == "T-shirt"
    assert names[1:] == sorted(names[1:])


def test_seeding_again_touches_nothing_and_keeps_what_people_changed(db):
    seed_labels(db)
    rename_label(db, "Trousers", to="Pants", by="ann")
    merge_labels(db, "Pear", into="Apple", by="ann")
    move_label(db, "Teddy bear", source="Bear", to="Fruit", by="ann")
    before = touched_rows(db)
    assert seed_labels(db) == 0
    assert touched_rows(db) == before
    assert find_label(db, "pear").name == "Apple"
    assert find_label(db, "trousers").name == "Pants"


def test_seeding_says_whose_name_is_in_the_way(database_url):
    with connect(database_url) as db:
        add_label(db, "apple", by="ann")
    with pytest.raises(LabelError, match="hub label rename"), connect(database_url) as db:
        seed_labels(db)


@pytest.mark.parametrize("spelling", ["teddy bear", "Teddy_bear", " TEDDY  BEAR "])
def test_finds_a_label_by_any_spelling(db, spelling):
    seed_labels(db)
    assert find_label(db, spelling).label_key == "m_0kmg4"


def test_an_unknown_label_is_an_error_with_the_closest_names(db):
    seed_labels(db)
    with pytest.raises(NotFound, match="did you mean 'Banana'"):
        find_label(db, "Bananna")


def test_a_picture_under_two_parents_counts_once_above_them(db, add, pictures):
    add("Thing")
    add("Toy", "Thing")
    add("Bear", "Thing")
    teddy = add("Teddy bear", "Toy", "Bear")
    pictures.publish(teddy)
    assert counts(db, "Toy") == (0, 1, 0, 1)
    assert counts(db, "Bear") == (0, 1, 0, 1)
    assert counts(db, "Thing") == (0, 1, 0, 1)
    assert counts(db, "Teddy bear") == (1, 1, 0, 1)


def test_a_part_does_not_count_as_the_whole(db, add, pictures):
    add("Car")
    pictures.publish(add("Wheel", "Car", kind="part-of"))
    assert counts(db, "Car") == (0, 0, 0, 0)


def test_verified_and_disputed_claims_decide_what_is_trainable(db, add, pictures):
    add("Thing")
    cat = add("Cat", "Thing")
    plain, verified, disputed = (pictures.publish(cat) for _ in range(3))
    pictures.review(verified, cat)
    pictures.review(disputed, cat, is_disputed=True)
    assert counts(db, "Cat") == (3, 3, 2, 2)
    [thing] = [one for one in list_labels(db, evidence="verified") if one.name == "Thing"]
    assert (thing.own, thing.rollup, thing.verified, thing.trainable) == (0, 3, 0, 2)
    pictures.withdraw(plain)
    assert counts(db, "Thing") == (0, 2, 0, 1)


def test_publishing_the_same_again_touches_no_count(db, add, pictures):
    cat = add("Cat")
    image = pictures.publish(cat)
    with db.cursor() as cursor:
        cursor.execute("SELECT xmin, ctid FROM label_count")
        before = cursor.fetchall()
        with counting(db, images=[image]):
            pass
        cursor.execute("SELECT xmin, ctid FROM label_count")
        assert cursor.fetchall() == before


def test_a_move_takes_the_pictures_along(db, add, pictures):
    add("Fruit")
    add("Vegetable")
    add("Berry", "Fruit")
    pictures.publish(add("Tomato", "Berry"))
    move_label(db, "Berry", to="Vegetable", by="ann")
    assert counts(db, "Fruit") == (0, 0, 0, 0)
    assert counts(db, "Vegetable") == (0, 1, 0, 1)
    assert show_label(db, "Tomato", evidence="supplier").label.parents == ["Berry"]


def test_a_move_leaves_other_parents_and_keeps_the_kind(db, add):
    for name in ("Toy", "Bear", "Animal"):
        add(name)
    add("Teddy bear", "Toy")
    move_label(db, "Teddy bear", to="Bear", kind="part-of", by="ann")
    with pytest.raises(LabelError, match="not under 'Toy'; its parents are Bear"):
        move_label(db, "Teddy bear", source="Toy", to="Animal", by="ann")
    move_label(db, "Teddy bear", to="Animal", by="ann")
    edges = show_label(db, "Teddy bear", evidence="supplier").label.edges
    assert [(edge.name, edge.kind) for edge in edges] == [("Animal", "part-of")]


def test_a_move_out_of_several_parents_says_which(db, add):
    add("Toy")
    add("Bear")
    add("Teddy bear", "Toy", "Bear")
    with pytest.raises(LabelError, match=r"several parents \(Bear, Toy\).*--from"):
        move_label(db, "Teddy bear", to="Toy", by="ann")


def test_a_cycle_over_both_kinds_is_refused_with_its_labels_named(db, add):
    add("Car")
    add("Wheel", "Car", kind="part-of")
    add("Tyre", "Wheel")
    with pytest.raises(LabelError, match="Car > Tyre > Wheel > Car"):
        move_label(db, "Car", to="Tyre", by="ann")
    with pytest.raises(LabelError, match="Car > Car"):
        move_label(db, "Car", to="Car", by="ann")
    assert recount(db) == []


def test_a_merge_gives_everything_to_the_other(db, add, pictures):
    add("Clothing")
    add("Accessory")
    shoes = add("Shoes", "Accessory")
    boot = add("Boot", "Shoes")
    footwear = add("Footwear", "Clothing")
    both = pictures.publish(shoes, footwear)
    pictures.publish(shoes)
    pictures.publish(boot)
    pictures.review(both, shoes)

    merge_labels(db, "Shoes", into="Footwear", by="ann")

    page = show_label(db, "shoes", evidence="supplier")
    assert page.label.name == "Footwear"
    assert page.label.aliases == ["Shoes"]
    assert page.label.parents == ["Accessory", "Clothing"]
    assert page.label.children == ["Boot"]
    assert counts(db, "Footwear") == (2, 3, 1, 3)
    assert counts(db, "Clothing") == counts(db, "Accessory") == (0, 3, 0, 3)
    assert [change.action for change in page.history] == ["merge", "add", "add"]
    assert recount(db) == []


def test_chains_of_merges_are_flat(db, add, pictures):
    a, b, c = add("A"), add("B"), add("C")
    merge_labels(db, "A", into="B", by="ann")
    merge_labels(db, "B", into="C", by="ann")
    with db.cursor() as cursor:
        cursor.execute("SELECT label_id, merged_into_id FROM label ORDER BY label_id")
        assert cursor.fetchall() == [(a, c), (b, c), (c, None)]
    # A receipt of the old days, for a label that is gone since.
    pictures.publish(a)
    assert counts(db, "a") == (1, 1, 0, 1)


def test_a_label_merges_into_its_parent_but_not_past_one_between(db, add):
    add("Animal")
    add("Dog", "Animal")
    add("Puppy", "Dog")
    with pytest.raises(LabelError, match="Puppy > Dog > Animal"):
        merge_labels(db, "Puppy", into="Animal", by="ann")
    with pytest.raises(LabelError, match="Puppy > Dog > Animal"):
        merge_labels(db, "Animal", into="Puppy", by="ann")
    merge_labels(db, "Puppy", into="Dog", by="ann")
    merge_labels(db, "Animal", into="Dog", by="ann")
    shown = show_label(db, "Dog", evidence="supplier").label
    assert (shown.parents, shown.children) == ([], [])
    with pytest.raises(LabelError, match="one label"):
        merge_labels(db, "Puppy", into="Animal", by="ann")


def test_a_contradiction_met_in_a_merge_stays_positive_and_disputed(db, add, pictures):
    cat, pet = add("Cat"), add("Pet")
    other = add("Other")
    denied = pictures.publish(pet, other)
    pictures.deny(denied, cat)
    confirmed = pictures.publish(cat, other)
    pictures.deny(confirmed, pet)
    merge_labels(db, "Cat", into="Pet", by="ann")
    assert counts(db, "Pet") == (2, 2, 0, 0)
    assert counts(db, "Other") == (2, 2, 0, 2)
    assert recount(db) == []


def test_names_are_one_namespace(db, add):
    add("Trousers")
    add("Shirt")
    alias_label(db, "Trousers", alias="Pants", by="ann")
    for refused in (
        lambda: add("PANTS"),
        lambda: alias_label(db, "Shirt", alias="pants", by="ann"),
        lambda: rename_label(db, "Shirt", to="pants", by="ann"),
    ):
        with pytest.raises(LabelError, match="Trousers"):
            refused()
    rename_label(db, "Trousers", to="Pants", by="ann")
    shown = show_label(db, "trousers", evidence="supplier").label
    assert (shown.name, shown.aliases) == ("Pants", ["Trousers"])
    rename_label(db, "Pants", to="PANTS", by="ann")
    assert find_label(db, "pants").name == "PANTS"


def test_a_mid_is_one_labels(db):
    add_label(db, "Apple", mid="/m/014j1m", by="ann")
    with pytest.raises(LabelError, match="/m/014j1m"):
        add_label(db, "Pomme", mid="/m/014j1m", by="ann")


def test_keys_of_names_that_look_alike_differ(db, add):
    add("C")
    add("C++")
    add("\u718a")
    keys = {label.label_key for label in list_labels(db, evidence="supplier")}
    assert keys == {"n_c", "n_c_2", "n_label"}


def test_two_moves_at_once_cannot_close_a_circle(database_url):
    with connect(database_url) as db:
        add_label(db, "A", by="ann")
        add_label(db, "B", by="ann")
    refused = []

    def move_b_under_a():
        try:
            with connect(database_url) as db:
                move_label(db, "B", to="A", by="bob")
        except LabelError as error:
            refused.append(str(error))

    with connect(database_url) as db:
        move_label(db, "A", to="B", by="ann")
        other = Thread(target=move_b_under_a)
        other.start()
        wait_for_a_lock(database_url)
    other.join(20)
    assert refused == [
        "'B' cannot go under 'A': that would make the cycle B > A > B."
        " Choose a parent that is not below it."
    ]


def test_a_move_and_a_publication_at_once_leave_the_counts_right(database_url):
    with connect(database_url) as db:
        for name, parents in (("Old", []), ("New", []), ("Cat", ["Old"])):
            add_label(db, name, parents=parents, by="ann")
        cat = find_label(db, "Cat").label_id
    done = Event()

    def publish():
        with connect(database_url) as db:
            Pictures(db).publish(cat)
        done.set()

    with connect(database_url) as db:
        move_label(db, "Cat", to="New", by="ann")
        other = Thread(target=publish)
        other.start()
        wait_for_a_lock(database_url)
        assert not done.is_set()
    other.join(20)
    with connect(database_url) as db:
        assert counts(db, "Cat") == (1, 1, 0, 1)
        assert counts(db, "New") == (0, 1, 0, 1)
        assert counts(db, "Old") == (0, 0, 0, 0)
        assert recount(db) == []


def wait_for_a_lock(database_url):
    """Return once another connection to this database waits for the lock of the counts."""
    deadline = time.monotonic() + 20
    with connect(database_url) as db, db.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_a_recount_names_what_is_wrong(db, add, pictures):
    add("Thing")
    cat = add("Cat", "Thing")
    pictures.publish(cat)
    with db.cursor() as cursor:
        cursor.execute("UPDATE label_count SET rollup = 7 WHERE label_id = %s", (cat,))
        cursor.execute("DELETE FROM label_closure WHERE ancestor_id <> descendant_id")
    found = {difference.message for difference in recount(db)}
    assert found == {
        "label n_cat under n_thing: the closure lacks it.",
        "label Cat: rollup is 7, a recount gives 1.",
        "label Thing: rollup is 1, a recount gives 0.",
        "label Thing: undisputed is 1, a recount gives 0.",
        "bitmap rollup Thing: the pictures say otherwise in 1 of its chunks.",
    }


@pytest.fixture
def run_hub(database_url, tmp_path):
    """Return `run_hub(*words)`: the result of a `hub` command on this test's catalogue."""
    hub = Hub({"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path)})

    def run(*words):
        result = CliRunner().invoke(cli, words, obj=hub)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return run


def test_the_command_line_lists_602_labels_by_two_queries(database_url, run_hub, monkeypatch):
    with connect(database_url) as db:
        seed_labels(db)
    asked = []
    monkeypatch.setattr("hub.db.queries.load", remember(asked))
    listed = json.loads(run_hub("label", "list", "--json"))
    assert len(asked) <= 2
    [teddy] = [label for label in listed if label["name"] == "Teddy bear"]
    assert len(listed) == 602
    assert teddy | {"aliases": [], "label_key": "m_0kmg4"} == {
        "name": "Teddy bear",
        "mid": "/m/0kmg4",
        "label_key": "m_0kmg4",
        "aliases": [],
        "parents": ["Bear", "Toy"],
        "children": [],
        "edges": [{"name": "Bear", "kind": "is-a"}, {"name": "Toy", "kind": "is-a"}],
        "child_edges": [],
        "own": 0,
        "rollup": 0,
        "verified": 0,
        "trainable": 0,
    }


def remember(asked):
    from hub.queries import load

    def load_and_remember(name):
        asked.append(name)
        return load(name)

    return load_and_remember


def test_the_command_line_changes_labels_and_shows_their_history(database_url, run_hub):
    with connect(database_url) as db:
        seed_labels(db)
    run_hub("label", "add", "T-shirt", "--parent", "Clothing", "--mid", "/m/013s93")
    run_hub("label", "alias", "T-shirt", "Tee")
    run_hub("label", "rename", "tee", "Tee shirt")
    run_hub("label", "move", "tee_shirt", "--to", "Shirt")
    run_hub("label", "merge", "Tee shirt", "Shirt")
    shown = json.loads(run_hub("label", "show", "T-SHIRT", "--json"))
    assert shown["name"] == "Shirt"
    assert shown["aliases"] == ["T-shirt", "Tee", "Tee shirt"]
    actions = [change["action"] for change in shown["history"]]
    assert actions == ["merge", "move", "rename", "alias", "add"]
    assert all(change["by"] for change in shown["history"])
    assert "Also called: T-shirt, Tee, Tee shirt" in run_hub("label", "show", "Shirt")
    names = [
        one["name"] for one in json.loads(run_hub("label", "list", "--under", "Fruit", "--json"))
    ]
    assert "Apple" in names
    assert "Shirt" not in names
    assert json.loads(run_hub("label", "list", "--min", "1", "--json")) == []


def test_the_page_and_the_list_tell_part_of_from_is_a(db, add, run_hub):
    add("Thing")
    add("Body", "Thing")
    add("Head", "Body", kind="part-of")
    add("Torso", "Body")
    db.commit()
    assert run_hub("label", "show", "Body").splitlines()[:4] == [
        "Thing",
        "└─ Body",
        "   ├─ Head (part of)",
        "   └─ Torso",
    ]
    assert run_hub("label", "show", "Head").startswith("Body (part of)\n└─ Head\n")
    assert "Body (part of)" in run_hub("label", "list")


def test_a_label_is_found_by_its_mid_also_after_a_merge(db):
    seed_labels(db)
    assert find_label(db, "/m/0kmg4").name == "Teddy bear"
    merge_labels(db, "/m/0kmg4", into="Toy", by="ann")
    assert find_label(db, "/m/0kmg4").name == "Toy"
    with pytest.raises(NotFound, match="'/m/1'"):
        find_label(db, "/m/1")


def test_history_names_the_label_that_a_change_was_made_of(db, add, run_hub):
    add("Shoes")
    add("Footwear")
    rename_label(db, "Footwear", to="Foot wear", by="ann")
    alias_label(db, "Shoes", alias="Pumps", by="ann")
    merge_labels(db, "Shoes", into="Foot wear", by="ann")
    db.commit()
    history = show_label(db, "Foot wear", evidence="supplier").history
    assert [(change.action, change.label) for change in history] == [
        ("merge", "Shoes"),
        ("alias", "Shoes"),
        ("rename", "Foot wear"),
        ("add", "Foot wear"),
        ("add", "Shoes"),
    ]
    assert "alias of 'Shoes' (alias Pumps)" in run_hub("label", "show", "Pumps")


def test_the_root_is_not_merged_away(db):
    seed_labels(db)
    with pytest.raises(LabelError, match="root of all labels"):
        merge_labels(db, "Entity", into="Toy", by="ann")
    merge_labels(db, "Toy", into="Entity", by="ann")


def test_a_name_that_is_no_text_is_not_found(db, add, run_hub):
    db.commit()
    with pytest.raises(NotFound, match="There is no label"):
        run_hub("label", "show", "\udcff")


def test_any_other_text_that_is_not_utf_8_is_one_sentence(db):
    with pytest.raises(HubError, match="is not UTF-8 text"):
        add_label(db, "Cat", by="ann\udcff")
