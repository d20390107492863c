from functools import partial

import pytest

from hub.catalogue.users import find_user
from hub.db import connect
from hub.services import accounts, invitations, sessions
from tests.fixtures.mailbox import letters_of, link_in

PASSWORD, OTHER = "a password of mia's own", "quite another password"
DARK_AND_SMALL = [("light", 1280), ("dark", 1280), ("light", 360)]


@pytest.fixture
def open_db(site):
    return partial(connect, site.settings.database_url)


def local(site, link):
    """Return what follows the site's address: a test's site has a port of its own."""
    return link.removeprefix(site.settings.site_url)


def mailed(site, visitor, number):
    """Wait for so many mails; return the last."""
    for _ in range(100):
        found = letters_of(site.settings.home)
        if len(found) >= number:
            return found[-1]
        visitor.page.wait_for_timeout(100)
    pytest.fail("no mail came")


def test_somebody_invited_signs_up_and_takes_the_tour(site, visit, open_db):
    with open_db() as db:
        invited = invitations.invite(db, role="premium", by="olga", site_url=site.settings.site_url)
    visitor = visit(site)
    visitor.go(local(site, invited.link))
    assert visitor.audit() == []
    visitor.shoot("sign-up-light-1280")
    visitor.page.get_by_label("Name").fill("ann")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign up").click()
    # There is an ann among the suppliers.
    assert "taken" in visitor.page.get_by_role("alert").inner_text()
    visitor.wrong.clear()
    visitor.page.get_by_label("Name").fill("Mia")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign up").click()
    tour = visitor.page.get_by_role("complementary", name="First steps")
    tour.get_by_text("Train").first.wait_for()
    visitor.go("/account")
    assert visitor.audit() == []
    visitor.shoot("tour-light-1280")
    tour.get_by_role("button", name="Got it").click()
    tour.wait_for(state="hidden")
    visitor.go("/account")
    assert tour.count() == 0
    # The link is good once.
    again = visit(site)
    again.go(local(site, invited.link))
    assert "was used" in again.page.get_by_role("alert").inner_text()
    again.wrong.clear()


def test_a_forgotten_password_is_set_by_the_link_in_a_mail(site, visit, open_db):
    with open_db() as db:
        mia = accounts.add_user(db, "mia", role="premium", password=PASSWORD)
        accounts.set_email(db, "mia", email="mia@example.org", by="olga")
        accounts.end_tour(db, mia)
        kept = sessions.begin(db, mia)
    visitor = visit(site)
    visitor.go("/sign-in")
    visitor.page.get_by_role("link", name="Forgot the password?").click()
    visitor.page.get_by_label("Name, or address for mail").fill("mia@example.org")
    visitor.page.get_by_role("button", name="Send me a link").click()
    visitor.page.get_by_role("status").wait_for()
    visitor.go(local(site, link_in(mailed(site, visitor, 1))))
    assert visitor.page.get_by_label("Name").input_value() == "mia"
    assert visitor.audit() == []
    visitor.page.get_by_label("New password").fill(OTHER)
    visitor.page.get_by_role("button", name="Set the password").click()
    visitor.page.get_by_role("link", name="mia", exact=True).wait_for()
    assert "was changed" in mailed(site, visitor, 2)["Subject"]
    with open_db() as db:
        assert sessions.find_caller(db, kept) is None


def test_a_token_is_made_used_and_revoked(site, visit, open_db):
    visitor = visit(site, "data_scientist", name="mia")
    visitor.go("/account")
    visitor.page.get_by_label("What it is for").fill("notebook <b>one</b>")
    visitor.page.get_by_role("button", name="Make a token").click()
    text = visitor.page.locator(".account-secret").inner_text()
    used = visitor.page.request.get(
        f"{site.url}/api/v1/tokens", headers={"Authorization": f"Bearer {text}"}
    )
    assert used.ok
    row = visitor.page.get_by_role("row", name="notebook <b>one</b>")
    assert visitor.audit() == []
    row.get_by_role("button", name="Revoke").click()
    row.get_by_text("revoked").wait_for()
    refused = visitor.page.request.get(
        f"{site.url}/api/v1/tokens", headers={"Authorization": f"Bearer {text}"}
    )
    assert refused.status == 401
    # Shown once.
    visitor.go("/account")
    assert visitor.page.locator(".account-secret").count() == 0


def test_a_password_is_changed_and_all_are_signed_out(site, visit, open_db):
    with open_db() as db:
        accounts.add_user(db, "mia", role="premium", password=PASSWORD)
    visitor, elsewhere = visit(site, "premium", name="mia"), visit(site, "premium", name="mia")
    visitor.go("/account")
    visitor.page.get_by_role("link", name="Change the password").click()
    visitor.page.get_by_label("Password until now").fill(OTHER)
    visitor.page.get_by_label("New password").fill(OTHER)
    visitor.page.get_by_role("button", name="Change the password").click()
    visitor.page.get_by_role("alert").wait_for()
    visitor.wrong.clear()
    assert visitor.audit() == []
    visitor.page.get_by_label("Password until now").fill(PASSWORD)
    visitor.page.get_by_label("New password").fill(OTHER)
    visitor.page.get_by_role("button", name="Change the password").click()
    visitor.page.wait_for_url("**/account")
    elsewhere.go("/account")
    assert "/sign-in" in elsewhere.page.url
    visitor.settle()
    visitor.page.get_by_role("button", name="Sign out everywhere").click()
    visitor.page.get_by_text("You are signed out in every browser").wait_for()
    visitor.go("/account")
    assert "/sign-in" in visitor.page.url


def test_an_address_is_taken_over_by_the_link_in_a_mail(site, visit, open_db):
    with open_db() as db:
        accounts.add_user(db, "mia", role="supplier", password=PASSWORD)
    visitor = visit(site, "supplier", name="mia")
    visitor.go("/account")
    visitor.page.get_by_role("link", name="Give an address").click()
    visitor.page.get_by_label("Address for mail").fill("mia@example.org")
    visitor.page.get_by_label("Your password").fill(PASSWORD)
    assert visitor.audit() == []
    visitor.page.get_by_role("button", name="Send a link there").click()
    visitor.page.get_by_text("A mail is on its way").wait_for()
    visitor.go(local(site, link_in(mailed(site, visitor, 1))))
    visitor.page.get_by_role("button", name="Yes").click()
    visitor.page.get_by_role("status").wait_for()
    visitor.go("/account")
    assert visitor.page.get_by_text("Your mail goes to mia@example.org.").count() == 1


def test_ops_change_a_role_invite_and_take_back(site, visit, open_db):
    with open_db() as db:
        accounts.add_user(db, "mia", role="supplier")
    visitor = visit(site, "ops", name="olga")
    visitor.go("/users")
    grid = visitor.page.locator("#users-grid")

    def give(name, role):
        grid.get_by_role("gridcell", name=name, exact=True).click()
        select = visitor.page.get_by_role("combobox", name=f"Role of {name}")
        select.or_(visitor.page.get_by_label(f"Role of {name}")).first.click()
        visitor.page.get_by_role("option", name=role).click()
        visitor.page.get_by_role("button", name="Change the role").click()

    give("mia", "labeller")
    visitor.page.get_by_text("mia is labeller").wait_for()
    assert visitor.page.get_by_text("role: supplier to labeller").count() == 1
    assert visitor.audit() == []
    give("olga", "supplier")
    visitor.page.get_by_text("Nobody changes their own role").wait_for()
    with open_db() as db:
        assert [find_user(db, name).role for name in ("mia", "olga")] == ["labeller", "ops"]

    visitor.page.get_by_label("Address (optional").fill("new@example.org")
    visitor.page.get_by_role("button", name="Invite", exact=True).click()
    link = visitor.page.locator(".account-secret").inner_text()
    assert link_in(mailed(site, visitor, 1)) == link
    visitor.page.locator("#users-invite:not([data-loading])").wait_for()
    visitor.page.wait_for_timeout(500)
    assert visitor.audit() == []
    visitor.page.get_by_role("button", name="Take back the invitation of new@").click()
    visitor.page.get_by_text("Nobody is invited at the moment.").wait_for()

    visitor.page.get_by_label("Find by name").fill("MI")
    grid.get_by_role("gridcell", name="olga").wait_for(state="detached")
    visitor.page.wait_for_url("**/users?find=MI")
    visitor.go("/users?find=olg")
    assert grid.get_by_role("gridcell", name="mia", exact=True).count() == 0


@pytest.mark.parametrize(("scheme", "width"), DARK_AND_SMALL)
def test_the_pages_can_be_read_by_everybody(site, visit, scheme, width):
    visitor = visit(site, "ops", name="olga", scheme=scheme, width=width)
    for path in ("/account", "/users", "/help", "/help/checks", "/tour", "/change-password"):
        visitor.go(path)
        assert visitor.audit() == [], path
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path
        visitor.shoot(f"{path.strip('/').replace('/', '-')}-{scheme}-{width}")
    visitor.go("/help")
    visitor.page.get_by_role("link", name="Picking", exact=True).click()
    visitor.page.get_by_role("heading", name="Three states").wait_for()
    visitor.page.go_back()
    visitor.page.get_by_role("heading", name="Help", exact=True).wait_for()


@pytest.mark.parametrize(("scheme", "width"), DARK_AND_SMALL)
def test_the_forms_can_be_read_by_everybody(site, visit, scheme, width):
    visitor = visit(site, scheme=scheme, width=width)
    for path in ("/sign-up", "/reset-password", "/confirm-address?address=x"):
        visitor.go(path)
        assert visitor.audit() == [], path
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path
        visitor.shoot(f"{path.strip('/').partition('?')[0]}-{scheme}-{width}")
