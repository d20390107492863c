"""Slow readers hold some threads of the site, and never all."""

import pytest

from dashboard import seats
from dashboard.seats import MOST, MOST_OF_ONE, Seats
from hub.errors import TooManyRequests

BEARS = {"recipe": {"labels": ["Bear"], "with_descendants": True}}


@pytest.fixture
def eve(api):
    return api.person("eve")


@pytest.fixture
def path(eve):
    root = eve.post("/subsets", {"name": "bears", **BEARS}).json["root"]
    return f"/subsets/{root}/archive.zip"


def test_one_user_has_some_of_the_seats_and_all_together_no_more_than_there_are():
    taken = Seats()
    eves = [taken.take("eve") for _ in range(MOST_OF_ONE)]
    with pytest.raises(TooManyRequests):
        taken.take("eve")
    for number in range(MOST - MOST_OF_ONE):
        taken.take(f"bob {number}")
    with pytest.raises(TooManyRequests):
        taken.take("dan")
    eves[0]()
    taken.take("dan")


def test_downloads_that_nobody_ends_leave_room_for_what_is_short(api, eve, path):
    slow = [eve.get(path, buffered=False) for _ in range(MOST_OF_ONE)]
    assert {one.status_code for one in slow} == {200}
    refused = eve.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert refused.json["title"] == "Too Many Requests"
    assert eve.post("/count", BEARS).status_code == 429
    assert eve.get("/labels").status_code == eve.get("/subsets").status_code == 200
    assert api.nobody.get("/healthz").status_code == 200
    assert api.person("ops", role="ops").get(path).status_code == 200
    slow[0].close()
    assert eve.get(path).status_code == 200


def test_every_way_to_end_gives_the_seat_back(api, eve, path, monkeypatch):
    monkeypatch.setattr(seats, "MOST_OF_ONE", 1)
    tag = eve.get(path).headers["ETag"]
    asked = [
        (200, eve.head(path)),
        (304, eve.get(path, headers={"If-None-Match": tag})),
        (416, eve.get(path, headers={"Range": "bytes=999999999-"})),
        (206, eve.get(path, headers={"Range": "bytes=0-0,5-6"})),
        (404, eve.get(f"/subsets/{'0' * 64}/archive.zip")),
        (404, eve.post("/count", {"recipe": {"labels": ["Nothing at all"]}})),
        (422, eve.post("/count", {"recipe": {}})),
        (422, eve.get("/images/x")),
        (200, eve.get(path)),
    ]
    assert [(status, answer.status_code) for status, answer in asked] == [
        (status, status) for status, _ in asked
    ]
