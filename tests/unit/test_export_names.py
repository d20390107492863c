import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exports.naming import file_names, one_line, safe_name
from tests.fixtures.exported import label

NASTY = ("..", "/", "a/b", "C:\\x", "con", "NUL.txt", "-rf", " x ", "a\nb", "\u202ex", "=1+1", "")


@pytest.mark.parametrize("text", NASTY)
def test_a_name_from_outside_is_one_plain_file_name(text):
    name = safe_name(text)

    assert name.strip(" .") == name != ""
    assert not set(name) & set('/\\:*?"<>|=+@\n\u202e')
    assert not name.startswith(("-", "."))
    assert name.casefold() not in ("con", "nul.txt")


@given(st.lists(st.text(max_size=120), unique=True, max_size=12))
def test_names_of_files_are_short_and_differ_in_more_than_case(names):
    made = file_names([label(name, key=f"k_{number}") for number, name in enumerate(names)])

    folded = {unicodedata.normalize("NFKC", name).casefold() for name in made.values()}
    assert len(folded) == len(names)
    # With a key behind it a name may be longer than one by itself, and what is cut is its end.
    assert all(
        len(name.encode()) < 200 and name.startswith(safe_name(name)) for name in made.values()
    )


def test_letters_of_every_script_stay():
    assert safe_name("Ünïcødé 苹果 क्षि (fruit), raw") == "Ünïcødé 苹果 क्षि (fruit), raw"


def test_names_that_differ_in_case_alone_get_their_keys_whatever_their_order():
    one, other = label("orange", key="k_1"), label("Orange", key="k_2")

    made = {"k_1": "orange (k_1)", "k_2": "Orange (k_2)"}
    assert file_names([one, other]) == file_names([other, one]) == made


@given(st.text())
def test_text_stands_on_one_line(text):
    line = one_line(text)

    assert len(line) == len(text)
    assert len(f"{line}.".splitlines()) == 1
    assert not any(unicodedata.category(c) == "Cc" for c in line)


def test_what_xml_cannot_hold_is_a_space_and_joined_signs_stay_joined():
    assert one_line("a\ufffeb\U0001ffffc\ufeffd\u202ee") == "a b c d e"
    assert one_line("👩\u200d🚀 क\u200cष") == "👩\u200d🚀 क\u200cष"
