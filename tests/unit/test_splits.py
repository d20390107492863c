import hashlib
from collections import Counter

from hub.rules.splits import split_of


def test_shares_are_eighty_ten_ten():
    groups = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(20_000)]
    counted = Counter(map(split_of, groups))
    assert abs(counted["train"] / 20_000 - 0.8) < 0.01
    assert abs(counted["validation"] / 20_000 - 0.1) < 0.01
    assert abs(counted["test"] / 20_000 - 0.1) < 0.01


def test_a_split_never_moves():
    # Written down once: a hub in use must not find its pictures in another split.
    written_down = {"group 0": "train", "group 1": "validation", "group 26": "test"}
    assert {group: split_of(group) for group in written_down} == written_down
