"""However the hub grows: groups and splits never move, and hold together what is alike."""

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.keeping import assign_groups
from hub.rules.splits import deviation

PICTURES = 10
related = st.lists(
    st.tuples(st.integers(0, PICTURES - 1), st.integers(0, PICTURES - 1)).filter(
        lambda pair: pair[0] > pair[1]
    ),
    max_size=20,
    unique=True,
).map(sorted)
"""Pairs (later, earlier) of pictures, which are numbered in order of receipt."""


def place(pairs, *, ends=(PICTURES,)):
    """{picture: (group, split)} where the pictures up to each of the ends make a batch."""
    placed = {}
    for start, end in zip((0, *ends), (*ends, PICTURES), strict=True):
        groups = {name: group for name, (group, _) in placed.items()}
        batch = map(name_of, range(start, end))
        named = [(name_of(later), name_of(earlier)) for later, earlier in pairs]
        for image_id, *place in assign_groups(batch, named, groups=groups):
            placed[image_id] = tuple(place)
    return placed


def name_of(number):
    return f"picture {number}"


@given(related, st.lists(st.integers(0, PICTURES), max_size=6).map(sorted))
def test_batches_make_no_difference(pairs, ends):
    assert place(pairs, ends=ends) == place(pairs)


@given(related, st.integers(0, PICTURES))
def test_growing_moves_no_picture(pairs, tenth):
    first = {name_of(number) for number in range(tenth)}
    before = place([pair for pair in pairs if pair[0] < tenth])
    after = place(pairs)
    assert {name: after[name] for name in first} == {name: before[name] for name in first}


@given(related)
def test_what_is_alike_is_never_in_two_splits(pairs):
    placed = place(pairs)
    of_group = defaultdict(set)
    for group, split in placed.values():
        of_group[group].add(split)
    of_pair = [{placed[name_of(number)][1] for number in pair} for pair in pairs]
    assert [each for each in (*of_group.values(), *of_pair) if len(each - {"none"}) > 1] == []


def test_shares_of_5000_groups_are_within_two_points():
    sizes = np.random.default_rng(4).geometric(0.5, 5000)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    names = [name_of(number) for number in range(sizes.sum())]
    # Each picture is related to the first of its group.
    pairs = [
        (names[number], names[first]) for number, first in enumerate(starts) if number != first
    ]
    placed = list(assign_groups(names, pairs, groups={}))
    assert len({group for _, group, _ in placed}) == 5000
    counted = Counter(split for *_, split in placed)
    for split, meant in (("train", 0.8), ("validation", 0.1), ("test", 0.1)):
        share = counted[split] / len(placed)
        assert abs(share - meant) <= 0.02
        squares = int((sizes**2).sum())
        assert abs(deviation(split, share, images=len(placed), squares=squares)) <= 3
