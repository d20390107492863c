import random
from dataclasses import replace

from hub.rules.checking import Checked
from tests.fixtures.bounded import Verdict
from tests.fuzz.fuzzing import Summary, fuzz
from tests.fuzz.mutants import CHANGES, mutant
from tests.fuzz.seeds import seeds


def test_mutants_are_judged_with_a_reason_and_the_same_twice():
    summary = fuzz(400, seed=7)
    assert summary.failures == {}
    assert summary.ended == {}
    assert summary.counts.total() == 400
    assert {"good", "corrupt", "truncated"} <= set(summary.counts)


def test_what_is_wrong_is_told_by_number():
    good, corrupt = (Verdict(Checked(reason=reason)) for reason in (None, "corrupt"))
    pairs = {
        1: (good, good),
        2: (good, corrupt),
        3: (replace(good, error="KeyError()"), good),
        4: (replace(good, is_stable=False), good),
        5: (Verdict(Checked(reason="odd")),) * 2,
    }
    summary = Summary()
    for number, (first, second) in pairs.items():
        summary.add(number, first, second)
    assert set(summary.failures) == {2, 3, 4, 5}


def test_a_mutant_is_made_again_from_its_number():
    first = [mutant(number, seed=3, seeds=seeds()) for number in range(50)]
    assert [mutant(number, seed=3, seeds=seeds()) for number in reversed(range(50))] == first[::-1]
    assert len(set(first)) > 45
    assert mutant(0, seed=4, seeds=seeds()) != first[0]


def test_every_change_changes_something():
    for change in CHANGES:
        rng = random.Random(1)
        contents = [bytes(change(bytearray(seed), rng, seeds())) for seed in seeds()[:15]]
        assert contents != list(seeds()[:15])
