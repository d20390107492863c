"""People who look around: labels, one label, a picture, the map; and who reviews what they say."""

import re

from hub.db import connect


def ask(site, query, *params):
    with connect(site.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def test_a_visitor_goes_from_the_first_page_to_a_picture(fruit, visit):
    visitor = visit(fruit)
    visitor.go("/")
    visitor.page.get_by_role("link", name="Browse labels").click()
    visitor.page.get_by_role("heading", name="Labels", exact=True).wait_for()
    visitor.page.get_by_role("link", name=re.compile("^Banana")).click()
    visitor.page.get_by_role("heading", name="Banana", exact=True).wait_for()
    visitor.page.get_by_role("link", name=re.compile("^Banana, ")).first.click()
    visitor.page.get_by_role("heading", name="Where it came from").wait_for()
    # A visitor sees a small copy, and cannot report.
    assert visitor.page.get_by_text("sign in to see the picture in full").count() == 1
    assert visitor.page.get_by_role("button", name=re.compile("Report")).count() == 0
    visitor.page.go_back()
    visitor.page.get_by_role("heading", name="Banana", exact=True).wait_for()


def test_a_label_leads_to_a_pick_of_all_below_it_and_names_its_tab(fruit, visit):
    [(key,)] = ask(
        fruit, "SELECT label_key FROM label JOIN label_name USING (label_id) WHERE name = 'Fruit'"
    )
    visitor = visit(fruit, "data_scientist")
    visitor.go(f"/labels/{key}")
    visitor.page.wait_for_function("() => document.title === 'Fruit · Deep Images Hub'")
    visitor.page.locator("main").get_by_role("link", name="Pick", exact=True).click()
    visitor.page.get_by_label("Name of the subset").wait_for()
    assert visitor.page.get_by_label("Narrower labels, too").is_checked()


def test_labels_are_searched_and_the_address_says_so(fruit, visit):
    visitor = visit(fruit)
    visitor.go("/labels")
    visitor.page.get_by_label("Search").fill("banan")
    visitor.page.get_by_text("1 label", exact=True).wait_for()
    visitor.page.wait_for_url("**/labels?search=banan")
    visitor.page.get_by_text("With pictures").click()
    visitor.page.wait_for_url("**/labels?search=banan&show=all")
    visitor.page.reload()
    visitor.settle()
    assert visitor.page.get_by_label("Search").input_value() == "banan"
    assert visitor.page.get_by_role("link", name=re.compile("^Banana")).count() == 1
    visitor.page.get_by_label("Search").fill("no such label")
    visitor.page.get_by_text("No label is like that.").wait_for()


def test_older_pictures_of_a_label_are_a_page_of_their_own(fruit, visit):
    visitor = visit(fruit)
    [(key,)] = ask(
        fruit, "SELECT label_key FROM label JOIN label_name USING (label_id) WHERE name = 'Banana'"
    )
    visitor.go(f"/labels/{key}")
    first = pictures(visitor)
    visitor.page.get_by_role("link", name="Older pictures").click()
    visitor.page.wait_for_url("**?before=*")
    visitor.page.get_by_role("link", name="Newest").wait_for()
    assert len(first) == 24
    # Those in the window are there at once; each has its room before.
    thumbnails = visitor.page.locator(".picture-grid img")
    visitor.page.wait_for_function(
        "() => document.querySelector('.picture-grid img').naturalWidth > 0", timeout=30_000
    )
    shapes = "all => all.map(one => `${one.loading} ${one.width > 0 && one.width === one.height}`)"
    assert {*thumbnails.evaluate_all(shapes)} == {"lazy true"}
    assert not {*first} & {*pictures(visitor)}


def pictures(visitor):
    links = visitor.page.locator(".picture-grid a").all()
    return [link.get_attribute("href") for link in links]


def test_what_somebody_reports_is_settled_by_a_review(fruit, visit):
    [(image_id,)] = ask(fruit, "SELECT min(image_id) FROM image WHERE label_key = 'm_0cyhj_'")
    reporter = visit(fruit, "data_scientist")
    reporter.go(f"/images/{image_id}")
    reporter.page.get_by_role("button", name="Report the label Orange").click()
    form = reporter.page.get_by_role("dialog")
    form.get_by_label("A note for who reviews it").fill("<img src=x onerror=alert(1)> a lemon")
    assert reporter.audit() == []
    form.get_by_role("button", name="Send").click()
    reporter.page.get_by_text("Disputed", exact=True).wait_for()
    assert reporter.page.get_by_role("button", name="Report the label Orange").is_disabled()

    labeller = visit(fruit, "labeller")
    labeller.go("/review")
    labeller.page.get_by_text("<img src=x onerror=alert(1)> a lemon").wait_for()
    labeller.page.get_by_role("button", name="No, not Orange").click()
    labeller.page.get_by_text("Nothing waits for a review.").wait_for()
    said = ask(
        fruit, "SELECT value, source, is_verified FROM label_claim WHERE image_id = %s", image_id
    )
    assert said == [("negative", "review", True)]
    reporter.go(f"/images/{image_id}")
    assert reporter.page.get_by_role("heading", name="What it does not show").count() == 1


def test_the_map_is_drawn_larger_without_asking_the_hub(fruit, visit):
    with connect(fruit.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute("INSERT INTO place (country, city) VALUES ('Peru', 'Lima')")
        cursor.execute(
            "UPDATE image SET place_id = (SELECT place_id FROM place), lon = -77, lat = -12,"
            " shown_lon = -77.01, shown_lat = -12.01"
        )
        cursor.execute(
            "INSERT INTO hub_user (name, role) VALUES ('b', 'supplier'), ('c', 'supplier')"
        )
        # As if two more suppliers had brought some of them.
        for number, name in ((2, "b"), (3, "c")):
            cursor.execute(
                "INSERT INTO receipt (receipt_no, supplier_id, file_count)"
                " SELECT %s, user_id, 1 FROM hub_user WHERE name = %s",
                (number, name),
            )
            cursor.execute(
                "WITH s AS (INSERT INTO submission (receipt_no, label_id) SELECT %s, min(label_id)"
                " FROM label RETURNING submission_id), f AS (INSERT INTO submission_file"
                " (submission_id, path, sha256, size_bytes, licence, author) SELECT submission_id,"
                " 'x.jpg', 'x', 1, '', '' FROM s RETURNING file_id)"
                " UPDATE image SET file_id = f.file_id FROM f WHERE image_id ="
                " (SELECT image_id FROM image ORDER BY image_id LIMIT 1 OFFSET %s)",
                (number, number),
            )
        cursor.execute("REFRESH MATERIALIZED VIEW place_count")
    visitor = visit(fruit)
    visitor.go("/map")
    assert visitor.page.get_by_role("rowheader", name="Lima, Peru").count() == 1
    world = visitor.page.locator(".map-world")
    before = world.bounding_box()["width"]
    visitor.page.get_by_text("4x", exact=True).click()
    visitor.page.wait_for_function(
        "before => document.querySelector('.map-world').offsetWidth > 3.5 * before", arg=before
    )
    assert visitor.audit() == []
