import threading
import time
from itertools import count

import pytest

from hub.threads import side_by_side


def test_results_come_in_the_order_of_the_items():
    def work(number):
        time.sleep(0.002 * (number % 3))
        return number

    assert list(side_by_side(work, range(50), workers=4)) == list(range(50))


def test_few_items_are_taken_before_their_results_are():
    taken = count()
    items = (next(taken) for _ in range(100))
    done = side_by_side(str, items, workers=2)
    assert next(done) == "0"
    assert next(taken) == 4


def test_several_are_worked_on_at_once():
    met = threading.Barrier(2, timeout=30)
    assert sorted(side_by_side(lambda _: met.wait(), range(2), workers=2)) == [0, 1]


def test_the_first_error_ends_it():
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda number: 1 // number, [1, 0, 2], workers=2))


def test_an_error_of_the_items_ends_it():
    def items():
        yield 1
        raise KeyError

    with pytest.raises(KeyError):
        list(side_by_side(str, items(), workers=2))
