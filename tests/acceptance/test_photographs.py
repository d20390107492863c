"""The real photographs through the whole hub: counted up the graph, every exact repeat found."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest

from hub.services.label_changes import add_label
from hub.services.label_views import list_labels
from tests.fixtures.judged import rows_of

STAGES = ("validate", "dedupe", "split", "publish", "augment")


@pytest.fixture
def labelled(photos):
    return [row for row in rows_of(photos / "labels.csv") if row["path"].startswith("images/")]


@pytest.fixture
def everything(photos, labelled, judged, tmp_path):
    """A CSV of all photographs but the smallest: labelled ones by contributor, then the rest."""
    label_of = {row["path"]: row["label"] for row in labelled}
    origin = {pair["path_b"]: label_of.get(pair["path_a"]) for pair in judged}
    rows = [(row["path"], row["label"], row["contributor"] or "photographer") for row in labelled]
    for folder in ("unlabelled", "duplicates", "orientation"):
        paths = sorted(str(one.relative_to(photos)) for one in (photos / folder).iterdir())
        rows += [(path, origin.get(path) or "Clothing", folder) for path in paths]
    with (tmp_path / "all.csv").open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("path", "label", "supplier"))
        writer.writerows((photos / path, label, supplier) for path, label, supplier in rows)
    return tmp_path / "all.csv"


def expected_counts(shared, labelled):
    """(own, rollup) by name, counted from the files and the published hierarchy alone."""
    text = (shared / "photos" / "hierarchy" / "bbox_labels_600_hierarchy.json").read_text()
    parents = defaultdict(set)

    def walk(node):
        for child in node.get("Subcategory", ()):
            parents[child["LabelName"]].add(node["LabelName"])
            walk(child)
        for part in node.get("Part", ()):
            walk(part)

    walk(json.loads(text))
    clothing, t_shirt = "/m/09j2d", "/m/013s93"
    parents[t_shirt].add(clothing)

    def above(mid):
        return {mid}.union(*(above(parent) for parent in parents[mid]))

    own, rollup = defaultdict(set), defaultdict(set)
    for row in labelled:
        own[row["mid"]].add(row["path"])
        for ancestor in above(row["mid"]):
            rollup[ancestor].add(row["path"])
    return {mid: (len(own[mid]), len(paths)) for mid, paths in rollup.items()}


def test_photographs_are_published_counted_and_their_copies_found(
    new_hub, shared, photos, labelled, everything, judged, may_be_one
):
    hub = new_hub()
    with hub.open_db() as db:
        add_label(db, "T-shirt", parents=["Clothing"], mid="/m/013s93", by="a test")
    hub.submit_csv(everything)

    report = hub.run(min_side_px=50)

    became = {
        str(Path(path).relative_to(photos)): (leads_to, relation)
        for path, leads_to, relation in hub.ask(
            "SELECT path, coalesce(image_id, duplicate_of), relation FROM submission_file"
        )
    }
    assert all(leads_to for leads_to, _ in became.values())
    assert [(done.stage, done.rows_in, sum(done.rows_out.values())) for done in report.stages] == [
        (stage, len(became), len(became)) for stage in STAGES
    ]

    pictures = {path: leads_to for path, (leads_to, _) in became.items()}
    pairs = {
        expected: [
            (pair["path_a"], pair["path_b"]) for pair in judged if pair["expected"] == expected
        ]
        for expected in ("duplicate", "not_duplicate")
    }
    found = [(a, b) for a, b in pairs["duplicate"] if pictures[a] == pictures[b]]
    assert len(found) >= 0.99 * len(pairs["duplicate"])
    merged = [(a, b) for a, b in pairs["not_duplicate"] if pictures[a] == pictures[b]]
    assert (len(pairs["not_duplicate"]), merged) == (23, [])
    kept = {leads_to: path for path, (leads_to, relation) in became.items() if relation is None}
    assert [
        (path, kept[leads_to])
        for path, leads_to in pictures.items()
        if not (path == kept[leads_to] or may_be_one(path, kept[leads_to]))
    ] == []
    assert len({pictures[path] for path in pictures if path.startswith("orientation/")}) == 1

    mid_of = {row["label"]: row["mid"] for row in labelled} | {"Clothing": "/m/09j2d"}
    counted = [
        {"path": pictures[path], "mid": mid_of[row["label"]]}
        for row in rows_of(everything)
        if became[path := str(Path(row["path"]).relative_to(photos))][1] != "near"
    ]
    with hub.open_db() as db:
        shown = {
            label.mid: (label.own, label.rollup)
            for label in list_labels(db, evidence="supplier")
            if label.rollup
        }
    assert shown == expected_counts(shared, counted)
    assert hub.verify(read_bytes=True).differences == []
