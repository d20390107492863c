import csv
import json
from collections import defaultdict

import pytest

from hub.rules import open_images
from hub.rules.labels import clean_name, fold_name, label_key


@pytest.fixture
def published(shared):
    return shared / "photos" / "hierarchy"


def edges_of(node):
    for field, kind in (("Subcategory", "is-a"), ("Part", "part-of")):
        for child in node.get(field, []):
            yield child["LabelName"], node["LabelName"], kind
            yield from edges_of(child)


def test_ships_602_labels_of_which_83_have_several_parents():
    parents = defaultdict(set)
    for edge in open_images.read_edges():
        parents[edge.child_mid].add(edge.parent_mid)
    mids = {label.mid for label in open_images.read_labels()}
    assert len(mids) == 602
    assert sum(len(above) > 1 for above in parents.values()) == 83
    assert mids - set(parents) == {"/m/0bl9f"}


def test_edges_of_both_kinds_are_those_of_the_published_hierarchy(published):
    root = json.loads((published / "bbox_labels_600_hierarchy.json").read_text())
    ours = [(edge.child_mid, edge.parent_mid, edge.kind) for edge in open_images.read_edges()]
    assert len(ours) == len(set(ours))
    assert set(ours) == set(edges_of(root))


def test_names_are_those_of_the_published_descriptions(published):
    with (published / "class-descriptions.csv").open(encoding="utf-8", newline="") as lines:
        described = dict(csv.reader(lines)) | {"/m/0bl9f": "Entity"}
    assert all(described[label.mid] == label.name for label in open_images.read_labels())


def test_names_and_keys_do_not_collide():
    labels = open_images.read_labels()
    assert len({fold_name(label.name) for label in labels}) == 602
    assert len({label_key(label.name, label.mid) for label in labels}) == 602
    assert all(clean_name(label.name) == label.name for label in labels)
