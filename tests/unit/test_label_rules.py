import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import LabelError
from hub.rules.labels import (
    check_mid,
    clean_name,
    explain_unknown,
    find_path,
    fold_name,
    label_key,
    suggest_names,
)


@pytest.mark.parametrize(
    "spelling", ["Teddy bear", "teddy_bear", "TEDDY  BEAR", " teddy bear ", "Teddy_ Bear"]
)
def test_spellings_of_one_name_fold_to_the_same(spelling):
    assert fold_name(spelling) == "teddy bear"


def test_composed_and_decomposed_letters_fold_to_the_same():
    assert fold_name("Cafe\u0301") == fold_name("CAF\u00c9")


@given(st.text())
def test_folding_twice_is_folding_once(name):
    assert fold_name(fold_name(name)) == fold_name(name)


@given(st.text(min_size=1, max_size=50))
def test_a_name_as_printed_is_found_by_its_own_spelling(name):
    try:
        printed = clean_name(name)
    except LabelError:
        return
    assert fold_name(printed) == fold_name(name)
    assert clean_name(printed) == printed


@pytest.mark.parametrize("name", ["", "  ", "_", "a\nb", "a\x00", "\x1b[31mred", "a\u202eb"])
def test_a_name_that_cannot_be_printed_is_refused(name):
    with pytest.raises(LabelError):
        clean_name(name)


def test_a_name_has_at_most_200_characters():
    assert clean_name("x" * 200) == "x" * 200
    with pytest.raises(LabelError, match="201 characters"):
        clean_name("x" * 201)


@pytest.mark.parametrize("mid", ["m/014j1m", "/m/", "/m/A", "", "/m/x\n", "/m/" + "x" * 100])
def test_what_is_no_mid_is_refused(mid):
    with pytest.raises(LabelError):
        check_mid(mid)


def test_a_key_comes_from_the_mid_else_from_the_name():
    assert label_key("Apple", check_mid("/m/014j1m")) == "m_014j1m"
    assert label_key("Thing", check_mid("/g/11_x")) == "g_11_x"
    assert label_key("Teddy Bear (toy)", None) == "n_teddy_bear_toy"
    assert label_key("Käse", None) == "n_kase"
    assert label_key("\u718a", None) == "n_label"


def test_a_taken_key_gets_the_next_free_number():
    taken = {"n_cat", "n_cat_2", "n_cat_4"}
    assert label_key("Cat", None, taken=taken) == "n_cat_3"


def test_an_unknown_name_gets_the_closest_ones():
    known = {"teddy bear": "Teddy bear", "bear": "Bear", "apple": "Apple"}
    assert suggest_names("Tedy_Bear", known)[0] == "Teddy bear"
    assert "did you mean 'Apple'?" in explain_unknown("aple", known)
    assert "hub label list" in explain_unknown("zzzz", known)


def test_an_unknown_name_is_shown_without_its_control_characters():
    assert "\x1b" not in explain_unknown("\x1b[31mred", {})


def test_the_way_up_is_the_shortest():
    edges = [(1, 2), (2, 3), (3, 4), (1, 3)]
    assert find_path(edges, 1, goal=4) == [1, 3, 4]
    assert find_path(edges, 4, goal=1) is None
    assert find_path(edges, 1, goal=1) == [1]


@pytest.mark.parametrize(
    "name", ["\u200b", "\u00ad\u200d", " \u3000", "\u0301", "\ufeff"], ids=ascii
)
def test_a_name_that_nobody_can_see_is_refused(name):
    with pytest.raises(LabelError, match="can be seen"):
        clean_name(name)


@pytest.mark.parametrize("name", ["Cat/Dog", "/m/014j1m", ".", "..", " .. "])
def test_a_name_that_reads_as_a_path_is_refused(name):
    with pytest.raises(LabelError, match="path"):
        clean_name(name)
