"""Judges mutants twice, each time in another child and order, and sums up what became of them."""

from collections import Counter
from dataclasses import dataclass, field

from hub.rules.reasons import Reason
from tests.fixtures.bounded import judge_all
from tests.fuzz.mutants import mutant
from tests.fuzz.seeds import seeds

# So many mutants are held between the first and the second judgement.
_AT_ONCE = 500
_REASONS = {None, *(reason.value for reason in Reason)}
_ENDED = {Reason.TOO_SLOW, Reason.TOO_MUCH_MEMORY, Reason.DECODER_CRASHED}


@dataclass
class Summary:
    """What became of the mutants; `failures` are numbers with what was wrong."""

    counts: Counter = field(default_factory=Counter)
    failures: dict[int, str] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    """Mutants that broke their bounds or the child: verdicts, but worth a look."""
    slowest: tuple[float, int] = (0, 0)
    largest: tuple[int, int] = (0, 0)

    def add(self, number, first, second):
        reason = first.checked.reason
        self.counts[reason or "good"] += 1
        self.slowest = max(self.slowest, (first.seconds, number))
        self.largest = max(self.largest, (first.peak_bytes, number))
        if reason in _ENDED:
            self.ended[number] = reason
        if wrong := _wrong(first, second):
            self.failures[number] = wrong


def fuzz(count, *, seed, watch=lambda done: None):
    """Judge mutants 0 to count - 1."""
    summary, all_seeds = Summary(), seeds()
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        mutants = [mutant(number, seed=seed, seeds=all_seeds) for number in numbers]
        firsts = judge_all(mutants)
        seconds = list(judge_all(mutants[::-1]))[::-1]
        for each in zip(numbers, firsts, seconds, strict=True):
            summary.add(*each)
        watch(numbers.stop)
    return summary


def _wrong(first, second):
    if first.error:
        return first.error
    if first.checked.reason not in _REASONS:
        return f"reason {first.checked.reason} is none"
    if first.checked != second.checked:
        return f"{first.checked.reason}, then {second.checked.reason}"
    return "" if first.is_stable else "published otherwise the second time"
