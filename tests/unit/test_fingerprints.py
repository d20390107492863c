from hypothesis import given
from hypothesis import strategies as st

from hub.rules.fingerprints import Fingerprint, canonical_line

fields = st.none() | st.text(max_size=8) | st.integers() | st.booleans()
rows = st.lists(st.lists(fields, min_size=1, max_size=4).map(tuple), max_size=8)


def digest(kind_rows):
    whole = Fingerprint()
    for kind, some in kind_rows:
        whole.add(kind, some)
    return whole.hexdigest()


@given(rows, st.randoms(use_true_random=False), st.integers(0, 8))
def test_neither_order_nor_pieces_matter(some, random, cut):
    shuffled = random.sample(some, len(some))
    assert digest([("a", some)]) == digest([("a", shuffled[:cut]), ("a", shuffled[cut:])])


@given(rows, rows)
def test_rows_differ_where_the_fingerprint_does(some, other):
    same = sorted(map(canonical_line, some)) == sorted(map(canonical_line, other))
    assert (digest([("a", some)]) == digest([("a", other)])) == same


@given(rows.filter(bool))
def test_a_row_twice_a_row_lost_and_a_row_of_another_kind_are_seen(some):
    whole = digest([("a", some)])
    assert whole != digest([("a", [*some, some[0]])])
    assert whole != digest([("a", some[1:])])
    assert whole != digest([("b", some)])


def test_separators_cannot_be_forged():
    lines = {
        canonical_line(row)
        for row in [("a", "b"), ('a","b',), ("a,b",), ("a", "b", ""), ("a", "b", None), ("ab",)]
    }
    assert len(lines) == 6


def test_null_the_empty_text_zero_and_false_are_told_apart():
    assert len({canonical_line((value,)) for value in (None, "", 0, False, "0", "null")}) == 6


def test_no_rows_give_zero():
    assert digest([("a", [])]) == "0" * 64


def test_the_form_is_fixed():
    # Fingerprints are compared between hubs and over years.
    assert digest([("file", [("ab", "published", None, None)])]) == (
        "0003c6d737c5217902cb404958535d37c02e453c38af286f58ce89bc619494f3"
    )
