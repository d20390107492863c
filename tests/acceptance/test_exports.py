"""The real photographs in every format, each read by its own reader and as the docs say."""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageOps

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.config import Settings
from hub.db import connect
from hub.exports.formats import FORMATS
from hub.rules.locks import lock_text
from hub.rules.recipes import make_recipe
from hub.services import subsets
from hub.services.exports import export
from hub.services.label_changes import add_label
from hub.services.labels import find_label
from hub.services.sources import open_source
from tests.fixtures.exported import (
    READERS,
    ROOT,
    Seen,
    difference,
    file_sha256,
    needs_training,
    sha256,
    train_python,
)
from tests.fixtures.pictures import drawn, encoded
from tests.fixtures.postgres import copy_of
from tests.fixtures.published import PublishedPictures

ODD = '=1+1 "quoted", 苹果'
FRUITS = ("Apple", "Banana", "Lemon", "Pear", ODD)
PER_LABEL = 4
BOXES = ((0.1, 0.6, 0.25, 0.75), (0.0, 1.0, 0.0, 1.0))


class Crowd:
    """Photographs published with what a crowd says of them, and what a reader must find."""

    def __init__(self, hub):
        self._hub = hub
        self.wanted = {}

    def add(self, content, *labels, negative=(), boxed=None, **given):
        with Image.open(io.BytesIO(content)) as picture:
            width, height = ImageOps.exif_transpose(picture).size
        image_id = self._hub.add(
            content, *labels, negative=negative, width_px=width, height_px=height, **given
        )
        boxes = BOXES if boxed else ()
        for number, sides in enumerate(boxes):
            self._add_box(image_id, boxed, number, sides)
        follows = {"Fruit"} if set(labels) & set(FRUITS) else set()
        split = self._row(image_id)
        self.wanted[image_id] = Seen(
            split,
            frozenset({*labels, *follows}),
            frozenset(negative),
            tuple((boxed, *sides) for sides in boxes),
        )

    def _add_box(self, image_id, label, number, sides):
        with self._hub.db.cursor() as cursor:
            cursor.execute(
                "INSERT INTO label_box (image_id, label_id, box_no, x_min, x_max, y_min, y_max,"
                " source, is_group_of) VALUES (%s, %s, %s, %s, %s, %s, %s, 'coco', %s)",
                (image_id, find_label(self._hub.db, label).label_id, number, *sides, number > 0),
            )

    def _row(self, image_id):
        with self._hub.db.cursor() as cursor:
            cursor.execute("SELECT split FROM image WHERE image_id = %s", (image_id,))
            return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def settings(home, server_url, seeded_template):
    with copy_of(seeded_template, server_url) as url:
        yield Settings.from_env({"HUB_HOME": str(home), "HUB_DATABASE_URL": url})


@pytest.fixture(scope="module")
def crowd(settings, shared):
    """Fruits, hats and shirts: one label or two, some boxed, some verified to lack something."""
    with connect(settings.database_url) as db:
        hub = PublishedPictures(db, settings)
        add_label(db, ODD, parents=["Fruit"], by="test")
        crowd = Crowd(hub)
        photos = shared / "photos"
        for label in ("Apple", "Banana", "Lemon", "Pear", "Hat"):
            paths = sorted((photos / "images" / label).iterdir())[:PER_LABEL]
            one, other, third, *rest = [path.read_bytes() for path in paths]
            crowd.add(one, label, boxed=label, author='O"Neil, =SUM(A1)', licence="CC0 1.0")
            crowd.add(other, label, negative=["Footwear"], split="validation")
            crowd.add(third, label, ODD, boxed=ODD, negative=["Footwear", "Car"], split="test")
            for content in rest:
                crowd.add(content, label, taken_at="2021-07-04T12:30:00Z", source="http://a.b/c")
        shirts = [path.read_bytes() for path in sorted((photos / "images" / "Shirt").iterdir())]
        crowd.add(shirts[0], "Shirt", negative=["Hat"], split="none")
        crowd.add(shirts[1], "Shirt", negative=["Fruit"], split="train")
        turned = (photos / "orientation" / "Landscape_6.jpg").read_bytes()
        crowd.add(turned, "Hat", boxed="Hat", split="train")
        crowd.add(encoded(drawn(seed=1), "PNG"), "Hat", format="png", split="train")
        crowd.add(encoded(drawn(seed=2), "WEBP"), "Hat", format="webp", split="train")
        hub.write_lake()
    return crowd


@pytest.fixture(scope="module")
def lock(crowd, settings):
    recipe = make_recipe(
        {"labels": ["Fruit", "Hat"], "with_descendants": True, "with_negatives": True}
    )
    with connect(settings.database_url) as db:
        return subsets.create(db, "fruit", recipe=recipe, settings=settings, by="ann").lock


@pytest.fixture(scope="module")
def exported(lock, settings, tmp_path_factory):
    """Return `exported(name)`: the folder of an export in that format, made once."""
    folder = tmp_path_factory.mktemp("exports")

    def make(name):
        if not (folder / name).exists():
            export(open_source(settings, lock), name, folder=folder / name)
        return folder / name

    return make


@pytest.mark.parametrize("name", FORMATS)
def test_the_photographs_come_back_with_labels_negatives_boxes_and_splits(name, exported, crowd):
    needs_training(name)

    seen = READERS[name](exported(name))

    assert difference(seen, crowd.wanted) == {}


def test_no_photograph_lies_under_what_it_is_verified_not_to_show(exported, crowd):
    folder = exported("folder")

    positive = {(path.parent.name, file_sha256(path)) for path in (folder / "images").glob("*/*")}
    assert {name for name, _ in positive} == {"Fruit", "Hat"}
    assert {
        (label, image_id)
        for label, image_id in positive
        if label in crowd.wanted[image_id].negative
    } == set()
    negative = {path.parent.name for path in (folder / "negatives").glob("*/*")}
    assert negative == {"not Hat", "not Fruit"}


def snippets():
    """Every piece of Python in the documentation of formats, by the heading it stands under."""
    text = (ROOT / "docs" / "formats.md").read_text()
    return re.findall(r"^### (\S+)$.*?^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "code"), snippets(), ids=[name for name, _ in snippets()])
def test_the_documentation_reads_every_format_in_a_few_lines(name, code, exported, tmp_path):
    needs_training(name)
    python = train_python() if name in ("tfrecord", "petastorm") else sys.executable
    # A copy: readers leave indexes behind.
    shutil.copytree(exported(name), tmp_path / "out")

    said = subprocess.run(
        [python, "-W", "ignore", "-c", code],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
        env={"HF_HOME": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )

    assert len(code.splitlines()) <= 4
    assert said.stdout.strip(), said.stderr[-2000:]
    # A thread of pyarrow 14's may abort the interpreter as it shuts down, when all has been said.
    assert said.returncode == 0 or name == "petastorm", said.stderr[-2000:]


def test_the_documentation_tells_of_every_format():
    assert [name for name, _ in snippets()] == list(FORMATS)
    text = (ROOT / "docs" / "formats.md").read_text()
    assert re.findall(r"^\| `([a-z][a-z-]+)` \|", text, re.MULTILINE) == list(FORMATS)


def hub_command(settings, *words):
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(cli, words, obj=Hub(environ))


def test_the_command_exports_a_lock_file_a_name_and_a_root_alike(lock, settings, tmp_path):
    (tmp_path / "f.lock").write_text(lock_text(lock))
    for number, reference in enumerate((str(tmp_path / "f.lock"), "fruit", lock.root)):
        said = hub_command(
            settings, "export", reference, "--format", "csv", str(tmp_path / f"out{number}")
        )
        assert said.exit_code == 0, said.output

    contents = [
        {path.name: file_sha256(path) for path in sorted((tmp_path / f"out{number}").glob("*.*"))}
        for number in range(3)
    ]
    assert contents[0] == contents[1] == contents[2]


def test_the_command_lists_the_formats_in_its_help_and_as_json(settings):
    shown = hub_command(settings, "export", "--help").output
    listed = json.loads(hub_command(settings, "export", "--list", "--json").output)

    assert [one["name"] for one in listed] == list(FORMATS)
    assert all(f"  {name} " in shown and one.help in shown for name, one in FORMATS.items())


def test_a_pull_becomes_croissant_in_its_place(lock, settings, tmp_path):
    reference = lock.root
    assert hub_command(settings, "pull", reference, str(tmp_path / "out")).exit_code == 0
    before = {
        path: sha256(path.read_bytes()) for path in Path(tmp_path).rglob("*.*") if path.is_file()
    }

    said = hub_command(
        settings, "export", reference, "--format", "croissant", str(tmp_path / "out")
    )

    assert said.exit_code == 0, said.output
    assert {path: sha256(path.read_bytes()) for path in before} == before
    assert hub_command(settings, "pull", reference, str(tmp_path / "out")).exit_code == 0
