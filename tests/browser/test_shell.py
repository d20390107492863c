import pytest

from hub.db import connect
from hub.services.accounts import add_user

PASSWORD = "a password of ann's own"


@pytest.fixture
def ann(site):
    with connect(site.settings.database_url) as db:
        return add_user(db, "anna", role="data_scientist", password=PASSWORD)


def sign_in(visitor, name, password):
    visitor.page.get_by_label("Name").fill(name)
    visitor.page.get_by_label("Password").fill(password)
    visitor.page.get_by_role("button", name="Sign in").click()


def test_somebody_signs_in_and_out(site, visit, ann):
    visitor = visit(site)
    visitor.go("/sign-in?next=/account")
    sign_in(visitor, "anna", "another password")
    visitor.page.get_by_role("alert").wait_for()
    visitor.wrong.clear()
    sign_in(visitor, "anna", PASSWORD)
    visitor.page.wait_for_url("**/account")
    visitor.settle()
    assert visitor.page.get_by_role("link", name="anna").count() == 1
    kept = {one["name"]: one for one in visitor.page.context.cookies()}["hub_session"]
    assert (kept["httpOnly"], kept["sameSite"]) == (True, "Lax")
    visitor.page.get_by_role("button", name="Sign out", exact=True).click()
    visitor.page.get_by_role("link", name="Sign in").wait_for()
    # What the browser had is good for nothing now, whoever kept a copy.
    visitor.page.context.add_cookies(
        [{"name": "hub_session", "value": kept["value"], "url": site.url}]
    )
    visitor.go("/")
    assert visitor.page.get_by_role("link", name="Sign in").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_is_not_there_says_so(site, visit, scheme):
    visitor = visit(site, scheme=scheme)
    visitor.go("/no/such/page")
    visitor.page.get_by_role("heading", name="There is no such page", level=1).wait_for()
    assert visitor.page.get_by_text("Nothing is at /no/such/page.").count() == 1
    assert [one for one in visitor.wrong if "404" not in one] == []
    visitor.wrong.clear()
    assert visitor.audit() == []
