import pytest

from hub.services.facets import list_counts, list_facets, list_largest
from hub.services.label_changes import add_label, alias_label
from tests.fixtures.claims import Pictures


@pytest.fixture
def labels(db):
    """Five labels: c and e have one picture each, a has both under it."""
    ids = {}
    for name, parents in {"a": [], "b": [], "c": ["a"], "D": [], "e": ["a", "b"]}.items():
        ids[name] = add_label(db, name, parents=parents, by="test").label_id
    alias_label(db, "b", alias="another", by="test")
    pictures = Pictures(db)
    pictures.publish(ids["c"])
    pictures.publish(ids["e"])


def pages(listing, db, **cursor):
    found, after = [], None
    while page := listing(db, evidence="supplier", most=2, after=after):
        found.append([label.name for label in page])
        after = page[-1] if not cursor else getattr(page[-1], cursor["by"])
    return found


def test_pages_by_name_leave_no_label_out(db, labels):
    assert pages(list_facets, db, by="name") == [["a", "b"], ["c", "D"], ["e"]]


def test_pages_by_count_go_on_among_labels_of_one_count(db, labels):
    assert pages(list_largest, db) == [["a", "e"], ["c", "b"], ["D"]]


def test_counts_of_all_labels_come_by_name(db, labels):
    counts = {
        label.name: (label.own, label.rollup) for label in list_counts(db, evidence="supplier")
    }
    assert list(counts.items()) == [
        ("a", (0, 2)),
        ("b", (0, 1)),
        ("c", (1, 1)),
        ("D", (0, 0)),
        ("e", (1, 1)),
    ]


@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("SELECT FROM label_count ORDER BY rollup DESC, label_id DESC", "label_count_rollup_idx"),
        (
            'SELECT FROM label_name WHERE NOT is_alias ORDER BY folded_name COLLATE "C"',
            "label_name_listed_idx",
        ),
        ("SELECT FROM label_count ORDER BY label_id DESC", "label_count_pkey"),
    ],
)
def test_an_index_has_the_labels_in_the_order_of_a_page(db, order, index):
    with db.cursor() as cursor:
        cursor.execute("SET enable_sort = off")
        cursor.execute(f"EXPLAIN {order} LIMIT 24")
        assert any(index in line for (line,) in cursor)
