import pytest

from hub.config import Settings
from hub.db import connect
from hub.errors import ConfigError


@pytest.mark.parametrize("name", ["HUB_HOME", "HUB_LAKE_ROOT", "HUB_OBJECTS_ROOT"])
@pytest.mark.parametrize("character", list(',[]{}*?"$`\\%#&;<>|!\n\x07\udcff\u202e'), ids=ascii)
def test_a_folder_that_spark_or_a_shell_would_misread_is_refused(name, character):
    with pytest.raises(ConfigError, match=name) as refused:
        Settings.from_env({"HUB_HOME": "/srv", name: f"/srv/a{character}b"})
    assert ascii(character) in str(refused.value)
    str(refused.value).encode()


@pytest.mark.parametrize(
    "path", ["/srv/Ann's hub (2) _-.+=@~:", "/srv/Bücher/वर्ग/図書", "/a/e\u0301"]
)
def test_a_folder_of_any_script_is_taken(path):
    settings = Settings.from_env({"HUB_HOME": path, "HUB_LAKE_ROOT": "s3a://bucket/lake"})
    assert (str(settings.home), settings.lake_root) == (path, "s3a://bucket/lake")


def test_the_home_of_nobody_is_refused():
    with pytest.raises(ConfigError, match="HUB_HOME"):
        Settings.from_env({"HUB_HOME": "~no_such_user/hub"})


@pytest.mark.parametrize("value", ["9999999999999999999999", "2147483648", "9" * 5000, "-1", "2.5"])
def test_a_number_that_is_out_of_bounds_is_named(value):
    with pytest.raises(ConfigError, match=r"HUB_PARTITIONS is .* from 0 to 2147483647"):
        Settings.from_env({"HUB_PARTITIONS": value})


@pytest.mark.parametrize(
    "url", ["foo", "postgresql://ann:secret@[::", "postgresql://ann:secret\udcff@host/hub"]
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url):
    with pytest.raises(ConfigError, match="HUB_DATABASE_URL") as refused, connect(url):
        pass
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_SITE_URL", "hub.example"),
        ("HUB_SITE_URL", "javascript:alert(1)"),
        ("HUB_SITE_URL", "https://hub.example/\r\nBcc: x"),
        ("HUB_SITE_URL", "https://user@hub.example"),
        ("HUB_SIGN_UP", "closed"),
        ("HUB_TRAIN_HOSTS", "one,two"),
        ("HUB_TRAIN_HOSTS", "one:2,-oProxyCommand=touch:1"),
        ("HUB_MAIL_FROM", "the hub"),
        ("HUB_MAIL_FROM", "hub@hub.example\r\nBcc: x@y.z"),
        ("HUB_SMTP_URL", "http://ann:secret@host"),
        ("HUB_SMTP_URL", "smtp://ann:secret@"),
        ("HUB_SMTP_URL", "smtp://ann:secret@host:x"),
        ("HUB_SMTP_URL", "smtp://ann:secret@[::"),
    ],
)
def test_a_setting_of_mail_that_cannot_be_is_named_without_its_password(name, value):
    with pytest.raises(ConfigError, match=name) as refused:
        Settings.from_env({name: value})
    assert "secret" not in str(refused.value)


def test_what_mail_needs_is_read():
    settings = Settings.from_env(
        {
            "HUB_SITE_URL": "https://hub.example/deep/",
            "HUB_SMTP_URL": "smtps://ann:p%40ss@mail.example:465",
            "HUB_MAIL_FROM": "The hub <hub@hub.example>",
        }
    )
    assert settings.site_url == "https://hub.example/deep"
    assert settings.mail_from == "The hub <hub@hub.example>"
    assert "p%40ss" not in repr(settings)
