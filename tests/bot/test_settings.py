"""Settings: each wrong value gives one line, no secret is ever shown, files and toml are read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import EXAMPLES, PREFIX, Settings, SettingsError, load_settings

SECRETS = sorted(
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
)
WRONG = {
    "DATABASE_URL": "nonsense",
    "PORT": "eighty",
    "BASE_URL": "counter.example.com",
    "DEFAULT_LOCALE": "fr",
    "TIMEZONE": "Asia/Edo",
    "PHONE_REGION": "Japan",
    "CATALOG_ADDRESS": "catalog",
    "COMPANY_NAME": "",
    "IMAP_PORT": "0",
    "IMAP_SECURITY": "ssl",
    "IMAP_POLL_SECONDS": "0",
    "IMAP_AUTH": "oauth",
    "IMAP_ACCOUNTS": "sales@imap.example.com",
    "SMTP_PORT": "70000",
    "SMTP_SECURITY": "none",
    "SMTP_AUTH": "token",
    "OAUTH_PROVIDER": "yahoo",
    "TRUSTED_PROXIES": "10.0.0.0/8,proxy.local",
    "SLACK_API_URL": "slack.com/api",
    "ADMIN_EMAIL": "admin at example.com",
    "DELIVERY_EMAIL": "a@b@",
    "ESCALATE_MINUTES": "soon",
    "CHAT_PROCESSES": "-1",
    "WORKING_HOURS": "whenever",
    "LLM_BASE_URL": "llm.example.com/v1",
    "LOG_FORMAT": "xml",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is given, and the working directory is empty."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def fault_of(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


@pytest.mark.parametrize(("name", "value"), WRONG.items(), ids=WRONG)
def test_a_wrong_value_gives_one_line_with_variable_fault_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    line = fault_of(monkeypatch, **{name: value})

    assert line.startswith(f"{PREFIX}{name}: ")
    assert re.search(r"\(example: .+\)$", line)
    assert "\n" not in line
    assert EXAMPLES[name.lower()] in line


def test_every_setting_that_can_be_wrong_is_tried_above() -> None:
    free_text = {
        *("host", "imap_host", "imap_user", "imap_folder", "imap_done_folder", "smtp_host"),
        *("smtp_user", "oauth_client_id", "oauth_token_url", "mail_authserv_id", "tls_ca_file"),
        *("slack_channel", "default_staff_id", "data_dir", "allowed_origins", "llm_model"),
    }
    tried = {name.lower() for name in WRONG}
    assert set(Settings.model_fields) == tried | free_text | (set(SECRETS) - {"database_url"})


# That of IMAP_ACCOUNTS is no plain value; `test_mail_accounts` reads it.
@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"imap_accounts"}))
def test_the_example_of_a_setting_is_itself_right(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # "a or b" and "a, b or c" are choices; a comma without a space belongs to the value.
    for example in re.split(r", | or ", EXAMPLES[name]):
        monkeypatch.setenv(PREFIX + name.upper(), example)
        if example == "xoauth2":
            monkeypatch.setenv(PREFIX + "OAUTH_PROVIDER", "google")
            monkeypatch.setenv(PREFIX + "OAUTH_CLIENT_ID", "id")
            monkeypatch.setenv(PREFIX + "OAUTH_REFRESH_TOKEN", "token")
        given = getattr(load_settings(), name)
        shown = given.get_secret_value() if isinstance(given, SecretStr) else given
        listed = ",".join(shown) if isinstance(shown, tuple) else str(shown)
        assert listed.removesuffix(".0") == example


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    canary = "sqlite:///canary-7f3a.db" if name == "database_url" else "canary-7f3a"
    settings = load_settings(**_with_partners(name, canary))

    assert "canary-7f3a" not in f"{settings!r} {settings} {settings.model_dump()!r}"
    assert "canary-7f3a" not in settings.model_dump_json()
    assert getattr(settings, name).get_secret_value() == canary


def _with_partners(name: str, value: str) -> dict[str, SecretStr]:
    given = {name: SecretStr(value)}
    if name == "slack_bot_token":
        given["slack_signing_secret"] = SecretStr("s")
    return given


def test_a_secret_in_a_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    line = fault_of(monkeypatch, DATABASE_URL="mysql://user:canary-7f3a@db/madoguchi")

    assert "canary-7f3a" not in line
    assert "mysql" in line


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_as_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    value = "sqlite:///of-file.db" if name == "database_url" else "of-file"
    file = tmp_path / "secret"
    file.write_text(value + "\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}{name.upper()}_FILE", str(file))
    if name == "slack_bot_token":
        monkeypatch.setenv(f"{PREFIX}SLACK_SIGNING_SECRET", "partner")

    assert getattr(load_settings(), name).get_secret_value() == value


def test_a_secret_file_that_is_no_text_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes("canary 合言葉".encode("shift_jis"))
    line = fault_of(monkeypatch, IMAP_PASSWORD_FILE=str(file))

    assert line.startswith("MADOGUCHI_IMAP_PASSWORD_FILE: the file is not UTF-8 text")
    assert re.search(r"\(example: .+\)$", line)
    assert "canary" not in line


def test_a_secret_file_that_an_editor_has_marked_as_utf_8_holds_the_secret_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes("合言葉\r\n".encode("utf-8-sig"))
    monkeypatch.setenv("MADOGUCHI_IMAP_PASSWORD_FILE", str(file))

    password = load_settings().imap_password
    assert password is not None
    assert password.get_secret_value() == "合言葉"


def test_a_secret_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    line = fault_of(monkeypatch, IMAP_PASSWORD_FILE="/nowhere/password")

    assert line.startswith("MADOGUCHI_IMAP_PASSWORD_FILE: cannot read the file")


def test_toml_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "madoguchi.toml").write_text(
        'port = 9001\ncompany_name = "窓口商事"\nallowed_origins = "https://a.example"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("MADOGUCHI_PORT", "9002")

    settings = load_settings()

    assert (settings.port, settings.company_name) == (9002, "窓口商事")
    assert "https://a.example" in settings.origins


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 1", "prot is no setting; did you mean port?"),
        ("port = ", "madoguchi.toml: "),
        ('port = "x"', "MADOGUCHI_PORT: "),
        ("port = 99999", "MADOGUCHI_PORT: "),
    ],
)
def test_a_fault_in_toml_gives_one_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "madoguchi.toml").write_text(content, encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_slack_without_a_way_to_check_who_calls_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = fault_of(monkeypatch, SLACK_BOT_TOKEN="xoxb-canary")

    assert line.startswith("MADOGUCHI_SLACK_SIGNING_SECRET is missing")
    assert "canary" not in line


@pytest.mark.parametrize("which", ["IMAP_AUTH", "SMTP_AUTH"])
def test_oauth_without_credentials_is_refused(monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    line = fault_of(monkeypatch, **{which: "xoauth2", "OAUTH_PROVIDER": "microsoft"})

    assert "OAUTH_CLIENT_ID and OAUTH_REFRESH_TOKEN" in line


def test_the_defaults_are_those_that_are_promised() -> None:
    settings = load_settings()

    assert settings.database_url.get_secret_value() == "sqlite:///madoguchi.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert (settings.imap_port, settings.imap_security, settings.imap_folder) == (
        993,
        "tls",
        "INBOX",
    )
    assert (settings.smtp_port, settings.smtp_security) == (587, "starttls")
    assert (settings.slack_channel, settings.escalate_minutes) == ("#sales", 30)
    assert settings.working_hours == "Mon-Fri 09:00-18:00"
    assert settings.origins == {"http://127.0.0.1:8080"}
    assert not settings.has_slack
