import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.spreadsheets import inert


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', " =1", "\t=1", "\uff1d1"]
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert inert(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Ann", "a=b", 'Ärger, "quoted"', "O'Brien", "👩\u200d🔬"])
def test_other_text_stays_as_it_is(text):
    assert inert(text) == text


def test_control_characters_and_line_ends_become_spaces():
    assert inert("a\x1b[31m\nb\u2028c") == "a [31m b c"


@given(st.text())
def test_no_text_starts_a_formula_or_a_line(text):
    made = inert(text)
    assert not made.strip().startswith(("=", "+", "-", "@"))
    assert len(made.splitlines()) <= 1
