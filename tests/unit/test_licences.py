from pathlib import Path

import pytest

from hub.rules.licences import DEFAULT_LICENCE, LICENCES, find_licence


@pytest.mark.parametrize("name", LICENCES)
def test_a_name_on_the_list_is_its_own(name):
    assert find_licence(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cc-by-4.0", "CC BY 4.0"),
        (" CC_BY_SA_4.0 ", "CC BY-SA 4.0"),
        ("CC0", "CC0 1.0"),
        ("CC0-1.0", "CC0 1.0"),
        ("https://creativecommons.org/licenses/by/2.0/", "CC BY 2.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0/legalcode", "CC BY-NC-SA 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
    ],
)
def test_other_ways_to_write_a_licence_lead_to_its_name(text, name):
    assert find_licence(text) == name


@pytest.mark.parametrize("text", ["", "CC BY 9.0", "all rights reserved", "4.0"])
def test_what_is_not_on_the_list_is_none(text):
    assert find_licence(text) is None


def test_the_page_about_submitting_lists_the_default():
    page = Path(__file__).parents[2] / "docs" / "submitting.md"
    assert f"without it {DEFAULT_LICENCE}" in page.read_text()
