"""What is opened as the folder of a pull: that alone, and what else it is is said."""

import io

import pytest
from PIL import Image

from hub.client import open_folder
from hub.db import connect
from hub.errors import LockError, PullError
from hub.rules.recipes import make_recipe
from hub.services import exports, pulls, subsets
from hub.services.sources import open_source


@pytest.fixture
def source(published, settings):
    for number in range(3):
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (number, 0, 0)).save(out, "JPEG")
        published.add(out.getvalue() + b"%d" % number, "Bear", width_px=8, height_px=8)
    published.write_lake()
    with connect(settings.database_url) as db:
        created = subsets.create(
            db, "bears", recipe=make_recipe({"labels": ["Bear"]}), settings=settings, by="ann"
        )
    return open_source(settings, created.lock)


def test_what_no_pull_made_is_said(tmp_path):
    said = "is no folder that `hub pull` made: there is no such folder"
    with pytest.raises(LockError, match=f"nosuch {said}"):
        open_folder(tmp_path / "nosuch")
    with pytest.raises(LockError, match=r"`hub pull` made: it holds no subset\.lock"):
        open_folder(tmp_path)


@pytest.mark.parametrize("name", ["coco", "csv", "webdataset"])
def test_an_export_is_told_from_a_pull_that_was_stopped(source, tmp_path, name):
    exports.export(source, name, folder=tmp_path / "out")
    with pytest.raises(LockError, match=f"out is an export in the format {name}: open_folder"):
        open_folder(tmp_path / "out")


def test_an_export_that_is_a_pull_too_is_opened(source, tmp_path):
    exports.export(source, "croissant", folder=tmp_path / "out")
    assert len([*open_folder(tmp_path / "out").contents()]) == 3


def test_what_asks_a_hub_is_refused_by_a_folder_in_one_sentence(source, tmp_path):
    pulls.pull(source, tmp_path / "bears")
    folder = open_folder(tmp_path / "bears")
    for ask in (folder.pull, folder.download, folder.archive_link, folder.export):
        with pytest.raises(PullError, match=f"without a hub.*{folder.root}"):
            ask(tmp_path / "other")
