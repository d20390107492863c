"""Files of the lake and of its caches that are damaged or lost: named, or done without."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.errors import HubError
from hub.lake.files import list_files
from hub.lake.indexes import index_path
from hub.lake.ranges import index_file
from hub.lake.tables import TABLES, table_path
from hub.services.batches import STAGES


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_pages(path):
    """Leave the footer, so that only who reads on finds out."""
    content = bytearray(path.read_bytes())
    length = int.from_bytes(content[-8:-4], "little")
    for place in range(4, len(content) - 8 - length):
        content[place] ^= 0x5A
    path.write_bytes(content)


DAMAGES = (truncate, spoil_pages, Path.unlink)


@contextmanager
def damaged(path, damage):
    kept = path.read_bytes()
    damage(path)
    try:
        yield
    finally:
        path.write_bytes(kept)


def data_files(hub, table):
    return [Path(file.path) for file in list_files(hub.settings.lake_root, table)]


def packs(hub):
    return sorted(Path(hub.settings.objects_root, "thumbnails").glob("*/*.parquet"))


def outcomes(hub, name):
    return hub.ask(
        "SELECT outcome, relation FROM submission_file WHERE path LIKE %s ORDER BY 1, 2", f"%{name}"
    )


@pytest.fixture
def published(new_hub, folder, draw):
    """A hub of eight published pictures, PNG, two batches."""
    hub = new_hub()
    for batch in range(2):
        files = {f"{n}.png": draw(n, format="PNG") for n in range(4 * batch, 4 * batch + 4)}
        hub.submit(folder(f"receipt-{batch}", files), labels=["Apple"])
        hub.run(augment_count=0)
    return hub


def copies(draw, *seeds):
    """Other bytes, the same pixels."""
    return {f"copy-{n}.png": draw(n, format="PNG", compress_level=1) for n in seeds}


def spoil_picture(hub, name):
    """Alter one byte of a published picture in the lake; return its id."""
    [(image_id,)] = hub.ask("SELECT image_id FROM submission_file WHERE path LIKE %s", f"%/{name}")
    for path in data_files(hub, "images"):
        [place] = index_file(path).find([image_id])
        if place:
            content = bytearray(path.read_bytes())
            content[place.offset + place.length // 2] ^= 0xFF
            path.write_bytes(content)
    return image_id


def warnings(hub):
    return [line for line in hub.said if "damaged" in line]


def test_a_batch_does_without_the_pixels_of_a_damaged_picture(published, folder, draw):
    image_id = spoil_picture(published, "1.png")
    published.submit(
        folder("more", copies(draw, 0, 1) | {"new.png": draw(99, format="PNG")}), labels=["Pear"]
    )
    published.run()
    # What it looks like is in its pack: told as near where full pixels are not to be had.
    assert outcomes(published, "copy-1.png") == [("duplicate", "near")]
    assert outcomes(published, "copy-0.png") == [("duplicate", "pixels")]
    assert outcomes(published, "new.png") == [("published", None)]
    [warning] = warnings(published)
    assert f"picture {image_id} is damaged in the lake" in warning
    assert "`hub verify --bytes`" in warning
    found = published.verify(read_bytes=True).differences
    assert [one.subject for one in found] == [f"picture {image_id}"]


def test_a_batch_does_without_the_looks_of_a_damaged_picture_too(published, folder, draw):
    image_id = spoil_picture(published, "1.png")
    for path in packs(published):
        path.unlink()
    published.submit(folder("more", copies(draw, 0, 1)), labels=["Pear"])
    published.run()
    assert outcomes(published, "copy-1.png") == [("published", None)]
    assert outcomes(published, "copy-0.png") == [("duplicate", "pixels")]
    [warning] = warnings(published)
    assert image_id in warning


def test_a_batch_does_without_a_data_file_of_pictures(published, folder, draw):
    paths = data_files(published, "images")
    for path in paths:
        truncate(path)
    published.submit(folder("more", copies(draw, 0, 1, 5)), labels=["Pear"])
    published.run()
    for seed in (0, 1, 5):
        assert outcomes(published, f"copy-{seed}.png") == [("duplicate", "near")]
    assert warnings(published)
    assert all(any(str(path) in line for path in paths) for line in warnings(published))
    assert all("Put the file back" in line for line in warnings(published))


@pytest.mark.parametrize("damage", [*DAMAGES, lambda path: path.write_bytes(b"")])
def test_packs_and_indexes_can_be_damaged_or_lost(published, folder, draw, damage):
    spoiled = [*packs(published), *map(index_path, packs(published))]
    spoiled += map(index_path, data_files(published, "images"))
    for path in spoiled:
        damage(path)
    published.submit(folder("more", copies(draw, 0, 5)), labels=["Pear"])
    published.run()
    for seed in (0, 5):
        assert outcomes(published, f"copy-{seed}.png") == [("duplicate", "pixels")]
    assert published.verify(read_bytes=True).differences == []


def fails(hub, *told):
    """Run a job that must fail, in one sentence with the remedy."""
    with pytest.raises(HubError) as failed:
        hub.run()
    said = str(failed.value)
    assert "\n" not in said
    assert all(each in said for each in told), said


READ = {
    "dedupe": ("files_checked", "images_kept"),
    "split": ("files_checked", "duplicates", "images_related"),
    "publish": ("files_checked", "images_kept"),
    # What is read first stands first: the rest is found out when its rows are committed already.
    "augment": ("images_kept", "files_checked", "images"),
}


def test_what_is_damaged_between_stages_is_named_and_put_back_the_batch_goes_on(
    published, folder, draw
):
    before = {table: {*data_files(published, table)} for table in TABLES}
    files = copies(draw, 0) | {f"{n}.png": draw(n, format="PNG") for n in (90, 91, 92)}
    # A mirrored one, so that there is a related pair.
    files["mirrored.png"] = draw(91, format="PNG", is_mirrored=True)
    published.submit(folder("more", files), labels=["Pear"])
    for stage in STAGES:
        for table in READ.get(stage, ()):
            # The batch's own rows, or where it has none yet, those that it is compared with.
            [path, *_] = {*data_files(published, table)} - before[table] or before[table]
            for damage in DAMAGES:
                with damaged(path, damage):
                    fails(published, str(path), "back from a backup")
            folder_of = Path(table_path(published.settings.lake_root, table))
            shutil.move(folder_of, folder_of.with_suffix(".away"))
            fails(published, table, "estore")
            shutil.rmtree(folder_of, ignore_errors=True)
            shutil.move(folder_of.with_suffix(".away"), folder_of)
        published.run(only=stage)
    assert published.verify(read_bytes=True).differences == []
    assert outcomes(published, "copy-0.png") == [("duplicate", "pixels")]


def test_a_list_of_the_batch_that_cannot_be_written_is_one_sentence(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {"a.jpg": draw(1)}), labels=["Apple"])
    in_the_way = Path(hub.settings.objects_root, "batches")
    in_the_way.write_bytes(b"")
    fails(hub, "list of batch 1 stopped", str(in_the_way), "run the same command again")
    in_the_way.unlink()
    hub.run()
    assert hub.verify().differences == []
