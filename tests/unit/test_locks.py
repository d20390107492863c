import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import LockError
from hub.rules.locks import Lock, Notes, Recipe, lock_text, parse_lock

text = st.text(st.characters(exclude_categories=["Cs"]))
locks = st.builds(
    Lock,
    root=st.binary(min_size=32, max_size=32).map(bytes.hex),
    images=st.integers(1, 2**62),
    bytes=st.integers(1, 2**62),
    recipe=st.builds(
        Recipe,
        labels=st.lists(text, min_size=1, max_size=4).map(tuple),
        with_descendants=st.booleans(),
    ),
    notes=st.builds(
        Notes,
        name=text,
        hub=text,
        lake_version=st.integers(0, 2**62),
        created_at=text,
        created_by=text,
    ),
)

LOCK = Lock(
    root="ab" * 32,
    images=2,
    bytes=570_000,
    recipe=Recipe(("Bear", "Toy"), with_descendants=True),
    notes=Notes("bears", "hub-1", 3, "2026-11-21T10:00:00Z", "ann"),
)


@given(locks)
def test_a_lock_reads_back_as_it_was_written(lock):
    assert parse_lock(lock_text(lock), where="F") == lock


def test_a_lock_is_plain_toml():
    assert lock_text(LOCK) == (
        "[subset]\nformat = 1\n"
        f'root = "{"ab" * 32}"\nimages = 2\nbytes = 570000\n'
        '\n[recipe]\nlabels = ["Bear", "Toy"]\nwith_descendants = true\n'
        '\n[notes]\nname = "bears"\nhub = "hub-1"\nlake_version = 3\n'
        'created_at = "2026-11-21T10:00:00Z"\ncreated_by = "ann"\n'
    )


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("[subset]", "[subsets]", r"\[subset\] format: it is missing"),
        ("format = 1", "format = 2", r"\[subset\] format: version 2"),
        ('root = "ab', 'root = "../', r"\[subset\] root: '\.\./"),
        ('root = "ab', 'root = "AB', r"\[subset\] root"),
        ("images = 2", "images = true", r"\[subset\] images: it must be a whole number"),
        ("images = 2", "images = 0", r"\[subset\] images"),
        ("bytes = 570000", "", r"\[subset\] bytes: it is missing"),
        ('["Bear", "Toy"]', "[]", r"\[recipe\] labels"),
        ('["Bear", "Toy"]', "[1]", r"\[recipe\] labels"),
        ("= true", '= "yes"', r"\[recipe\] with_descendants: it must be true or false"),
        ('name = "bears"', "", r"\[notes\] name: it is missing"),
        ('"hub-1"', '"hub-1', r"is not a subset lock: .*line 13"),
    ],
)
def test_a_lock_that_is_not_sound_says_what_and_where(written, instead, said):
    assert written in lock_text(LOCK)
    with pytest.raises(LockError, match=f"^my.lock.*{said}"):
        parse_lock(lock_text(LOCK).replace(written, instead), where="my.lock")


def test_keys_of_a_later_minor_version_are_left_aside():
    later = lock_text(LOCK).replace("[recipe]", "[recipe]\nseed = 7") + "\n[more]\nx = 1\n"
    assert parse_lock(later, where="F") == LOCK
