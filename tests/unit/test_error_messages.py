"""Every error that is printed to a user is written as a sentence: a capital first, a stop last."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("hub", "jobs", "cluster", "dashboard")
FRAGMENTS = {"Conflict", "Malformed"}
"""The message is a constraint's name; or it stands behind a line's number, or beside a reason."""


def trees():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def error_names():
    """The names of HubError and of what is derived from it, in any module."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    names, found = set(), {"HubError"}
    while found - names:
        names |= found
        found = {name for name, its in bases.items() if its & names}
    return names - FRAGMENTS


def ends(node):
    """The literal beginning and end of a message; None where a value stands there.

    A constant of a module, and the message of another error, end as they do.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, node.value
    if isinstance(node, ast.JoinedStr):
        return ends(node.values[0])[0], ends(node.values[-1])[1]
    if isinstance(node, ast.FormattedValue) and is_whole(ast.unparse(node.value)):
        return None, "."
    if isinstance(node, ast.BinOp):
        return ends(node.left)[0], ends(node.right)[1]
    return None, None


def is_whole(value):
    return value.lstrip("_").isupper() or value.endswith(".message")


def messages():
    names = error_names()
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in names:
                first, last = ends(node.args[0])
                is_joined = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
                if first or last or is_joined:
                    yield pytest.param(first, last, id=f"{path}:{node.lineno}")


@pytest.mark.parametrize(("first", "last"), [*messages()])
def test_an_error_is_a_sentence(first, last):
    assert first is None or not first[0].islower(), first
    assert last is not None, "a stop is missing behind the value"
    assert last.endswith((".", "?")), last


def test_the_messages_are_found():
    assert {"HubError", "SubmitError", "StageFailed"} <= error_names()
    assert len([*messages()]) > 80
