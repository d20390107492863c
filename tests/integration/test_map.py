import pytest

from dashboard.app import make_app
from dashboard.pages.pick.callbacks import look
from hub.db import connect
from hub.errors import SubsetError
from hub.rules.recipes import make_recipe
from hub.services import picks, subset_changes, subsets, summaries
from tests.fixtures.api import Api

ORIGIN = {"Origin": "http://localhost"}
LIMA = ("Peru", "Lima", "")
CUSCO = ("Peru", "Cusco", "")
OSLO = ("Norway", "Oslo", "")
WHERE = [{"cities": ["lima"]}, {"countries": ["Peru"]}, {"within": [-77.1, -12.1, -77, -12]}]


@pytest.fixture
def taken(published):
    """Return `taken(supplier, place, **spot)`: publish a picture that one took somewhere."""
    number = 0

    def taken(supplier, place, **given):
        nonlocal number
        number += 1
        file_id = file_of(published, supplier, number)
        place_id = place_of(published, place)
        spot = {"lon": -77.04321, "lat": -12.04321, "shown_lon": -77.0512, "shown_lat": -12.0498}
        return published.add(
            b"picture %d" % number, "Bear", file_id=file_id, place_id=place_id, **spot | given
        )

    return taken


def file_of(published, supplier, number):
    with published.db.cursor() as cursor:
        cursor.execute(
            "WITH who AS (INSERT INTO hub_user (name, role) VALUES (%(name)s, 'supplier')"
            " ON CONFLICT (name) DO UPDATE SET role = 'supplier' RETURNING user_id), receipt AS ("
            " INSERT INTO receipt (receipt_no, supplier_id, batch_no, file_count)"
            " SELECT %(number)s + 100, user_id, 1, 1 FROM who RETURNING receipt_no), submission AS"
            " (INSERT INTO submission (receipt_no, label_id) SELECT receipt_no, (SELECT"
            " min(label_id) FROM label) FROM receipt RETURNING submission_id)"
            " INSERT INTO submission_file"
            " (submission_id, path, sha256, size_bytes, licence, author)"
            " SELECT submission_id, 'p.jpg', 'x', 1, '', '' FROM submission RETURNING file_id",
            {"name": supplier, "number": number},
        )
        return cursor.fetchone()[0]


def place_of(published, place):
    with published.db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO place (country, city, neighbourhood) VALUES (%s, %s, %s)"
            " ON CONFLICT ON CONSTRAINT place_name_key DO UPDATE SET city = excluded.city"
            " RETURNING place_id",
            place,
        )
        return cursor.fetchone()[0]


@pytest.fixture
def show(published, settings):
    """Return `show(path)`: what a visitor's browser gets to show of a page."""

    def show(path):
        published.recount()
        summaries.refresh(published.db)
        with published.db.cursor() as cursor:
            # Batches are listed once they are published.
            cursor.execute(
                "INSERT INTO batch_stage (batch_no, stage, started_at, rows_in, rows_out) VALUES"
                """ (1, 'publish', now(), 9, '{"published": 9}') ON CONFLICT DO NOTHING"""
            )
        published.db.commit()
        asked = {
            "output": "..shell-content.children...shell-title.data..",
            "outputs": [
                {"id": "shell-content", "property": "children"},
                {"id": "shell-title", "property": "data"},
            ],
            "inputs": [
                {"id": "shell-address", "property": "pathname", "value": path},
                {"id": "shell-address", "property": "search", "value": ""},
            ],
            "changedPropIds": ["shell-address.pathname"],
        }
        client = make_app(settings, settings.database_url).test_client()
        answer = client.post("/_dash-update-component", json=asked, headers=ORIGIN)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    return show


def pages_of(image_id):
    return ("/", "/map", "/labels", "/labels/m_01dws", f"/images/{image_id}")


def test_nothing_tells_of_a_place_where_too_few_suppliers_stand(taken, show):
    image_id = taken("ann", LIMA)
    taken("bob", LIMA)
    for path in pages_of(image_id):
        seen = show(path)
        assert "cannot be shown" not in seen
        for word in ("Lima", "Peru", "-77.0", "-12.0"):
            assert word not in seen, (path, word)


def test_a_place_is_told_once_enough_suppliers_stand_there(taken, show):
    image_id, *_ = [taken(name, LIMA) for name in ("ann", "bob", "eve")]
    for path in ("/", "/map", "/labels/m_01dws", f"/images/{image_id}"):
        assert "Lima, Peru" in show(path), path
    seen = show(f"/images/{image_id}")
    assert "-12.05, -77.05" in seen
    # Where it really was taken is nowhere.
    assert "12.043" not in seen
    assert "77.043" not in seen


def test_smaller_places_are_told_as_their_country_alone(taken, show):
    image_id = taken("ann", LIMA)
    taken("bob", LIMA)
    taken("eve", CUSCO)
    taken("eve", OSLO)
    for path in pages_of(image_id):
        seen = show(path)
        assert not any(word in seen for word in ("Lima", "Cusco", "Oslo", "Norway")), path
    assert "Peru" in show("/map")
    shown = show(f"/images/{image_id}")
    assert "Peru" in shown
    assert "-77.0" not in shown


def test_how_many_suppliers_a_place_needs_is_a_setting(taken, published):
    taken("ann", LIMA)
    summaries.refresh(published.db)
    assert summaries.list_places(published.db, least_suppliers=2).places == []
    [place] = summaries.list_places(published.db, least_suppliers=1).places
    assert (place.name, place.images) == ("Lima, Peru", 1)


def test_a_supplier_is_named_on_no_page(taken, show):
    image_id, *_ = [taken(name, LIMA) for name in ("supplier-a", "supplier-b", "supplier-c")]
    for path in pages_of(image_id):
        assert "supplier-" not in show(path), path


def test_the_api_tells_no_more_of_a_place_than_the_map(taken, published, settings):
    image_id = taken("ann", LIMA)
    taken("bob", LIMA)
    eve = Api(settings).person("eve")

    def told():
        summaries.refresh(published.db)
        published.db.commit()
        about = eve.get(f"/images/{image_id}/about").json
        return about["country"], about["city"], about["neighbourhood"]

    assert told() == (None, None, None)
    taken("eve", LIMA)
    assert told() == ("Peru", "Lima", None)


def count(published, *, least_suppliers=3, **filters):
    published.recount()
    summaries.refresh(published.db)
    published.db.commit()
    recipe = make_recipe({"labels": ["Bear"], **filters})
    return picks.count(published.db, recipe, least_suppliers=least_suppliers).images


@pytest.mark.parametrize("where", WHERE, ids=str)
def test_no_filter_finds_a_place_where_too_few_suppliers_stand(taken, published, settings, where):
    for name in ("ann", "bob", "bob"):
        taken(name, LIMA)
    assert count(published, **where) == 0
    assert count(published, **where, least_suppliers=2) == 3
    eve = Api(settings).person("eve")
    recipe = {"labels": ["Bear"], **where}
    asked = {"recipe": recipe}
    assert eve.post("/count", asked).json["images"] == 0
    assert eve.post("/preview", asked).json["pictures"] == []
    with connect(settings.database_url) as db, pytest.raises(SubsetError, match="too few"):
        subsets.create(db, "lima", recipe=make_recipe(recipe), settings=settings, by="eve")
    taken("eve", LIMA)
    assert count(published, **where) == 4
    assert eve.post("/count", asked).json["images"] == 4


def test_what_is_told_as_its_country_is_found_by_that_alone(taken, published):
    for name, place in (("ann", LIMA), ("bob", LIMA), ("eve", CUSCO), ("eve", OSLO)):
        taken(name, place)
    assert count(published, countries=["Peru"]) == 3
    for hidden in (*WHERE[::2], {"cities": ["Cusco"]}, {"countries": ["Norway"]}):
        assert count(published, **hidden) == 0, hidden


def test_a_box_knows_no_more_than_the_points_that_are_shown(taken, published):
    for name in ("ann", "bob", "eve"):
        # They were taken in one cell of a tenth of a degree, and are shown in the next.
        taken(name, LIMA, lon=-77.0995, shown_lon=-77.1012)
    assert count(published, within=[-77.2, -13, -77.1, -11]) == 3
    assert count(published, within=[-77.1, -13, -77.0, -11]) == 0
    assert count(published, within=[-77.1013, -12.0499, -77.1011, -12.0497]) == 0


def test_the_page_of_a_pick_finds_what_the_map_shows(taken, published, settings):
    app = make_app(settings, settings.database_url)
    taken("ann", LIMA)
    taken("bob", LIMA)

    def seen(query):
        count(published)
        with app.test_request_context():
            return str(look(query))

    assert "Some of them" in seen("labels=Bear")
    assert "Some of them" not in seen("labels=Bear&cities=Lima")
    taken("eve", LIMA)
    assert "Some of them" in seen("labels=Bear&cities=Lima")


@pytest.mark.parametrize("more", [{}, {"min_side_px": 1}], ids=str)
def test_a_preview_tells_no_more_of_a_place_than_the_map(taken, published, settings, more):
    eve = Api(settings).person("eve")

    def told():
        count(published)
        answer = eve.post("/preview", {"recipe": {"labels": ["Bear"], **more}})
        return [(one["country"], one["city"]) for one in answer.json["pictures"]]

    taken("ann", LIMA)
    taken("bob", LIMA)
    assert told() == [(None, None)] * 2
    taken("eve", LIMA)
    assert told() == [("Peru", "Lima")] * 3


def test_a_lock_keeps_what_it_says_and_the_next_tells_a_place_that_the_map_shows(
    taken, published, settings
):
    def create():
        published.write_lake()
        count(published)
        recipe = make_recipe({"labels": ["Bear"]})
        with connect(settings.database_url) as db:
            return subsets.create(db, "bears", recipe=recipe, settings=settings, by="eve").lock

    taken("ann", LIMA)
    taken("bob", LIMA)
    before = create()
    assert create() == before
    taken("eve", LIMA)
    after = create()
    with connect(settings.database_url) as db:
        changes = subset_changes.diff(db, before, after, settings=settings)
    assert sorted(one.change for one in changes) == ["added", "changed", "changed"]
    reasons = {one.reason for one in changes if one.change == "changed"}
    assert reasons == {"its country, city changed"}
