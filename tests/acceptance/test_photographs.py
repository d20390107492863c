"""The real photographs through the whole hub: a tenth of them, then all, then changed ones."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from hub.services.label_changes import add_label
from hub.services.label_views import list_labels
from hub.services.stratification import stratification
from tests.fixtures.changed import KINDS, changes
from tests.fixtures.judged import rows_of

STAGES = ("validate", "dedupe", "split", "publish", "augment")
CHANGED = 60
"""So many photographs are changed in five ways each."""


@pytest.fixture(scope="module")
def labelled(photos):
    return [row for row in rows_of(photos / "labels.csv") if row["path"].startswith("images/")]


@pytest.fixture(scope="module")
def everything(photos, labelled, judged):
    """(path, label, supplier) of all photographs: labelled ones by contributor, then the rest."""
    label_of = {row["path"]: row["label"] for row in labelled}
    origin = {pair["path_b"]: label_of.get(pair["path_a"]) for pair in judged}
    rows = [(row["path"], row["label"], row["contributor"] or "photographer") for row in labelled]
    for folder in ("unlabelled", "duplicates", "orientation"):
        paths = sorted(str(one.relative_to(photos)) for one in (photos / folder).iterdir())
        rows += [(path, origin.get(path) or "Clothing", folder) for path in paths]
    return rows


@dataclass
class Grown:
    hub: object
    reports: list
    """Of the run of a tenth of the photographs, and of that of the rest."""
    first: dict
    """(group, split) of the pictures of the tenth, before the rest came."""
    splits: dict
    """(group, split) of every picture of the photographs."""
    became: dict
    """(picture, relation of a duplicate) of every photograph, by its path."""
    changed: dict
    """Picture of every changed photograph and of its original, by (original, change)."""


@pytest.fixture(scope="module")
def grown(shared_hub, photos, labelled, everything, tmp_path_factory):
    """A hub that all photographs came to, but for the smallest ones, and changed ones after."""
    hub, folder = shared_hub, tmp_path_factory.mktemp("lists")
    with hub.open_db() as db:
        add_label(db, "T-shirt", parents=["Clothing"], mid="/m/013s93", by="a test")
    tenth = everything[::10]
    reports = [submit_and_run(hub, photos, folder / "tenth.csv", tenth)]
    first = splits_of(hub)
    rest = [row for row in everything if row not in tenth]
    reports.append(submit_and_run(hub, photos, folder / "rest.csv", rest))
    splits, became = splits_of(hub), pictures_of(hub, photos)
    made = write_changed(photos, labelled, folder / "changed")
    submit_and_run(hub, folder / "changed", folder / "changed.csv", made)
    changed = pictures_of(hub, folder / "changed")
    paths = {(original, 0): became[original][0] for original, _ in map(change_of, changed)}
    paths |= {change_of(path): picture for path, (picture, _) in changed.items()}
    return Grown(hub, reports, first, splits, became, paths)


def submit_and_run(hub, folder, listed, rows):
    with listed.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("path", "label", "supplier"))
        writer.writerows((folder / path, label, supplier) for path, label, supplier in rows)
    hub.submit_csv(listed)
    return hub.run(min_side_px=50)


def splits_of(hub):
    rows = hub.ask("SELECT image_id, group_id, split FROM image")
    return {image: (group, split) for image, group, split in rows}


def pictures_of(hub, folder):
    """(picture, relation) of every file below a folder that was submitted, by its path there."""
    files = hub.ask("SELECT path, coalesce(image_id, duplicate_of), relation FROM submission_file")
    return {
        str(Path(path).relative_to(folder)): tuple(said)
        for path, *said in files
        if Path(path).is_relative_to(folder)
    }


def write_changed(photos, labelled, folder):
    """Change some of the labelled photographs; return the rows to submit."""
    rows = []
    for number, row in enumerate(labelled[:: len(labelled) // CHANGED]):
        with Image.open(photos / row["path"]) as image:
            picture = ImageOps.exif_transpose(image).convert("RGB")
        for kind, changed in enumerate(changes(picture, number), start=1):
            path = f"{kind}/{row['path']}.jpg"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            changed.save(folder / path, quality=90)
            rows.append((path, row["label"], "changer"))
    return rows


def change_of(path):
    """(original, change) of a changed photograph."""
    kind, _, original = path.removesuffix(".jpg").partition("/")
    return original, int(kind)


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


def test_every_file_is_accounted_for_at_every_stage(grown):
    sums = [
        [(done.stage, done.rows_in, sum(done.rows_out.values())) for done in report.stages]
        for report in grown.reports
    ]
    tenth = -(-len(grown.became) // 10)
    assert sums == [
        [(stage, files, files) for stage in STAGES] for files in (tenth, len(grown.became) - tenth)
    ]
    assert all(picture for picture, _ in grown.became.values())


def test_every_judged_duplicate_is_found(grown, judged):
    pairs = [(p["path_a"], p["path_b"]) for p in judged if p["expected"] == "duplicate"]
    found = [(a, b) for a, b in pairs if grown.became[a][0] == grown.became[b][0]]
    assert len(found) >= 0.99 * len(pairs)


def test_no_different_photographs_are_merged(grown, judged, may_be_one):
    pairs = [(p["path_a"], p["path_b"]) for p in judged if p["expected"] == "not_duplicate"]
    merged = [(a, b) for a, b in pairs if grown.became[a][0] == grown.became[b][0]]
    assert (len(pairs), merged) == (23, [])
    kept = {picture: path for path, (picture, relation) in grown.became.items() if not relation}
    assert [
        (path, kept[picture])
        for path, (picture, _) in grown.became.items()
        if not (path == kept[picture] or may_be_one(path, kept[picture]))
    ] == []


def test_nine_orientations_are_one_picture(grown):
    turned = {
        path: one for path, (one, _) in grown.became.items() if path.startswith("orientation/")
    }
    assert (len(turned), len(set(turned.values()))) == (9, 1)


def test_pictures_are_counted_up_the_graph(grown, shared, labelled, everything):
    mid_of = {row["label"]: row["mid"] for row in labelled} | {"Clothing": "/m/09j2d"}
    counted = [
        {"path": grown.became[path][0], "mid": mid_of[label]}
        for path, label, _ in everything
        if grown.became[path][1] != "near"
    ]
    # The changed ones are more pictures of the same labels.
    counted += [
        {"path": picture, "mid": mid_of[label]}
        for label, picture in grown.hub.ask(
            "SELECT name, image_id FROM submission_file JOIN submission USING (submission_id)"
            " JOIN receipt USING (receipt_no) JOIN label_name USING (label_id)"
            " WHERE batch_no = 3 AND outcome = 'published' AND NOT is_alias"
        )
    ]
    with grown.hub.open_db() as db:
        shown = {
            label.mid: (label.own, label.rollup)
            for label in list_labels(db, evidence="supplier")
            if label.rollup
        }
    assert shown == expected_counts(shared, counted)


def test_the_stores_agree(grown):
    assert grown.hub.verify(read_bytes=True).differences == []


def test_growing_moves_no_picture(grown):
    assert len(grown.first) > 100
    assert {image: grown.splits[image] for image in grown.first} == grown.first
    after = splits_of(grown.hub)
    assert {image: after[image] for image in grown.splits} == grown.splits


def test_no_group_crosses_splits(grown):
    crossing = grown.hub.ask(
        "SELECT group_id FROM image WHERE split <> 'none' GROUP BY group_id"
        " HAVING count(DISTINCT split) > 1"
    )
    assert crossing == []
    none = [split for _, split in grown.splits.values() if split == "none"]
    assert len(none) <= 0.05 * len(grown.splits)


def test_no_burst_and_no_mirrored_pair_crosses_splits(grown, judged):
    told = {"burst", "natural_mirror", "made_flip"}
    pairs = [(p["path_a"], p["path_b"]) for p in judged if p["relation"] in told]
    assert len(pairs) == 61
    crossing = [
        pair
        for pair in pairs
        if len({grown.splits[grown.became[path][0]][1] for path in pair} - {"none"}) > 1
    ]
    assert crossing == []


def test_shares_are_within_three_standard_errors(grown):
    with grown.hub.open_db() as db:
        found = stratification(db)
    assert found.whole.groups > 700
    assert found.whole.worst <= 3


def test_changed_photographs_are_related_and_hardly_any_other(grown, may_be_one):
    originals = {original for original, _ in grown.changed}
    # A burst is told by who took it when, and not by what it shows.
    related = {
        frozenset(pair)
        for *pair, relation in grown.hub.ask(
            "SELECT image_id, related_to, relation FROM image_relation"
        )
        if relation != "burst"
    }
    found = sum(
        one == other or frozenset((one, other)) in related
        for original in originals
        for one, other in combinations(
            [grown.changed[original, kind] for kind in range(KINDS + 1)], 2
        )
    )
    assert found >= 0.50 * 15 * len(originals)

    shown = defaultdict(set)
    for path, (picture, _) in grown.became.items():
        shown[picture].add(path)
    for (original, _), picture in grown.changed.items():
        shown[picture].add(original)

    def are_one(pictures):
        one, other = pictures
        return any(a == b or may_be_one(a, b) for a in shown[one] for b in shown[other])

    changed = {picture for (_, kind), picture in grown.changed.items() if kind}
    told = [pair for pair in related if pair & changed]
    wrong = [pair for pair in told if not are_one(pair)]
    merged = [
        (original, path)
        for (original, _), picture in grown.changed.items()
        for path in shown[picture]
        if not (original == path or may_be_one(original, path))
    ]
    assert len(wrong) + len(merged) <= 0.01 * found
