"""One hub of real photographs, and what each role does there, from a file to a training."""

import re
import subprocess
import zipfile

import pytest
from PIL import Image

from hub.catalogue.users import find_user
from hub.db import connect
from tests.browser.test_pick import choose, wait_for_count
from tests.browser.test_submit import bring, wait_until_judged
from tests.fixtures.sites import environment, hub_command

JOB_MS = 240_000
"""A job starts Spark first."""


@pytest.fixture(scope="module")
def brought(photo_site, tmp_path_factory):
    """30 files: 25 hats that are new, 3 that the hub has, 2 that are broken."""
    folder = tmp_path_factory.mktemp("hats")
    new = [path for path, label in photo_site.left if label == "Hat"]
    had = [path for path, label in photo_site.submitted if label == "Hat"]
    for number, path in enumerate(new[:25]):
        (folder / f"hat {number:02}.jpg").write_bytes(path.read_bytes())
    for number, path in enumerate(had[:2]):
        (folder / f"again {number}.jpg").write_bytes(path.read_bytes())
    smaller = Image.open(had[2]).convert("RGB")
    smaller.thumbnail((350, 350))
    smaller.save(folder / "smaller.jpg", quality=85)
    (folder / "cut off.jpg").write_bytes(new[25].read_bytes()[:4000])
    (folder / "notes.jpg").write_text("no picture at all")
    return folder


@pytest.fixture(scope="module")
def watching(photo_site):
    """`hub job watch`, as `hub up --site` starts it."""
    process = subprocess.Popen(
        hub_command("job", "watch"), env=environment(photo_site.site.settings)
    )
    yield
    process.terminate()
    process.wait(60)


def test_a_picture_goes_from_a_supplier_to_a_training(
    photo_site, brought, watching, visit, tmp_path
):
    site = photo_site.site
    supplier = visit(site, "supplier", name="sue")
    submit(supplier, brought)
    ops = visit(site, "ops", name="olga")
    run_jobs(ops)
    assert outcomes_of(photo_site.hub) == {"published": 25, "duplicate": 3, "rejected": 2}
    see_outcomes(supplier)
    scientist = visit(site, "data_scientist", name="dana")
    keep_and_download(scientist, tmp_path / "fruit.zip")
    premium = visit(site, "premium", name="petra")
    ask_for_training(premium)
    with connect(site.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute("SELECT status, requested_by_id FROM training")
        assert cursor.fetchall() == [("queued", find_user(db, "petra").user_id)]


def submit(visitor, brought):
    visitor.go("/submit")
    bring(visitor, sorted(brought.iterdir()))
    wait_until_judged(visitor, 30)
    page = visitor.page
    assert page.locator(".submit-file[data-kind=duplicate]").count() == 3
    assert page.locator(".submit-file[data-kind=rejected]").count() == 2
    page.locator("#submit-labels").fill("hat")
    page.get_by_role("option", name="Hat", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_text("30 pictures received").wait_for()


def run_jobs(visitor):
    visitor.go("/ops")
    visitor.page.get_by_role("button", name="Run", exact=True).click()
    visitor.page.get_by_role("button", name="Ask for it").click()
    visitor.page.get_by_text("succeeded").first.wait_for(timeout=JOB_MS)
    visitor.shoot("ops-after-a-job")


def outcomes_of(hub):
    """Return what became of the files of the newest receipt."""
    return dict(
        hub.ask(
            "SELECT outcome, count(*) FROM submission_file JOIN submission USING (submission_id)"
            " WHERE receipt_no = (SELECT last_receipt_no FROM hub) GROUP BY outcome"
        )
    )


def see_outcomes(visitor):
    visitor.go("/submissions")
    visitor.page.get_by_text("25 published").wait_for()
    visitor.page.get_by_role("link", name="Hat").first.click()
    visitor.settle()
    visitor.page.get_by_text("smaller.jpg").first.wait_for()
    visitor.shoot("submission-of-hats")


def keep_and_download(visitor, to):
    page = visitor.page
    visitor.go("/pick")
    choose(visitor, "Labels", "Fruit")
    choose(visitor, "Without", "Banana")
    page.get_by_label("At most, of each label").fill("40")
    wait_for_count(visitor, 40)
    visitor.shoot("pick-of-fruit")
    page.get_by_label("Name of the subset").fill("fruit")
    page.get_by_role("button", name="Keep as subset").click()
    page.get_by_role("link", name="Open the subset").click()
    page.get_by_role("heading", name="fruit").wait_for()
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download the archive").click()
    begun.value.save_as(to)
    with zipfile.ZipFile(to) as opened:
        assert opened.testzip() is None
        assert sum(name.startswith("images/") for name in opened.namelist()) == 40


def ask_for_training(visitor):
    page = visitor.page
    visitor.go("/training")
    chosen = page.get_by_role("textbox", name="Or labels")
    for name in ("Hat", "Apple"):
        chosen.fill(name)
        page.get_by_role("option", name=re.compile(rf"^{name} \(")).click()
    page.keyboard.press("Escape")
    page.get_by_label("Pictures a label, at least").fill("10")
    page.get_by_role("button", name="Ask for the training").click()
    page.get_by_text(re.compile(r"^Training \S+ is queued")).wait_for()


def test_a_visitor_looks_around_and_is_led_to_the_sign_in(photo_site, visit):
    visitor = visit(photo_site.site)
    visitor.go("/")
    assert visitor.page.get_by_role("link", name="Submit").count() == 0
    visitor.page.get_by_role("link", name="Apple").first.click()
    visitor.page.get_by_role("heading", name="Apple", level=1).wait_for()
    visitor.page.wait_for_function(
        "() => [...document.querySelectorAll('.thumbnail')].slice(0, 3)"
        ".every(one => one.naturalWidth)"
    )
    visitor.page.goto(f"{visitor.base}/pick?labels=Apple")
    visitor.page.get_by_label("Password").wait_for()
    assert visitor.page.url.endswith("/sign-in?next=%2Fpick%3Flabels%3DApple")
