"""Subsets in a browser: kept, downloaded, compared, shared."""

import hashlib
import http.client
import os
import subprocess
import zipfile
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

import pytest

from hub.db import connect
from hub.rules.recipes import make_recipe
from hub.services import export_archives, subsets
from hub.services.accounts import add_user
from tests.fixtures.sites import environment, hub_command

CHUNK = 10_000


def create(site, name, **recipe):
    with connect(site.settings.database_url) as db:
        made = subsets.create(
            db,
            name,
            recipe=make_recipe({"with_descendants": True, **recipe}),
            settings=site.settings,
            by="data_scientist",
            note="For the first model.",
        )
        return made.lock.root


@pytest.fixture
def root(fruit):
    return create(fruit, "fruit salad", labels=["Fruit"], none_of=["Banana"], max_per_label=40)


@contextmanager
def watching(site):
    """Run `hub job watch` for the block."""
    watcher = subprocess.Popen(hub_command("job", "watch"), env=environment(site.settings))
    try:
        yield
    finally:
        watcher.terminate()
        watcher.wait()


def test_a_subset_is_kept_downloaded_killed_and_resumed(fruit, visit, tmp_path):
    visitor = visit(fruit, "data_scientist")
    visitor.go("/pick?labels=Fruit&none_of=Banana&with_descendants=1&max_per_label=40")
    visitor.page.get_by_label("Name of the subset").fill("fruit salad")
    visitor.page.get_by_label("Note").fill("For the first model.")
    visitor.page.get_by_role("button", name="Keep as subset").click()
    visitor.page.get_by_role("link", name="Open the subset").click()
    visitor.page.get_by_role("heading", name="fruit salad").wait_for()

    with visitor.page.expect_download() as begun:
        visitor.page.get_by_role("link", name="Download the archive").click()
    whole = tmp_path / "whole.zip"
    begun.value.save_as(whole)
    assert f"exactly {whole.stat().st_size:,} bytes" in visitor.page.inner_text("main")
    with zipfile.ZipFile(whole) as opened:
        assert opened.testzip() is None
        assert sum(name.startswith("images/") for name in opened.namelist()) == 40

    path = urlsplit(begun.value.url).path
    cookies = visitor.page.context.cookies()
    first = fetch(fruit, path, cookies, most=CHUNK)
    rest = fetch(fruit, path, cookies, headers={"Range": f"bytes={len(first)}-"})
    assert 0 < len(first) < whole.stat().st_size
    assert first + rest == whole.read_bytes()


def fetch(site, path, cookies, *, headers=None, most=None):
    """Get bytes by a browser's session; with `most` the connection dies after so many."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    connection.request("GET", path, headers={"Cookie": cookie, **(headers or {})})
    answer = connection.getresponse()
    assert answer.status == (206 if headers else 200)
    content = answer.read(most)
    connection.close()
    return content


def test_another_format_is_asked_for_made_and_downloaded(fruit, root, visit, tmp_path):
    visitor = visit(fruit, "data_scientist")
    visitor.go(f"/subsets/{root}")
    visitor.page.get_by_role("button", name="Make it: coco").click()
    visitor.page.get_by_text("nobody takes requests").wait_for()
    with watching(fruit):
        link = visitor.page.get_by_role("link", name="Download coco.zip")
        link.wait_for(timeout=60_000)
    with visitor.page.expect_download() as begun:
        link.click()
    begun.value.save_as(tmp_path / "coco.zip")
    content = (tmp_path / "coco.zip").read_bytes()
    assert hashlib.sha256(content).hexdigest() in visitor.page.inner_text("main")
    with zipfile.ZipFile(tmp_path / "coco.zip") as opened:
        assert opened.testzip() is None


def test_two_subsets_of_a_name_and_the_present_are_compared(fruit, published, root, visit):
    visitor = visit(fruit, "data_scientist")
    published.add(os.urandom(500), "Fruit")
    published.write_lake()
    later = create(fruit, "fruit salad", labels=["Orange"])
    visitor.go(f"/subsets/{root}")
    visitor.page.get_by_role("textbox", name="From this one to").click()
    visitor.page.get_by_role("option", name="fruit salad").click()
    changes = visitor.page.locator("#subset-changes")
    changes.get_by_role("rowheader", name="removed").first.wait_for()
    assert visitor.page.get_by_role("link", name="fruit salad").count() == 2

    visitor.go(f"/subsets/{later}")
    visitor.page.get_by_role("textbox", name="From this one to").click()
    visitor.page.get_by_role("option", name="What the recipe comes to now").click()
    changes.get_by_text("No picture differs.").wait_for()
    visitor.page.get_by_role("button", name="Bring up to date").click()
    visitor.page.get_by_text("It is up to date").wait_for()
    # Pictures without pixels have no thumbnail.
    visitor.wrong[:] = [one for one in visitor.wrong if "thumbnail" not in one]


def test_who_made_a_subset_shares_it(fruit, root, visit):
    with connect(fruit.settings.database_url) as db:
        add_user(db, "premium", role="premium")
    other = visit(fruit, "premium")
    other.go(f"/subsets/{root}")
    other.page.get_by_text("Not found").wait_for()
    other.go("/subsets")
    other.page.get_by_text("No subsets yet").wait_for()

    visitor = visit(fruit, "data_scientist")
    visitor.go(f"/subsets/{root}")
    visitor.page.get_by_label("Name of a user").fill("nobody")
    visitor.page.get_by_role("button", name="Share").click()
    visitor.page.get_by_text("That did not work").wait_for()
    visitor.page.get_by_label("Name of a user").fill("premium")
    visitor.page.get_by_role("button", name="Share").click()
    visitor.page.locator("#subset-shared").get_by_text("premium sees it now.").wait_for()

    other.go("/subsets")
    other.page.get_by_role("link", name="fruit salad").click()
    other.page.get_by_role("heading", name="In another format").wait_for()
    assert other.page.get_by_role("heading", name="Share it").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_can_be_used_by_all(fruit, root, visit, scheme, width):
    visitor = visit(fruit, "data_scientist", scheme=scheme, width=width)
    open_db = partial(connect, fruit.settings.database_url)
    export_archives.make(fruit.settings, open_db, root=root, format="csv")
    create(fruit, "only oranges", labels=["Orange"])
    for name, path in (("subsets", "/subsets"), ("subset", f"/subsets/{root}")):
        visitor.go(path)
        visitor.shoot(f"{name}-{scheme}-{width}")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.audit() == []
