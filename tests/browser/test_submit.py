"""A supplier brings real photographs, sees what would become of each, and submits them."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from hub.db import connect
from hub.rules.publishing import strip
from hub.rules.submissions import check_defaults
from hub.services import uploads
from hub.services.accounts import add_user
from hub.services.previews import preview_paths
from hub.services.upload_submissions import Said, submit_upload
from tests.fixtures.sites import running_site

WAIT_MS = 120_000


@pytest.fixture(scope="module")
def brought(photos, tmp_path_factory):
    """A folder of 30 files: 25 new, 3 that repeat others, 2 broken; and what the hub has."""
    folder = tmp_path_factory.mktemp("brought") / "fruit"
    folder.mkdir()
    paths = sorted((photos / "images").glob("*/*.jpg"))[::7][:27]
    for number, path in enumerate(paths[:26]):
        (folder / f"{number:02}.jpg").write_bytes(path.read_bytes())
    (folder / "copy of 01.jpg").write_bytes(paths[1].read_bytes())
    smaller = Image.open(paths[2]).convert("RGB")
    smaller.thumbnail((500, 500))
    encoded = io.BytesIO()
    smaller.save(encoded, "JPEG", quality=80)
    (folder / "02 smaller.jpg").write_bytes(encoded.getvalue())
    (folder / "cut off.jpg").write_bytes(paths[3].read_bytes()[:5000])
    (folder / "<img src=x onerror=alert(1)>.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def site(published, settings, brought):
    """The site of a hub that has one of the photographs."""
    published.add(strip((brought / "00.jpg").read_bytes()).content, "Apple")
    published.write_lake()
    with running_site(settings) as site:
        yield site


def open_page(visit, site, **window):
    visitor = visit(site, "supplier", name="sue", **window)
    visitor.go("/submit")
    return visitor


def bring(visitor, paths):
    chooser = visitor.page.locator(".submit-files-input")
    chooser.wait_for(state="attached")
    chooser.set_input_files([str(path) for path in paths])


def wait_until_judged(visitor, count):
    visitor.page.wait_for_function(
        "count => [...document.querySelectorAll('.submit-file')].filter(row =>"
        " ['published', 'duplicate', 'rejected', 'pending'].includes(row.dataset.kind)"
        ").length === count && !document.querySelector('.submit-summary').innerText"
        ".includes('looked at')",
        arg=count,
        timeout=WAIT_MS,
    )


def shown(visitor):
    rows = visitor.page.locator(".submit-file")
    return dict(
        rows.evaluate_all(
            "rows => rows.map(row =>"
            " [row.querySelector('.submit-name').textContent, row.dataset.kind])"
        )
    )


def wait_until(holds):
    give_up_at = time.monotonic() + WAIT_MS / 1000
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def asked(site, query, *params):
    with connect(site.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def fill_in(visitor):
    page = visitor.page
    page.locator("#submit-labels").fill("appl")
    page.get_by_role("option", name="Apple", exact=True).click()
    page.keyboard.press("Escape")
    page.locator("#submit-place").fill("zurich")
    page.get_by_role("option", name="Zürich, Switzerland").first.click()
    page.get_by_role("checkbox").check()


def test_a_supplier_sees_why_before_submitting_and_gets_a_receipt(site, visit, brought):
    visitor = open_page(visit, site)
    visitor.shoot("submit-empty")
    files = sorted(brought.iterdir())
    assert len(files) == 30
    bring(visitor, files)
    wait_until_judged(visitor, 30)
    with connect(site.settings.database_url) as db:
        preview = preview_paths(
            db,
            site.settings,
            [str(brought)],
            labels=["Apple"],
            defaults=check_defaults("sue"),
        )
    told = {Path(one.path).name: one.outcome for one in preview.files}
    assert shown(visitor) == told
    assert (preview.outcomes["duplicate"], preview.outcomes["rejected"]) == (3, 2)
    page = visitor.page
    row = page.locator(".submit-file", has=page.get_by_text("00.jpg", exact=True))
    row.get_by_text("We already have this picture").wait_for()
    kept = row.get_by_role("img", name="The picture that the hub has")
    kept.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=kept.element_handle())
    row = page.locator(".submit-file", has=page.get_by_text("cut off.jpg", exact=True))
    row.get_by_text("send it again, whole").wait_for()
    visitor.shoot("submit-judged")
    assert visitor.audit() == []

    assert page.get_by_role("button", name="Submit", exact=True).is_disabled()
    fill_in(visitor)
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("heading", name="Receipt 2").wait_for()
    page.get_by_text("30 pictures received").wait_for()
    visitor.shoot("submit-receipt")
    with connect(site.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(lon), min(licence), count(DISTINCT path) FROM submission_file"
            " JOIN submission USING (submission_id) WHERE receipt_no = 2"
        )
        assert cursor.fetchall() == [(30, 8.55, "CC BY 4.0", 30)]
    page.get_by_role("link", name="Submission 2").click()
    visitor.settle()
    page.get_by_role("heading", name="Apple: submission 2").wait_for()
    assert page.get_by_text("The next batch decides on it.").count() == 30
    assert visitor.audit() == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_the_page_stands_in_every_window(site, visit, brought, scheme, width):
    visitor = open_page(visit, site, scheme=scheme, width=width)
    bring(visitor, [brought / name for name in ("00.jpg", "03.jpg", "cut off.jpg")])
    wait_until_judged(visitor, 3)
    assert visitor.audit() == []
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    visitor.shoot(f"submit-{scheme}-{width}")
    visitor.page.get_by_role("button", name="Take out pictures that are not new").click()
    wait_until_judged(visitor, 1)
    assert shown(visitor) == {"03.jpg": "published"}
    # The page does not wait for the hub.
    wait_until(lambda: asked(site, "SELECT path FROM upload_file") == [("03.jpg",)])
    [[upload_id]] = asked(site, "SELECT upload_id FROM upload_file")
    # What is left behind makes room.
    visitor.page.once("dialog", lambda dialog: dialog.accept())
    visitor.page.goto(f"{site.url}/submissions")
    visitor.settle()
    wait_until(lambda: not asked(site, "SELECT 1 FROM upload WHERE upload_id = %s", upload_id))


def test_the_label_whose_page_leads_here_is_chosen(site, visit):
    page = visit(site, "supplier").page
    page.goto(f"{site.url}/submit?label=Apple")
    page.get_by_text("Still to do: bring pictures; give your consent.").wait_for()


def test_a_file_can_be_removed_tried_again_and_is_said_to_screen_readers(site, visit, brought):
    visitor = open_page(visit, site)
    page = visitor.page
    # One upload breaks off on its way.
    page.route("**/files?path=05.jpg", lambda route: route.abort(), times=1)
    bring(visitor, [brought / name for name in ("04.jpg", "05.jpg", "01.jpg", "copy of 01.jpg")])
    page.get_by_text("It did not arrive").wait_for()
    wait_until_judged(visitor, 3)
    visitor.wrong.clear()
    page.get_by_role("button", name="Try again 05.jpg").click()
    wait_until_judged(visitor, 4)
    assert "1 already there" in page.locator("#submit-said").inner_text()
    repeat = next(name for name, kind in shown(visitor).items() if kind == "duplicate")
    kept = ({"01.jpg", "copy of 01.jpg"} - {repeat}).pop()
    page.get_by_role("button", name=f"Remove {kept}").press("Enter")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.submit-file')].every(row =>"
        " row.dataset.kind === 'published')"
    )
    assert sorted(shown(visitor)) == sorted({"04.jpg", "05.jpg", repeat})
    # What was brought is still there after a look at another page.
    page.get_by_role("link", name="My submissions").click()
    page.get_by_role("heading", name="My submissions").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Submit pictures").wait_for()
    assert len(shown(visitor)) == 3


def test_a_folder_that_is_dropped_is_walked(site, visit, brought):
    visitor = open_page(visit, site)
    visitor.page.evaluate(
        """() => {
          const file = name => ({ isFile: true, fullPath: name, file: give =>
            give(new File([name], name.split('/').pop())) });
          const folder = (name, inside) => ({ isFile: false, fullPath: name, createReader: () => {
            let rest = [...inside];
            return { readEntries: give => { const some = rest; rest = []; give(some); } };
          } });
          const dropped = folder('/in', [file('/in/a.jpg'), file('/in/.hidden'),
            folder('/in/deep', [file('/in/deep/b.jpg')])]);
          const event = new Event('drop', { bubbles: true, cancelable: true });
          event.dataTransfer = { items: [{ webkitGetAsEntry: () => dropped }], files: [] };
          document.getElementById('submit-drop').dispatchEvent(event);
        }"""
    )
    wait_until_judged(visitor, 2)
    assert shown(visitor) == {"in/a.jpg": "rejected", "in/deep/b.jpg": "rejected"}
    assert "1 hidden files were left out" in visitor.page.locator("#submit-said").inner_text() or (
        "2 refused" in visitor.page.locator("#submit-said").inner_text()
    )


DECIDED = """
WITH files AS (
    SELECT file_id, row_number() OVER (ORDER BY path) AS number FROM submission_file
      JOIN submission USING (submission_id) WHERE receipt_no = 2
)
UPDATE submission_file
   SET outcome = CASE number WHEN 1 THEN 'published' WHEN 2 THEN 'duplicate' ELSE 'rejected' END,
       image_id = CASE number WHEN 1 THEN %(image_id)s END,
       duplicate_of = CASE number WHEN 2 THEN %(image_id)s END,
       relation = CASE number WHEN 2 THEN 'near' END,
       distance = CASE number WHEN 2 THEN 3 END,
       look_distance = CASE number WHEN 2 THEN 0.04 END,
       rule_version = CASE number WHEN 2 THEN 1 END,
       reason = CASE number WHEN 3 THEN 'not_an_image' END
  FROM files
 WHERE files.file_id = submission_file.file_id
   AND number < 4
"""


@pytest.fixture
def decided(site):
    """A submission of four files, of which three are decided."""
    settings = site.settings
    with connect(settings.database_url) as db:
        user = add_user(db, "sue", role="supplier")
        upload_id = uploads.begin(db, user).upload_id

    def open_db():
        return connect(settings.database_url)

    for name in ("a.jpg", "b.jpg", "<b>c</b>.jpg", "d.jpg"):
        uploads.put_file(
            open_db,
            settings,
            upload_id,
            user=user,
            path=name,
            chunks=[name.encode()],
            size_bytes=len(name),
        )
    said = Said(["Apple"], "CC BY 4.0", consent=True)
    receipt = submit_upload(open_db, settings, upload_id, user=user, said=said)
    with connect(settings.database_url) as db, db.cursor() as cursor:
        cursor.execute("SELECT min(image_id) FROM image")
        cursor.execute(DECIDED, {"image_id": cursor.fetchone()[0]})
    return receipt.submissions[0].id


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_what_became_of_every_file_is_shown(site, visit, decided, scheme, width):
    visitor = visit(site, "supplier", name="sue", scheme=scheme, width=width)
    page = visitor.page
    visitor.go("/submissions")
    page.get_by_text("1 published, 1 the hub had already, 1 refused, 1 waiting").wait_for()
    visitor.shoot(f"submissions-{scheme}-{width}")
    assert visitor.audit() == []
    page.get_by_role("main").get_by_role("link", name="Apple").click()
    page.get_by_role("heading", name=f"Apple: submission {decided}").wait_for()
    visitor.settle()
    page.get_by_text("3 of 64 bits apart").wait_for()
    page.get_by_text("Not an image: send a photograph.").wait_for()
    kept = page.get_by_role("img", name="The hub's picture")
    page.wait_for_function("image => image.naturalWidth > 0", arg=kept.element_handle())
    assert page.get_by_text("<b>c</b>.jpg").count() == 1
    visitor.shoot(f"submission-{scheme}-{width}")
    # No batch kept a thumbnail of what repeats.
    assert all("404" in one for one in visitor.wrong)
    visitor.wrong.clear()
    assert visitor.audit() == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="Refused").click()
    page.wait_for_url("**outcome=rejected")
    page.wait_for_function("() => document.querySelectorAll('.submit-file').length === 1")


def test_submissions_are_only_their_suppliers(site, visit, decided):
    stranger = visit(site, "supplier", name="bob")
    stranger.go("/submissions")
    stranger.page.get_by_text("Nothing was submitted yet.").wait_for()
    stranger.go(f"/submissions/{decided}")
    stranger.page.get_by_text(f"There is no submission {decided}").wait_for()
    ops = visit(site, "ops")
    ops.go("/submissions")
    ops.page.get_by_text("from sue").wait_for()
    for visitor in (stranger, ops):
        visitor.wrong = [one for one in visitor.wrong if "404" not in one]
    visitor = visit(site, "data_scientist")
    visitor.go("/submit")
    assert visitor.page.locator("#submit-drop").count() == 0
    visitor.wrong.clear()
