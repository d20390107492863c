import hashlib
import io
import json
import sys
import zipfile
from dataclasses import asdict, replace
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from PIL import Image

from cluster.cli import cli
from hub.client import Hub, open_folder
from hub.db import connect
from hub.errors import (
    Forbidden,
    HubRefused,
    LockError,
    NotFound,
    NotSignedIn,
    PackageMissing,
    PictureUnreadable,
    PullError,
    RecipeError,
    SubsetError,
)
from hub.rules.recipes import make_recipe
from hub.services import exports, picks, pulls, subsets
from hub.services.sources import open_source
from tests.fixtures.sites import running_site

SIDE = 48
BEARS = {"labels": ["Bear", "Toy"], "with_descendants": True, "with_negatives": True}


def draw(number, orientation=1, format="JPEG"):
    """A picture of one colour but for its upper left corner."""
    image = Image.new("RGB", (SIDE, 2 * SIDE), (number * 9 % 256, 100, 200))
    image.paste((255, 255, 255), (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, format, exif=exif, quality=95)
    return out.getvalue()


@pytest.fixture
def filled(published):
    """Thirty pictures of bears and toys, some verified not to be, one that lies on its side."""
    upright = {"width_px": SIDE, "height_px": 2 * SIDE}
    for number in range(24):
        negative = ["Toy"] if number % 3 == 0 else []
        published.add(
            draw(number), "Brown bear", negative=negative, author=f"=Ann {number}", **upright
        )
    with published.db.cursor() as cursor:
        cursor.execute("UPDATE label_claim SET is_verified = true WHERE image_id < '8'")
    published.write_lake()
    published.add(draw(24, 6), "Bear", width_px=2 * SIDE, height_px=SIDE)
    for number in range(25, 29):
        published.add(draw(number, format="PNG"), "Toy", format="png", **upright)
    published.add(draw(29), "Dog", negative=["Bear"], **upright)
    published.write_lake()
    return published


@pytest.fixture
def site(filled, settings):
    with running_site(settings, "--workers", "1") as site:
        yield site


@pytest.fixture
def hub(site):
    return site.hub()


@pytest.fixture
def subset(hub):
    return hub.pick(**BEARS).lock("bears", note="a note")


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_labels_and_counts_are_those_of_the_hub(hub, settings):
    bears = {label.name: label for label in hub.labels("bear")}
    assert {"Bear", "Brown bear", "Teddy bear"} <= set(bears)
    assert (bears["Bear"].key, bears["Bear"].parents) == ("m_01dws", ("Carnivore",))
    assert len(hub.labels()) == 602
    with connect(settings.database_url) as db:
        counted = picks.count(db, make_recipe(BEARS), least_suppliers=3)
        shown = picks.preview(db, make_recipe(BEARS), least_suppliers=3, most=7)
    assert asdict(hub.pick(**BEARS).count()) == asdict(counted)
    assert [one.image_id for one in hub.pick(**BEARS).preview(7)] == [one.image_id for one in shown]


def test_a_preview_is_a_table_in_a_notebook_that_obeys_no_name(hub, filled):
    filled.add(b"odd", "Cat", author="<script>alert(1)</script>")
    filled.write_lake()
    table = hub.pick(labels=["Cat"]).preview()._repr_html_()
    assert "&lt;script&gt;" in table
    assert "<script" not in table


def test_a_recipe_comes_from_keywords_a_file_and_another_subset(hub, subset, tmp_path):
    (tmp_path / "bears.toml").write_text('labels = ["Toy", "Bear"]\nwith_descendants = true\n')
    from_file = hub.pick(tmp_path / "bears.toml", with_negatives=True)
    assert from_file.recipe == hub.pick(subset.recipe).recipe == hub.pick(**BEARS).recipe
    with pytest.raises(RecipeError):
        hub.pick(labels="Bear")
    with pytest.raises(RecipeError, match="no recipe has"):
        hub.pick(label=["Bear"])
    with pytest.raises(RecipeError, match=r'for a label say pick\(labels=\["Bear"\]\)'):
        hub.pick("Bear")


def test_a_lock_is_found_by_its_root_its_name_and_its_file(hub, subset, tmp_path):
    assert (subset.images, len(subset)) == (30, 30)
    path = subset.save(tmp_path / "bears.toml")
    assert path.read_text() == subset.lock_text()
    assert subset.lock.notes.note == "a note"
    found = [hub.subset(one) for one in (subset.root, "bears", path, str(path))]
    assert {one.root for one in found} == {subset.root}
    assert hub.pick(**BEARS).lock("bears", note="a note").root == subset.root
    subset.save(path)
    with pytest.raises(SubsetError, match="another lock"):
        hub.pick(labels=["Toy"]).lock("toys").save(path)
    with pytest.raises(NotFound):
        hub.subset("wolves")
    with pytest.raises(NotFound):
        hub.subset("0" * 64)


def test_errors_are_the_hubs_own_words(site, hub):
    with pytest.raises(NotFound, match="Purr"):
        hub.pick(labels=["Purr"]).count()
    with pytest.raises(HubRefused, match="No published picture") as refused:
        hub.pick(labels=["Cat"]).lock("cats")
    assert refused.value.status == 422
    reader = Hub(site.url, site.token("rita", scopes=("read",)))
    with pytest.raises(Forbidden):
        reader.pick(labels=["Toy"]).lock("toys")
    with pytest.raises(NotSignedIn):
        Hub(site.url).pick(labels=["Toy"]).count()
    with pytest.raises(NotFound):
        site.hub("another").subset(hub.pick(labels=["Toy"]).lock("toys").root)


def test_a_pull_and_every_download_over_http_are_those_of_the_lake(subset, settings, tmp_path):
    pulled = subset.pull(tmp_path / "http", progress=False)
    local = pulls.pull(open_source(settings, subset.lock), tmp_path / "lake")
    assert asdict(pulled) == asdict(local) | {"folder": pulled.folder}
    assert tree(tmp_path / "http") == tree(tmp_path / "lake")

    downloaded = subset.download(tmp_path / "bears.zip", progress=False)
    assert downloaded.bytes == (tmp_path / "bears.zip").stat().st_size == downloaded.fetched_bytes
    with zipfile.ZipFile(tmp_path / "bears.zip") as archive:
        archive.extractall(tmp_path / "zip")
    assert tree(tmp_path / "zip") == tree(tmp_path / "lake")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["folder", "coco", "webdataset"])
def test_an_export_over_http_is_that_of_the_lake(subset, settings, tmp_path, name):
    exported = subset.export(name, tmp_path / "http", progress=False)
    exports.export(open_source(settings, subset.lock), name, folder=tmp_path / "lake")
    assert exported.written >= 30
    assert tree(tmp_path / "http") == tree(tmp_path / "lake")


def test_a_download_that_is_there_is_checked_and_another_file_left_alone(subset, tmp_path):
    path = tmp_path / "bears.zip"
    subset.download(path, progress=False)
    assert subset.download(path, progress=False).fetched_bytes == 0
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(PullError, match="is not the archive"):
        subset.download(path, progress=False)
    assert path.read_bytes() == content


def test_a_link_is_good_without_a_token(subset, tmp_path):
    link = subset.archive_link(expires_in_s=60)
    with urlopen(str(link)) as response:
        content = response.read()
    subset.download(tmp_path / "bears.zip", progress=False)
    assert content == (tmp_path / "bears.zip").read_bytes()


def test_pictures_come_checked_decoded_and_upright(subset):
    pictures = [*subset.pictures()]
    assert [one.image_id for one in pictures] == sorted(one.image_id for one in pictures)
    seen = 0
    for picture, image in subset:
        assert image.size == (picture.width_px, picture.height_px)
        corner = (2 * SIDE - 5, 5) if image.width > image.height else (5, 5)
        assert min(image.convert("RGB").getpixel(corner)) > 240
        seen += 1
    assert seen == 30
    for picture, content in subset.contents(split="train"):
        assert picture.split == "train"
        assert hashlib.sha256(content).hexdigest() == picture.image_id
    for read in (subset.pictures, subset.contents, subset.decoded, subset.to_tf_data):
        with pytest.raises(RecipeError, match="'val'; the splits are train, validation, test"):
            read(split="val")


def test_a_frame_has_a_row_a_picture_and_three_states(subset):
    frame = subset.to_pandas().set_index("image_id")
    assert len(frame) == 30
    for picture in subset.pictures():
        row = frame.loc[picture.image_id]
        assert row["labels"] == [label.name for label in picture.labels]
        assert row["negatives"] == [label.name for label in picture.negatives]
        assert (row["split"], row["licence"]) == (picture.split, picture.licence)
    assert sum("Toy" in names for names in frame["negatives"]) == 8
    assert 0 < sum(names == ["Brown bear"] for names in frame["verified"]) < 24
    assert sum(not picked for picked in frame["picked"]) == 1


def test_a_package_that_is_absent_is_named(subset, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(PackageMissing, match="pip install pandas"):
        subset.to_pandas()
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(PackageMissing, match="pip install tensorflow"):
        subset.to_tf_data()


_NOT_TOLD = {"crc32": 0, "label_key": "", "boxes": ()}


def test_a_folder_is_a_subset_without_a_hub(subset, site, tmp_path):
    subset.pull(tmp_path / "bears", progress=False)
    told = [{**asdict(one), **_NOT_TOLD} for one in subset.pictures()]
    contents = [content for _, content in subset.contents()]
    site.kill()

    folder = open_folder(tmp_path / "bears")
    assert (folder.root, folder.images, folder.recipe) == (subset.root, 30, subset.recipe)
    assert [asdict(one) for one in folder.pictures()] == told
    assert [content for _, content in folder.contents()] == contents
    assert [image.size for _, image in folder] == [(o["width_px"], o["height_px"]) for o in told]
    assert len(folder.to_pandas()) == 30

    damaged = next((tmp_path / "bears/images").iterdir())
    damaged.write_bytes(damaged.read_bytes() + b"x")
    with pytest.raises(PictureUnreadable, match="pull again"):
        list(folder.contents())
    (tmp_path / "bears/labels.csv").unlink()
    with pytest.raises(LockError, match="run it again"):
        open_folder(tmp_path / "bears")
    with pytest.raises(LockError):
        open_folder(tmp_path)


@pytest.mark.parametrize("by", ["option", "environment", "file"])
def test_hub_pull_asks_the_hub_that_it_is_told_of(subset, site, tmp_path, by):
    token, url, words = site.token(), site.url, []
    environ = {"HUB_TOKEN": token, "HUB_HOME": str(tmp_path / "no hub")}
    if by == "environment":
        environ["HUB_URL"] = url
    else:
        words = ["--from", url]
    if by == "file":
        del environ["HUB_TOKEN"]
        (tmp_path / "token").write_text(f"{token}\n")
        words += ["--token-file", str(tmp_path / "token")]
    said = CliRunner().invoke(
        cli, ["pull", "bears", str(tmp_path / "bears"), "--json", *words], env=environ
    )
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["fetched"] == 30
    assert token not in said.output
    exported = CliRunner().invoke(
        cli,
        ["export", "bears", str(tmp_path / "csv"), "--format", "csv", "--json", *words],
        env=environ,
    )
    assert exported.exit_code == 0, exported.output
    assert json.loads(exported.stdout)["images"] == 30


@pytest.mark.parametrize("by", ["lake", "http"])
def test_a_subset_is_pulled_again_into_the_folder_of_its_name(
    subset, site, settings, tmp_path, monkeypatch, by
):
    monkeypatch.chdir(tmp_path)
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}
    if by == "http":
        environ = {"HUB_URL": site.url, "HUB_TOKEN": site.token()}
    for fetched in (30, 0):
        said = CliRunner().invoke(cli, ["pull", "bears", "bears", "--json"], env=environ)
        assert said.exit_code == 0, said.output
        assert json.loads(said.stdout)["fetched"] == fetched


def test_a_lock_of_elsewhere_is_not_believed(hub, subset, settings):
    changed = hub.subset(replace(subset.lock, images=29))
    with pytest.raises(LockError, match="was changed"):
        list(changed.pictures())
    with connect(settings.database_url) as db:
        other = subsets.create(
            db, "own", recipe=make_recipe({"labels": ["Toy"]}), settings=settings, by="somebody"
        ).lock
    with pytest.raises(NotFound):
        list(hub.subset(other).pictures())
