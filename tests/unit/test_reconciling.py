from hypothesis import given
from hypothesis import strategies as st

from hub.rules import reconciling
from hub.rules.reconciling import Account, disagreements

rows = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("xyz")), max_size=8)


def account(store, some, columns=("key", "value")):
    return Account(store, columns, lambda: iter(some))


def keys(left, right):
    return {found.key for found in disagreements(account("a", left), account("b", right))}


def expected(left, right):
    """The keys that do not stand exactly once on both sides with one value."""
    agreed = {
        key
        for key, value in left
        if [v for k, v in left if k == key] == [v for k, v in right if k == key] == [value]
    }
    return {key for key, _ in left + right} - agreed


@given(rows, rows)
def test_exactly_the_keys_that_disagree_are_found(left, right):
    assert keys(left, right) == expected(left, right)


def test_keys_that_share_a_number_are_still_told_apart(monkeypatch):
    monkeypatch.setattr(reconciling, "_number", lambda fields: 0)
    assert keys([(1, "x"), (2, "y")], [(2, "y"), (1, "x")]) == set()
    assert keys([(1, "x"), (2, "y")], [(2, "y"), (3, "x")]) == {1, 3}


def test_what_differs_is_told_by_store_and_column():
    held = account("a", [(1, "x", 5)], ("key", "value", "size"))
    near, far = account("b", [(1, "y")]), account("c", [(1, 5)], ("key", "size"))
    [found] = disagreements(held, near, far)
    assert found.values() == {"value": {"a": "x", "b": "y"}}


def test_who_lacks_and_who_repeats_a_row_is_told():
    [lacking] = disagreements(account("a", [(1, "x")]), account("b", []))
    [repeating] = disagreements(account("a", [(1, "x")]), account("b", [(1, "x"), (1, "x")]))
    assert (lacking.absent, lacking.repeated) == (["b"], [])
    assert (repeating.absent, repeating.repeated) == ([], ["b"])


def test_nothing_agrees_with_nothing():
    assert keys([], []) == set()
