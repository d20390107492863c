import pytest

from hub.errors import AccountError
from hub.rules.people import check_email, check_own_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (" Ann ", "Ann"),
        ("J\u00fcrgen O'Neil-Smith 2.", "J\u00fcrgen O'Neil-Smith 2."),
        ("\u0926\u0947\u0935\u0940", "\u0926\u0947\u0935\u0940"),
        ("\uff21\uff4e\uff4e", "Ann"),
        ("e\u0301va", "\u00e9va"),
    ],
)
def test_a_name_of_any_script_is_taken_in_one_form(given, name):
    assert check_own_name(given) == name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            " ",
            "...",
            "123",
            "a\nb",
            "a\0b",
            "a\u202eb",
            "a\u200bb",
            "<b>ann</b>",
            "=cmd",
            "\ud800",
        ),
        *("ann@example.org", "a" * 101, "ann/bob", "ann\\bob", "ann:bob"),
    ],
    ids=ascii,
)
def test_a_name_that_would_mislead_is_refused(name):
    with pytest.raises(AccountError) as refused:
        check_own_name(name)
    str(refused.value).encode()


@pytest.mark.parametrize("email", ["ann@example.org", "a.b+c@mail.example.org", "hub@localhost"])
def test_an_address_is_taken(email):
    assert check_email(f" {email} ") == email
