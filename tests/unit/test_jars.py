import hashlib
from pathlib import Path

import pytest

from hub.errors import ConfigError, HubError
from jobs import jars

JAR = jars.Jar("org.example", "purr", "1.0", hashlib.sha256(b"purr").hexdigest())


@pytest.fixture
def brought(tmp_path, monkeypatch):
    """Return `brought(content)`: it sets what Ivy brings (None: nothing), and gives the calls."""
    calls = []

    def set_content(content):
        def retrieve(jar, work):
            calls.append(jar)
            if content is not None:
                (Path(work) / jar.file_name).write_bytes(content)
            return "  ERROR: unresolved dependency"

        monkeypatch.setattr(jars, "_retrieve", retrieve)
        return calls

    monkeypatch.setattr(jars, "JARS", (JAR,))
    monkeypatch.setattr(jars, "folder", lambda: tmp_path / "jars")
    return set_content


def test_a_library_is_fetched_once(brought):
    calls = brought(b"purr")
    with pytest.raises(
        ConfigError, match=r"purr-1.0.jar is missing: fetch it with .* -m jobs.jars"
    ):
        jars.jar_paths()
    assert jars.fetch() == ["purr-1.0.jar"]
    assert jars.fetch() == []
    assert len(calls) == 1
    assert [path.read_bytes() for path in jars.jar_paths()] == [b"purr"]


def test_a_damaged_library_is_fetched_again(brought):
    brought(b"purr")
    jars.fetch()
    jars.jar_paths()[0].write_bytes(b"pu")
    assert jars.fetch() == ["purr-1.0.jar"]
    assert jars.jar_paths()[0].read_bytes() == b"purr"


def test_another_content_is_not_installed(brought):
    brought(b"hiss")
    with pytest.raises(HubError, match="not installed"):
        jars.fetch()
    assert list(jars.folder().iterdir()) == []


def test_what_ivy_cannot_find_is_said(brought):
    brought(None)
    with pytest.raises(HubError, match=r"did not bring purr-1.0.jar: ERROR: unresolved dependency"):
        jars.fetch()
