import re

import pytest

from dashboard.app import make_app
from dashboard.pages.review.layout import layout
from hub.services.labels import find_label
from hub.services.reports import PAGE


@pytest.fixture
def show(published, settings):
    """Return `show(address)`: the review's page of a hub where a page and one more wait."""
    dog = find_label(published.db, "Dog").label_id
    for number in range(PAGE + 1):
        image_id = published.add(b"%d" % number, "Bear")
        published.claim(image_id, dog, "proposed")
        with published.db.cursor() as cursor:
            cursor.execute(
                "INSERT INTO report (image_id, label_id, reason, note, reported_by_id)"
                " SELECT %s, NULL, 'other', %s, min(user_id) FROM hub_user",
                (image_id, f"note {number}."),
            )
    published.db.commit()
    app = make_app(settings, settings.database_url)

    def show(**address):
        with app.app_context():
            return str(layout(**address))

    return show


def ways(page):
    return re.findall(r"/review(?:\?([\w=&]+))?'", page)


def test_a_review_goes_on_to_what_waits_behind_the_first_page(show):
    first = show()
    assert ("note 0." in first, f"note {PAGE}." in first) == (True, False)
    later, proposals = ways(first)
    second = show(**dict([later.split("=")]))
    assert ("note 0." in second, f"note {PAGE}." in second) == (False, True)
    assert second.count("was submitted as Dog") == PAGE
    assert show(**dict([proposals.split("=")])).count("was submitted as Dog") == 1
    assert "" in ways(second)


@pytest.mark.parametrize("odd", ["\0", "-1", "x", "9" * 30])
def test_an_odd_address_shows_the_first_page(show, odd):
    assert "note 0." in show(after=odd, skip=odd)


def test_behind_the_last_one_is_the_way_back(show):
    assert ways(show(after=str(10**12), skip=str(10**6))) == [""]
