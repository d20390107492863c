import os
import signal
import subprocess
import time

import pytest
import urllib3

from cluster import background, local
from cluster.background import Service
from cluster.ports import free_port
from hub.errors import ConfigError

HOST = "127.0.0.1"


@pytest.fixture
def home(settings, published, monkeypatch):
    """The home of a hub whose commands find it by the environment, as anyone's would."""
    published.write_lake()
    monkeypatch.setenv("HUB_HOME", str(settings.home))
    monkeypatch.setenv("HUB_DATABASE_URL", settings.database_url)
    local.init(settings)
    yield settings.home
    local.down_site(settings)


def test_a_site_that_was_started_answers_until_it_is_stopped(settings, home):
    address = local.up_site(settings, port=free_port(HOST))
    assert urllib3.request("GET", f"{address}/api/v1/healthz").status == 200
    # Started again, it stays where it is, whatever port is asked for now.
    assert local.up_site(settings, port=free_port(HOST)) == address
    names = ["site", "watch", *(["train"] if settings.train_python.exists() else [])]
    assert local.down_site(settings) == names
    assert local.down_site(settings) == []
    with pytest.raises(urllib3.exceptions.HTTPError):
        urllib3.request("GET", address, retries=False)


def test_a_site_that_cannot_listen_is_an_error_with_its_own_words(settings, home):
    port = free_port(HOST)
    holder = local.up_site(settings, port=port)
    background._record_path(home, "site").rename(home / "tmp" / "kept")
    with pytest.raises(ConfigError, match=f"Nothing can listen at {HOST}, port"):
        local.up_site(settings, port=port)
    (home / "tmp" / "kept").rename(background._record_path(home, "site"))
    assert local.up_site(settings, port=port) == holder


def test_a_service_that_was_killed_is_started_anew(settings, home):
    first = local.up_site(settings, port=free_port(HOST))
    os.killpg(background._running(home, "site").pid, signal.SIGKILL)
    while background.is_running(home, "site"):
        time.sleep(0.05)
    second = local.up_site(settings, port=free_port(HOST))
    assert first != second
    assert urllib3.request("GET", f"{second}/api/v1/healthz").status == 200


def test_a_stranger_with_the_number_of_a_service_that_is_gone_is_left_alone(home):
    background.start(home, Service("watch", ("job", "watch")))
    background.stop(home, "watch")
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        record = f'{{"pid": {stranger.pid}, "began": "1", "address": ""}}'
        background._record_path(home, "watch").write_text(record)
        assert not background.stop(home, "watch")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
