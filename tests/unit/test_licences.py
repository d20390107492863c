from pathlib import Path

import pytest

from hub.rules.licences import (
    DEFAULT_LICENCE,
    LICENCES,
    find_conflict,
    find_licence,
    licences_with,
    properties_of,
)


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


@pytest.mark.parametrize(
    ("licence", "has"),
    [
        ("CC0 1.0", {"commercial", "changes"}),
        ("CC BY 2.0", {"commercial", "changes", "attribution"}),
        ("CC BY-SA 4.0", {"commercial", "changes", "attribution", "share-alike"}),
        ("CC BY-NC-SA 4.0", {"changes", "attribution", "share-alike"}),
        ("CC BY-NC-ND 4.0", {"attribution"}),
        ("MIT", {"commercial", "changes", "attribution"}),
        ("unknown", None),
    ],
)
def test_a_licence_has_the_properties_of_its_deed(licence, has):
    assert properties_of(licence) == has


def test_licences_are_chosen_by_what_they_have_and_lack():
    assert licences_with((), ()) == LICENCES
    assert licences_with(["commercial"], ["attribution"]) == ("CC0 1.0", "public domain")
    assert "unknown" not in licences_with([], ["share-alike"])
    assert "CC BY-NC 4.0" not in licences_with(["commercial"], [])


@pytest.mark.parametrize(
    ("licences", "conflict"),
    [
        (["CC BY 4.0", "MIT", "CC0 1.0", "CC BY-NC 4.0", "CC BY-ND 4.0"], None),
        (["CC BY-SA 4.0", "CC BY-SA 2.0", "CC BY 4.0"], None),
        (["CC BY-SA 4.0", "CC BY-NC-SA 4.0"], ("CC BY-NC-SA 4.0", "CC BY-SA 4.0")),
        (["CC BY-SA 4.0", "CC BY-NC 4.0"], ("CC BY-SA 4.0", "CC BY-NC 4.0")),
        (["CC BY-NC-SA 4.0", "CC BY 4.0", "CC BY-NC 4.0"], None),
        (["CC BY-NC-SA 4.0", "CC BY-ND 4.0"], ("CC BY-NC-SA 4.0", "CC BY-ND 4.0")),
        (["CC BY-SA 4.0", "unknown"], None),
    ],
)
def test_share_alike_pictures_go_with_what_their_terms_take_in(licences, conflict):
    assert find_conflict(licences) == conflict
