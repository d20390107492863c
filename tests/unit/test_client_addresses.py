import pytest
from click.testing import CliRunner

from cluster.cli import cli
from hub.client import Hub
from hub.client.addresses import make_address
from hub.errors import ConfigError

TOKEN = f"hub_{'0' * 16}_{'x' * 43}"


@pytest.mark.parametrize(
    "url",
    [
        "https://hub.example",
        "https://hub.example:8443/deep/",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000",
        "http://LOCALHOST:8000/api/v1/",
    ],
)
def test_a_token_goes_by_https_or_within_the_machine(url):
    address = make_address(url, TOKEN)
    assert address.token == TOKEN
    assert address.prefix.count("/api/v1") == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example",
        "http://10.0.0.1:8000",
        "http://localhost.hub.example",
        "http://127.0.0.1.example",
        "http://[::2]",
    ],
)
def test_a_token_crosses_no_network_in_the_clear(url):
    with pytest.raises(ConfigError, match="not https"):
        make_address(url, TOKEN)
    assert make_address(url, None).token is None


@pytest.mark.parametrize(
    "url",
    ["", "hub.example", "ftp://hub.example", "file:///etc/passwd", "http://", "https://a:b@c"],
)
def test_what_is_no_address_is_said_and_not_repeated(url):
    with pytest.raises(ConfigError, match="HUB_URL") as refused:
        make_address(url, None)
    assert "a:b" not in str(refused.value)


@pytest.mark.parametrize("token", ["mine", f"{TOKEN}\r\nX-More: 1", "hub_1_2"])
def test_what_is_no_token_is_said_and_not_repeated(token):
    with pytest.raises(ConfigError) as refused:
        make_address("https://hub.example", token)
    assert token not in str(refused.value)


def test_what_holds_no_token_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_TOKEN", "xyz")
    with pytest.raises(ConfigError, match="HUB_TOKEN holds no token: one begins with hub_"):
        Hub("https://hub.example")
    with pytest.raises(ConfigError, match=r"Hub\(url, token\) holds no token"):
        Hub("https://hub.example", "xyz")
    (tmp_path / "empty").touch()
    words = ["pull", "bears", str(tmp_path), "--from", "https://hub.example"]
    refused = CliRunner().invoke(cli, [*words, "--token-file", str(tmp_path / "empty")])
    assert f"{tmp_path}/empty holds no token" in str(refused.exception)


def test_address_and_token_come_from_the_environment(monkeypatch):
    monkeypatch.delenv("HUB_URL", raising=False)
    with pytest.raises(ConfigError, match="HUB_URL"):
        Hub()
    monkeypatch.setenv("HUB_URL", "https://hub.example")
    monkeypatch.setenv("HUB_TOKEN", f" {TOKEN}\n")
    assert TOKEN not in repr(Hub()) + repr(vars(Hub())) + repr(make_address("https://a", TOKEN))
