"""Landing files that are altered or lost while a batch is under way: named, or not missed."""

import io

import numpy as np
import pytest
from deltalake import DeltaTable
from PIL import Image

from hub.lake import tables
from hub.objects.local import Objects
from hub.rules.augmenting import RECIPE, augment
from hub.rules.landing import landing_key
from jobs.failures import StageFailed


def landed(hub, name):
    """Where the bytes of the file of that name lie."""
    [(sha256,)] = hub.ask(
        "SELECT DISTINCT sha256 FROM submission_file WHERE path LIKE %s", f"%{name}"
    )
    return Objects(hub.settings.objects_root).path(landing_key(sha256))


def derived(hub):
    table = DeltaTable(tables.table_path(hub.settings.lake_root, "images_augmented"))
    return {row["image_id"]: row for row in table.to_pyarrow_table().to_pylist()}


def run_up_to(hub, last):
    for stage in ("validate", "dedupe", "split", "publish"):
        hub.run(only=stage)
        if stage == last:
            return


@pytest.mark.parametrize("before", ["validate", "publish"])
def test_one_that_is_lost_is_named_with_its_receipt_and_its_remedy(new_hub, folder, draw, before):
    hub = new_hub()
    hub.submit(folder("first", {"other.jpg": draw(2)}), labels=["Pear"])
    where = folder("files", {"a.jpg": draw(1)})
    hub.submit(where, labels=["Apple", "Fruit"])
    if before == "publish":
        run_up_to(hub, "split")
    landed(hub, "a.jpg").unlink()
    told = r"a\.jpg' in receipt 2 and 1 more, is missing; submit that file again, or restore"
    with pytest.raises(StageFailed, match=told):
        hub.run()
    [lost] = [found for found in hub.verify().differences if found.kind == "landing_file_missing"]
    assert "a.jpg" in lost.message
    hub.submit(where, labels=["Apple", "Fruit"])
    hub.run()
    assert {row[0] for row in hub.ask("SELECT outcome FROM submission_file")} == {"published"}
    assert hub.verify(read_bytes=True).differences == []


@pytest.mark.parametrize("before", ["validate", "publish"])
def test_one_that_was_altered_is_named_and_mended_by_the_same_remedy(new_hub, folder, draw, before):
    hub = new_hub()
    where = folder("files", {"a.jpg": draw(1)})
    hub.submit(where, labels=["Apple"])
    if before == "publish":
        run_up_to(hub, "split")
    landed(hub, "a.jpg").write_bytes(draw(2) if before == "validate" else b"no picture any more")
    told = r"a\.jpg' in receipt 1, was altered since; submit that file again"
    with pytest.raises(StageFailed, match=told):
        hub.run()
    hub.submit(where, labels=["Apple"])
    hub.run()
    assert hub.verify(read_bytes=True).differences == []


def test_what_is_published_needs_its_landing_file_no_more(new_hub, folder, draw):
    hub = new_hub()
    contents = {f"{number}.jpg": draw(number) for number in range(8)}
    hub.submit(folder("files", contents), labels=["Apple"])
    run_up_to(hub, "publish")
    for name in contents:
        landed(hub, name).unlink()
    hub.run()
    by_path = dict(
        hub.ask("SELECT image_id, path FROM submission_file JOIN image USING (image_id)")
    )
    rows = derived(hub)
    assert rows
    for image_id, row in rows.items():
        content = contents[by_path[image_id].rpartition("/")[2]]
        assert row["content"] == augment(content, image_id=image_id, number=0)


def test_a_picture_that_cannot_be_derived_from_is_a_row_with_a_reason(new_hub, folder, draw):
    hub = new_hub()
    large = {f"{number}.png": flat_png(number) for number in range(6)}
    small = {f"{number}.jpg": draw(number) for number in range(6)}
    hub.submit(folder("files", large | small), labels=["Apple"])
    run_up_to(hub, "publish")
    report = hub.run(decode_memory_bytes=24 * 1024**2)
    formats = dict(hub.ask("SELECT image_id, format FROM image WHERE split = 'train'"))
    rows = derived(hub)
    assert {image_id: row["reason"] for image_id, row in rows.items()} == {
        image_id: "too_much_memory" if format == "png" else None
        for image_id, format in formats.items()
    }
    assert all((row["content"] is None) == bool(row["reason"]) for row in rows.values())
    assert {row["recipe"] for row in rows.values()} == {RECIPE}
    formats = list(formats.values())
    assert report.stages[-1].rows_out == {
        "not_augmented": formats.count("png"),
        "augmented": formats.count("jpeg"),
        "left_alone": 12 - len(formats),
    }
    assert formats.count("png")
    assert hub.verify().differences == []


def flat_png(seed):
    """Four colours, 48 MB once it is decoded."""
    cells = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    encoded = io.BytesIO()
    picture = Image.fromarray(cells).resize((4000, 3000), Image.Resampling.NEAREST)
    picture.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()
