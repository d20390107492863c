"""Run folders: what Spark makes of a subset's lock for a training."""

import csv
import errno
import hashlib
import json
import subprocess
from dataclasses import replace
from operator import itemgetter
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from hub.catalogue.batches import Batch
from hub.errors import TrainingError
from hub.lake.derived_places import DerivedReader, list_places
from hub.rules import augmenting
from hub.rules.fitting import fit
from hub.rules.recipes import make_recipe
from hub.rules.runs import read_run
from hub.rules.trainings import make_options
from hub.services import subsets
from hub.services.sources import open_source
from jobs.tables import Lake
from jobs.train.filing import write_whole
from jobs.train.writing import write_run_folder
from tests.fixtures.exported import ROOT, train_python
from tests.fixtures.pictures import drawn, encoded

SIDE = 32
DERIVED = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "recipe", "label_key", "reason")),
        ("number", pa.int32()),
        ("content", pa.binary()),
    ]
)


def picture(seed):
    return encoded(drawn(120, 90, seed=seed), quality=80)


@pytest.fixture
def hub(published):
    """Eleven apples and seven bananas, and pictures that no class can be said of."""
    made = {"train": [], "validation": [], "test": []}
    for seed in range(18):
        label = "Apple" if seed < 11 else "Banana"
        split = ("train", "train", "train", "validation", "test")[seed % 5]
        author = f"=Ann {seed % 3}"
        made[split].append(published.add(picture(seed), label, split=split, author=author))
    made["both"] = published.add(picture(30), "Apple", "Banana", split="train")
    made["between"] = published.add(picture(31), "Apple", split="none")
    made["broken"] = published.add(picture(32)[:900], "Banana", split="train")
    made["denied"] = published.add(
        picture(33), "Vehicle", split="train", negative=["Apple", "Banana"]
    )
    published.write_lake()
    return made


@pytest.fixture
def lock(hub, published):
    recipe = make_recipe({"labels": ["Banana", "Apple"], "with_negatives": True})
    made = subsets.create(
        published.db, "fruit", recipe=recipe, settings=published.settings, by="ann"
    )
    return made.lock


@pytest.fixture
def write(spark, published, lock, tmp_path):
    """Return what makes a run folder; options as keywords."""

    def make(name="run", *, partitions=2, **options):
        run = write_run_folder(
            spark,
            replace(published.settings, partitions=partitions),
            lock=lock,
            options=make_options({"side": SIDE, "ranks": 2, "batch": 4, **options}, minimum=1),
            training_id=7,
            folder=tmp_path / name,
        )
        return tmp_path / name, run

    return make


def rows_of(folder, run, split):
    return [
        row
        for file in run.files[split]
        for row in pq.ParquetFile(folder / file.path).read().to_pylist()
    ]


def read_csv(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def derived_row(image_id, number, content):
    """A row of images_augmented; without bytes its picture could not be decoded."""
    return {
        "image_id": image_id,
        "recipe": augmenting.RECIPE,
        "number": number,
        "label_key": "m_014j1m",
        "reason": None if content is not None else "corrupt",
        "content": content,
    }


def in_order(rows):
    """The rows as `read_by_petastorm` tells them."""
    told = [
        {
            **{name: row[name] for name in ("image_id", "number", "label")},
            "states": row["states"].hex(),
            "sha256": hashlib.sha256(row["image"]).hexdigest(),
        }
        for row in rows
    ]
    return sorted(told, key=itemgetter("image_id"))


def read_by_petastorm(folder):
    script = ROOT / "tests" / "fixtures" / "run_reader.py"
    said = subprocess.run(
        [train_python(), str(script), str(folder)], capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]
    return sorted(rows, key=itemgetter("image_id"))


def test_a_run_folder_is_the_lock_s_and_the_same_however_many_workers_wrote_it(
    write, hub, published, lock
):
    folder, run = write(partitions=3)
    alone, _ = write("alone", partitions=1)
    assert contents(folder) == contents(alone)
    assert read_run(folder) == run
    assert [label.name for label in run.classes] == ["Apple", "Banana"]
    assert (run.root, run.seed, run.batch, run.training_id) == (lock.root, 0, 8, 7)

    for split in ("train", "validation", "test"):
        rows = rows_of(folder, run, split)
        assert sorted(row["image_id"] for row in rows) == sorted(hub[split])
        for file, path in zip(run.files[split], sorted((folder / split).iterdir()), strict=True):
            content = path.read_bytes()
            assert (folder / file.path, file.size_bytes) == (path, len(content))
            assert file.sha256 == hashlib.sha256(content).hexdigest()
            assert pq.ParquetFile(path).num_row_groups == 1
    pictures = {one.image_id: one for one in open_source(published.settings, lock).pictures()}
    for row in rows_of(folder, run, "train"):
        assert run.classes[row["label"]].name == pictures[row["image_id"]].picked[0].name
        assert (row["states"], row["number"]) == (b"", 0)
    of_seed = {hashlib.sha256(picture(seed)).hexdigest(): seed for seed in range(18)}
    assert all(
        row["image"] == fit(picture(of_seed[row["image_id"]]), SIDE)
        for row in rows_of(folder, run, "test")
    )


def test_what_is_left_out_is_told_and_only_what_is_used_is_credited(write, hub):
    folder, run = write(class_weights="balanced")
    told = {row["image_id"]: row["reason"] for row in read_csv(folder / "left_out.csv")}
    assert told == {
        hub["both"]: "shows several of the labels",
        hub["between"]: "is near pictures of two splits",
        hub["broken"]: "cannot be decoded (corrupt)",
        hub["denied"]: "is only verified not to show a label",
    }
    assert sorted(run.left_out.items()) == sorted((reason, 1) for reason in told.values())
    assert run.class_images == {
        label.key: sum(row["label"] == number for row in rows_of(folder, run, "train"))
        for number, label in enumerate(run.classes)
    }
    images = run.images("train")
    assert read_run(folder).class_weights == {
        key: images / (2 * count) for key, count in run.class_images.items()
    }
    credited = read_csv(folder / "attribution.csv")
    used = {one for split in ("train", "validation", "test") for one in hub[split]}
    assert {row["image_id"] for row in credited} == used
    assert credited[0]["author"].startswith("'=Ann")
    assert (credited[0]["licence"], len(credited)) == ("CC-BY-4.0", len(used))


def test_a_folder_is_made_again_equal_whatever_was_left_in_it(write):
    folder, run = write()
    before = contents(folder)
    (folder / "run.json").unlink()
    victim = folder / run.files["train"][0].path
    victim.write_bytes(victim.read_bytes()[:-1])
    victim.with_name("00099.parquet").write_bytes(b"left behind")
    (folder / ".preparing").mkdir()
    assert write()[1] == run
    assert contents(folder) == before
    assert write(seed=1)[1].seed == 1
    assert contents(folder) != before


def test_several_labels_a_picture_have_a_state_each(write, hub):
    folder, run = write(multi_label=True)
    states = {row["image_id"]: row["states"] for row in rows_of(folder, run, "train")}
    assert {*states} == {*hub["train"], hub["both"], hub["denied"]}
    assert np.frombuffer(states[hub["both"]], np.int8).tolist() == [1, 1]
    assert np.frombuffer(states[hub["denied"]], np.int8).tolist() == [0, 0]
    others = {tuple(np.frombuffer(states[one], np.int8).tolist()) for one in hub["train"]}
    assert others == {(1, -1), (-1, 1)}
    assert {row["label"] for row in rows_of(folder, run, "train")} == {-1}
    assert read_by_petastorm(folder / "train") == in_order(rows_of(folder, run, "train"))
    assert list(run.class_images.values()) == [
        sum(row[number] == 1 for row in states.values()) for number in range(2)
    ]


def test_derived_pictures_take_the_place_of_those_they_are_of(write, hub, published):
    root = f"{published.settings.lake_root}/images_augmented"
    with pytest.raises(TrainingError, match="because it has no derived pictures"):
        write(augmented=True)
    first, *others = hub["train"]
    derived = {
        (image_id, number): picture(100 * number + seed)
        for seed, image_id in enumerate(others)
        for number in (0, 1)
    }
    rows = [derived_row(*key, content) for key, content in derived.items()]
    # Sent twice, as after an undo; not decoded; and of a picture that is not in the subset.
    rows += [rows[0], derived_row(first, 0, None), derived_row("f" * 64, 0, b"")]
    write_deltalake(root, pa.Table.from_pylist(rows, schema=DERIVED))

    folder, run = write(augmented=True)
    train = rows_of(folder, run, "train")
    assert len(train) == len(derived)
    assert all(row["image"] == fit(derived[row["image_id"], row["number"]], SIDE) for row in train)
    told = {row["image_id"]: row["reason"] for row in read_csv(folder / "left_out.csv")}
    assert told[first] == "has no derived pictures"
    assert sorted(row["image_id"] for row in rows_of(folder, run, "test")) == sorted(hub["test"])


def test_nothing_is_a_run_folder_where_a_picture_cannot_be_had(write, published, hub, tmp_path):
    lost = hub["train"][0]
    DeltaTable(f"{published.settings.lake_root}/images").delete(f"image_id = '{lost}'")
    with pytest.raises(TrainingError, match=f"Picture {lost} is not in the lake's newest snapshot"):
        write()
    assert not (tmp_path / "run" / "run.json").exists()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TrainingError, match="Not a directory"):
        write("file/run")


def test_a_disk_that_is_full_leaves_no_file(tmp_path, monkeypatch):
    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "00000.parquet", [b"pixels"], work=tmp_path)
    assert not [*tmp_path.iterdir()]


def test_derived_pictures_are_read_piece_by_piece_where_they_lie_plain(spark, tmp_path):
    """As the stage writes them; a row group with one that has no bytes is read whole."""
    pictures = {(name * 64, number): picture(number) for name in "ba" for number in (1, 0)}
    rows = [derived_row(*key, content) for key, content in pictures.items()]
    lake, table = Lake(str(tmp_path), "hub"), "images_augmented"
    lake.append_table(spark, pa.Table.from_pylist(rows, DERIVED), table, batch=Batch(1, "one", 1))
    assert all(offset >= 0 for offset in list_places(str(tmp_path))["offset"].to_pylist())
    pictures["d" * 64, 0] = picture(9)
    more = [derived_row("d" * 64, 0, picture(9)), derived_row("c" * 64, 0, None)]
    lake.append_table(spark, pa.Table.from_pylist(more, DERIVED), table, batch=Batch(2, "two", 1))
    places = list_places(str(tmp_path)).to_pylist()
    with DerivedReader() as reader:
        read = [*reader.read(SimpleNamespace(**place) for place in places)]
    assert [(one.image_id.hex(), one.number) for one, _ in read] == sorted(pictures)
    assert all(content == pictures[one.image_id.hex(), one.number] for one, content in read)
