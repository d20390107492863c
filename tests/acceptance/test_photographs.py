"""The real photographs through the whole hub: counted up the graph, every exact repeat found."""

import csv
import json
from collections import defaultdict

import pytest

from hub.services.label_changes import add_label
from hub.services.label_views import list_labels

EXACT = ("byte_identical", "pixel_identical")
STAGES = ("validate", "dedupe", "split", "publish", "augment")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def labelled(shared):
    rows = rows_of(shared / "photos" / "labels.csv")
    return [row for row in rows if row["path"].startswith("images/")]


@pytest.fixture
def exact_copies(shared):
    """(original, copy) of the files that were made with the same bytes or the same pixels."""
    pairs = rows_of(shared / "photos" / "duplicates.csv")
    return [
        (pair["path_a"], pair["path_b"])
        for pair in pairs
        if pair["relation"] in EXACT and pair["path_b"].startswith("duplicates/")
    ]


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
    new_hub, shared, labelled, exact_copies, tmp_path
):
    photos = shared / "photos"
    hub = new_hub()
    with hub.open_db() as db:
        add_label(db, "T-shirt", parents=["Clothing"], mid="/m/013s93", by="a test")
    hub.submit(photos / "images")
    label_of = {row["path"]: row["label"] for row in labelled}
    with (tmp_path / "copies.csv").open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("path", "label"))
        writer.writerows((photos / copy, label_of[original]) for original, copy in exact_copies)
    hub.submit_csv(tmp_path / "copies.csv", supplier="copier")

    report = hub.run(min_side_px=100)

    files = len(labelled) + len(exact_copies)
    assert (len(labelled), len(exact_copies)) == (949, 66)
    assert [(done.stage, done.rows_in, sum(done.rows_out.values())) for done in report.stages] == [
        (stage, files, files) for stage in STAGES
    ]

    became = dict(
        hub.ask("SELECT path, coalesce(image_id, 'copy of ' || duplicate_of) FROM submission_file")
    )
    assert {became[str(photos / copy)] for _, copy in exact_copies} == {
        f"copy of {became[str(photos / original)]}" for original, _ in exact_copies
    }
    assert all(
        became[str(photos / copy)] == f"copy of {became[str(photos / original)]}"
        for original, copy in exact_copies
    )
    assert hub.ask("SELECT count(*) FROM image") == [(949,)]

    with hub.open_db() as db:
        shown = {
            label.mid: (label.own, label.rollup)
            for label in list_labels(db, evidence="supplier")
            if label.rollup
        }
    assert shown == expected_counts(shared, labelled)
    assert hub.verify(read_bytes=True).differences == []
