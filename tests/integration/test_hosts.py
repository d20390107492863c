import pytest

from dashboard.hosts import is_ours

OWN = "https://hub.example/deep"
HOSTS = {
    "hub.example": True,
    "hub.example:9000": True,
    "HUB.example": True,
    "localhost": True,
    "localhost:8000": True,
    "127.0.0.1:8000": True,
    "[::1]:8000": True,
    "10.0.0.5": True,
    "evil.example": False,
    "hub.example.evil.example": False,
    "localhost.evil.example": False,
    "127.0.0.1.evil.example": False,
    "evil.example:8000": False,
    "evil@hub.example": False,
    "hub.example/x": False,
    "[::1": False,
    "": False,
}


@pytest.mark.parametrize(("host", "is_so"), HOSTS.items())
def test_the_site_knows_its_names(host, is_so):
    assert is_ours(host, site_url=OWN) is is_so


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/labels", "/_dash-layout"])
def test_a_request_for_another_host_is_refused(api, path):
    there = {"Host": "hub.example"}
    answer = api.app.test_client().get(path, headers=there)
    assert answer.status_code == 400
    assert "HUB_SITE_URL" in answer.json["detail"]
    own = api.with_settings(site_url=OWN).app.test_client()
    assert own.get(path, headers=there).status_code == 200
