"""The stages on a real lake and catalogue: every file accounted for, once, in any arrangement."""

import csv
import shutil
from dataclasses import replace

import pytest
from deltalake import DeltaTable

from hub.errors import StoresDiffer
from hub.lake import tables
from jobs import pipeline
from jobs.failures import StageFailed


def outcomes(hub):
    return dict(
        hub.ask(
            "SELECT path, concat_ws(' ', outcome, reason, relation) FROM submission_file"
            " ORDER BY file_id"
        )
    )


def test_every_file_ends_published_duplicate_or_rejected(new_hub, folder, draw):
    hub = new_hub()
    files = folder(
        "files",
        {
            "a.jpg": draw(1),
            "b.jpg": draw(1),
            "c.jpg": draw(2),
            "c.png": draw(3, format="PNG"),
            "c-packed.png": draw(3, format="PNG", optimize=True, compress_level=9),
            "empty.jpg": b"",
            "text.jpg": b"no picture at all",
            "tiny.png": draw(4, format="PNG", side=20),
        },
    )
    hub.submit(files, labels=["Apple"])

    report = hub.run()

    found = {path.rpartition("/")[2]: outcome for path, outcome in outcomes(hub).items()}
    assert found == {
        "a.jpg": "published",
        "b.jpg": "duplicate bytes",
        "c.jpg": "published",
        **{name: found[name] for name in ("c.png", "c-packed.png")},
        "empty.jpg": "rejected empty_file",
        "text.jpg": "rejected not_an_image",
        "tiny.png": "rejected too_small",
    }
    assert sorted([found["c.png"], found["c-packed.png"]]) == ["duplicate pixels", "published"]
    assert [(done.stage, done.rows_in, sum(done.rows_out.values())) for done in report.stages] == [
        (stage, 8, 8) for stage in ("validate", "dedupe", "split", "publish", "augment")
    ]
    assert hub.verify(read_bytes=True).differences == []


def test_only_train_pictures_are_augmented_so_many_times_each(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {f"{n}.jpg": draw(n) for n in range(40)}), labels=["Apple"])
    report = hub.run(augment_count=2)
    splits = dict(hub.ask("SELECT image_id, split FROM image"))
    derived = DeltaTable(tables.table_path(hub.settings.lake_root, "images_augmented"))
    rows = derived.to_pyarrow_table(columns=["image_id", "number"]).to_pylist()
    train = [image for image, split in splits.items() if split == "train"]
    assert len(train) < 40
    assert sorted((row["image_id"], row["number"]) for row in rows) == sorted(
        (image, number) for image in train for number in (0, 1)
    )
    assert report.stages[-1].rows_out == {"augmented": len(train), "left_alone": 40 - len(train)}


@pytest.mark.parametrize("now", [3, 1, 0])
def test_derived_pictures_count_by_the_setting_they_were_committed_with(
    new_hub, folder, draw, monkeypatch, now
):
    hub = new_hub()
    hub.submit(folder("files", {f"{n}.jpg": draw(n) for n in range(12)}), labels=["Apple"])
    for stage in ("validate", "dedupe", "split", "publish"):
        hub.run(only=stage)
    [(train,)] = hub.ask("SELECT count(*) FROM image WHERE split = 'train'")
    with monkeypatch.context() as killed:
        killed.setattr(pipeline, "record_stage", die)
        with pytest.raises(KeyboardInterrupt):
            hub.run(augment_count=2)
    report = hub.run(augment_count=now)
    assert report.stages[-1].rows_out == {"augmented": train, "left_alone": 12 - train}
    assert sorted(derived_numbers(hub)) == sorted([0, 1] * train)
    assert hub.verify().differences == []


def die(*_):
    raise KeyboardInterrupt


def derived_numbers(hub):
    table = DeltaTable(tables.table_path(hub.settings.lake_root, "images_augmented"))
    return table.to_pyarrow_table(columns=["number"])["number"].to_pylist()


def test_a_repeat_in_a_later_receipt_adds_its_label_to_the_picture(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("first", {"a.jpg": draw(1)}), labels=["Apple"])
    hub.run()
    hub.submit(folder("later", {"z.jpg": draw(1)}), labels=["Banana"], supplier="ben")
    hub.run()
    claims = hub.ask(
        "SELECT name, value FROM label_claim JOIN label_name USING (label_id) ORDER BY name"
    )
    assert claims == [("Apple", "positive"), ("Banana", "positive")]
    counts = hub.ask(
        "SELECT name, own, rollup FROM label_count JOIN label_name USING (label_id)"
        " WHERE name IN ('Apple', 'Banana', 'Fruit') AND NOT is_alias ORDER BY name"
    )
    assert counts == [("Apple", 1, 1), ("Banana", 1, 1), ("Fruit", 0, 1)]
    assert hub.verify().differences == []


def test_one_path_under_two_labels_is_one_picture_with_two_claims(new_hub, folder, draw):
    hub = new_hub()
    where = folder("listed", {"a.jpg": draw(1), "b.jpg": draw(2)})
    with (where / "list.csv").open("w", newline="") as lines:
        rows = [("path", "label"), ("a.jpg", "Toy"), ("a.jpg", "Bear"), ("b.jpg", "Bear")]
        csv.writer(lines).writerows(rows)
    hub.submit_csv(where / "list.csv")
    hub.run()
    assert hub.ask("SELECT outcome, count(*) FROM submission_file GROUP BY 1") == [("published", 3)]
    assert hub.ask("SELECT count(*) FROM image") == [(2,)]
    assert hub.ask("SELECT count(*) FROM label_claim") == [(3,)]
    assert hub.verify().differences == []


def test_a_submission_of_refused_files_alone_has_failed(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("bad", {"a.jpg": b"", "b.jpg": b"text"}), labels=["Apple"])
    hub.submit(folder("good", {"a.jpg": draw(1), "b.jpg": b"text"}), labels=["Apple"])
    hub.run()
    # A batch without one picture, too.
    hub.submit(folder("worse", {"c.jpg": b"", "d.jpg": b"words"}), labels=["Apple"])
    hub.run()
    assert hub.ask("SELECT status FROM submission ORDER BY submission_id") == [
        ("failed",),
        ("published",),
        ("failed",),
    ]
    assert hub.verify().differences == []


def test_a_second_run_writes_nothing(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {"a.jpg": draw(1)}), labels=["Apple"])
    hub.run()
    before = {table: version(hub, table) for table in tables.TABLES}
    rows = hub.ask("SELECT xmin, ctid, * FROM submission_file")
    assert hub.run().stages == []
    assert {table: version(hub, table) for table in tables.TABLES} == before
    assert hub.ask("SELECT xmin, ctid, * FROM submission_file") == rows


def version(hub, table):
    return DeltaTable(tables.table_path(hub.settings.lake_root, table)).version()


def test_stages_run_alone_in_their_order(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {"a.jpg": draw(1)}), labels=["Apple"])
    with pytest.raises(StageFailed, match="hub job validate"):
        hub.run(only="dedupe")
    status = []
    for stage in ("validate", "dedupe", "split", "publish", "augment"):
        assert [done.stage for done in hub.run(only=stage).stages] == [stage]
        status += hub.ask("SELECT status FROM submission")
    assert [one for (one,) in status] == [
        "validated",
        "deduped",
        "split",
        "published",
        "published",
    ]
    assert hub.run(only="validate").stages == []


def crowd(draw, number):
    """The files of one of a dozen receipts: new ones, and what repeats or resembles others'."""
    return {
        f"{number}-new.jpg": draw(number),
        f"{number}-again.jpg": draw(number // 3),
        f"{number}-png.png": draw(number // 2, format="PNG"),
        f"{number}-packed.png": draw(number // 4, format="PNG", optimize=True),
        # Like a picture that comes later, one that came before, and one of this receipt.
        f"{number}-early.jpg": draw(number + 5, quality=40),
        f"{number}-small.jpg": draw(number // 2, side=72),
        f"{number}-poor.jpg": draw(number, quality=20),
        f"{number}-mirrored.jpg": draw(number // 2 + 3, is_mirrored=True),
        # Shots of one scene, and beside them one that an earlier receipt brought.
        f"{number}-shot-1.jpg": draw(100 + number, contrast=0.1),
        f"{number}-shot-2.jpg": draw(200 + number, contrast=0.1),
        f"{number}-shot-3.jpg": draw(99 + number, contrast=0.1),
        f"{number}-broken.jpg": draw(number)[:-200],
        f"{number}-cut.png": draw(number, format="PNG")[:40],
        f"{number}-trailing.jpg": draw(300 + number) + b"<?php echo 1; ?>",
    }


def test_arrangement_does_not_matter(new_hub, folder, draw):
    """1 or 8 partitions, one batch or a dozen, files in another order: the same contents."""
    receipts = [folder(f"receipt-{number}", crowd(draw, number)) for number in range(12)]
    fingerprints, relations = [], []
    for name, settings, turn in (
        ("whole", {"partitions": 1}, 1),
        ("wide", {"partitions": 8}, -1),
        ("dozen", {"batch_files": 1}, 1),
    ):
        hub = new_hub(name)
        for number, receipt in enumerate(receipts):
            paths = sorted(receipt.iterdir())[::turn]
            hub.submit(*paths, labels=[("Apple", "Pear")[number % 2]], supplier=f"s{number % 3}")
        hub.run(augment_count=0, **settings)
        assert hub.ask("SELECT count(*) FROM batch") == [(12 if name == "dozen" else 1,)]
        verified = hub.verify()
        assert verified.differences == []
        fingerprints.append(verified.fingerprint)
        relations.append(
            sorted(
                hub.ask(
                    "SELECT image_id, related_to, relation, distance, look_distance"
                    " FROM image_relation"
                )
            )
        )
        before = hub.ask("SELECT xmin, ctid, * FROM submission_file")
        assert hub.run(augment_count=0).stages == []
        assert hub.ask("SELECT xmin, ctid, * FROM submission_file") == before
    assert fingerprints == fingerprints[:1] * 3
    assert relations == relations[:1] * 3
    told = hub.ask("SELECT relation FROM submission_file UNION SELECT relation FROM image_relation")
    assert {relation for (relation,) in told} >= {"bytes", "pixels", "near", "mirrored", "burst"}


def test_stores_of_two_ages_are_refused(new_hub, folder, draw):
    hub, younger = new_hub("first"), new_hub("younger")
    hub.submit(folder("files", {"a.jpg": draw(1)}), labels=["Apple"])
    hub.run()
    (hub_id,) = hub.ask("SELECT hub_id::text FROM hub")[0]
    with younger.open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE hub SET hub_id = %s", (hub_id,))
    younger.submit(folder("other", {"b.jpg": draw(2)}), labels=["Pear"])
    lakes = hub.settings.lake_root, younger.settings.lake_root

    younger.settings = replace(younger.settings, lake_root=lakes[0])
    with pytest.raises(StoresDiffer, match="older Postgres was restored"):
        younger.run()
    assert younger.ask("SELECT count(*) FROM batch") == [(0,)]
    assert younger.ask("SELECT outcome FROM submission_file") == [("pending",)]

    hub.settings = replace(hub.settings, lake_root=lakes[1])
    with pytest.raises(StoresDiffer, match="the lake is an older copy"):
        hub.run()


def test_another_hubs_lake_is_refused_before_anything_is_written(new_hub, folder, draw):
    hub, stranger = new_hub("first"), new_hub("stranger")
    hub.submit(folder("files", {"a.jpg": draw(1)}), labels=["Apple"])
    hub.run()
    stranger.submit(folder("other", {"b.jpg": draw(2)}), labels=["Pear"])
    stranger.settings = replace(stranger.settings, lake_root=hub.settings.lake_root)
    with pytest.raises(StoresDiffer, match="of another hub"):
        stranger.run()
    assert hub.verify().differences == []


def test_derived_pictures_that_are_gone_are_missed(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {f"{n}.jpg": draw(n) for n in range(8)}), labels=["Apple"])
    hub.run()
    shutil.rmtree(tables.table_path(hub.settings.lake_root, "images_augmented"))
    assert [found.kind for found in hub.verify().differences] == ["derived_missing"]
