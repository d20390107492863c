"""docs/quickstart.md, typed as it stands, against a hub's real site."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from hub.db import connect
from hub.rules.recipes import make_recipe
from hub.services import subsets
from tests.fixtures.exported import train_python
from tests.fixtures.judged import rows_of
from tests.fixtures.sites import environment, running_site

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "quickstart.md").read_text()
LABELS = ("Apple", "Banana", "Lemon")
EACH = 8


@dataclass(frozen=True)
class Block:
    kind: str
    code: str


def blocks():
    found = re.findall(r"^```([^\n]+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return [Block(kind, code) for kind, code in found]


@pytest.fixture
def photographs(shared):
    """Real photographs of three fruits: path and label."""
    found = {label: [] for label in LABELS}
    for row in rows_of(shared / "photos" / "labels.csv"):
        if row["label"] in found:
            found[row["label"]].append(shared / "photos" / row["path"])
    return [(path, label) for label in LABELS for path in sorted(found[label])[:EACH]]


@pytest.fixture
def site(published, settings, photographs):
    """A hub with photographs, of which eve has locked the fruit."""
    for path, label in photographs:
        with Image.open(path) as image:
            width, height = image.size
            kind = image.format.lower()
        published.add(path.read_bytes(), label, format=kind, width_px=width, height_px=height)
    published.write_lake()
    with running_site(settings) as site:
        yield site


@pytest.fixture
def place(tmp_path):
    """An empty folder in which eve types, on a machine without a hub."""
    folder = tmp_path / "eve"
    folder.mkdir()
    return folder


@pytest.fixture
def token(site, settings, place):
    """What ops make for eve, who has locked the fruit before."""
    said = run(["bash", "-euc", only("sh ops")], place=place, site=site, is_ops=True)
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": ["Fruit"], "with_descendants": True})
        subsets.create(db, "fruit", recipe=recipe, settings=settings, by="eve")
    return said.splitlines()[-1]


def only(kind):
    (found,) = [block.code for block in blocks() if block.kind == kind]
    return found


def run(command, *, place, site, is_ops=False, **environ):
    own = environment(site.settings)
    if not is_ops:
        del own["HUB_HOME"], own["HUB_DATABASE_URL"]
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
    ended = subprocess.run(
        command,
        cwd=place,
        env={**own, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout


def test_it_is_three_commands_and_under_ten_lines():
    assert len(only("sh").splitlines()) == 3
    first = next(block for block in blocks() if block.kind == "python")
    assert len(first.code.splitlines()) < 10
    assert "fruit.pull(" in first.code


def test_every_block_of_the_page_works_as_written(site, place, token):
    typed = only("sh").replace("http://127.0.0.1:8000", site.url).replace("hub_...", token)
    assert typed.count(site.url) == typed.count(token) == 1
    said = run(["bash", "-euc", typed], place=place, site=site)
    assert f"{len(LABELS) * EACH} pictures" in said
    assert token not in said

    asked = {"HUB_URL": site.url, "HUB_TOKEN": token}
    code = "".join(block.code for block in blocks() if block.kind == "python")
    said = run([sys.executable, "-c", code], place=place, site=site, **asked)
    lines = said.splitlines()
    assert lines[0].startswith(f"Counted(images={len(LABELS) * EACH}, ")
    assert lines[1] == str(len(LABELS) * EACH)
    assert lines[-1] == "0"
    names = {path.name for path in place.iterdir()}
    assert names == {
        *("fruit", "ripe-fruit", "ripe-fruit.toml", "ripe-fruit.zip", "ripe-fruit-coco")
    }
    assert images(place / "fruit") == images(place / "ripe-fruit")

    said = run([train_python(), "-c", only("python tensorflow")], place=place, site=site)
    assert "96, 96, 3" in said
    assert "'Fruit'" in said


def images(folder):
    return {path.name: path.read_bytes() for path in (folder / "images").iterdir()}


def test_no_block_is_left_untried():
    assert {block.kind for block in blocks()} == {"sh ops", "sh", "python", "python tensorflow"}
    assert "`hub site`" in PAGE
