from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from hub.rules.capping import cap_of, keep_capped


@dataclass(frozen=True)
class Ranked:
    number: int
    picked: tuple[int, ...]


picks = st.lists(st.lists(st.integers(1, 4), unique=True, max_size=3).map(tuple), max_size=40).map(
    lambda lists: [Ranked(number, labels) for number, labels in enumerate(lists)]
)


@given(picks, st.integers(1, 5))
def test_no_label_has_more_than_the_cap_and_none_could_have_more(ranked, cap):
    kept = [*keep_capped(ranked, cap)]
    taken = Counter(label for one in kept for label in one.picked)
    assert max(taken.values(), default=0) <= cap
    for one in ranked:
        assert one in kept or any(taken[label] == cap for label in one.picked)


@given(picks, st.integers(1, 5))
def test_pictures_of_no_label_stay_and_the_order_is_kept(ranked, cap):
    kept = [*keep_capped(ranked, cap)]
    assert [one.number for one in kept] == sorted(one.number for one in kept)
    assert {one for one in ranked if not one.picked} <= {*kept}


def test_the_cap_is_the_least_of_what_is_asked_and_what_the_rarest_has():
    counts = {1: 50, 2: 7}
    assert cap_of(counts, max_per_label=40, balance=False) == 40
    assert cap_of(counts, max_per_label=40, balance=True) == 7
    assert cap_of(counts, max_per_label=3, balance=True) == 3
    assert cap_of({1: 5, 2: 0}, max_per_label=0, balance=True) == 0
