"""Several mailboxes with accounts of their own, each with its own watermark and its own health."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.assembly import assemble
from bot.doctor.finding import State
from bot.doctor.mail import check_imap
from bot.mail_door import MailDoor, create_poller
from bot.settings import EXAMPLES, Settings, SettingsError, load_settings
from inbound.mailbox import MAILBOX_TROUBLE
from storage.store import Store
from storage.tables import InboundMailRow, MailCursorRow
from tests.dovecot import BINARY, MISSING, PASSWORD, Dovecot, running_dovecot
from tests.mail_door import write_mail

needs_dovecot = pytest.mark.skipif(not BINARY.exists(), reason=MISSING)
OTHER = {"name": "sales", "host": "imap.example.com", "user": "sales@example.com"}


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with running_dovecot(["catalog", "sales", "service"]) as running:
        with running.login("service") as client:
            client.create("Orders")
        yield running


def settings_for(server: Dovecot, tmp_path: Path, **changed: Any) -> Settings:
    """The usual mailbox, and one that is read over TLS with its password in a file."""
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    sales = {
        "name": "sales", "host": "127.0.0.1", "port": server.tls_port, "user": "sales",
        "password_file": str(secret), **changed,
    }  # fmt: skip
    service = {
        "name": "service", "host": "127.0.0.1", "port": server.port, "user": "service",
        "password": PASSWORD, "security": "plain", "folder": "INBOX;Orders",
    }  # fmt: skip
    return load_settings(
        data_dir=tmp_path / "var",
        catalog_address="catalog@sales.example",
        tls_ca_file=server.ca_file,
        imap_host="127.0.0.1",
        imap_port=server.port,
        imap_security="plain",
        imap_user="catalog",
        imap_password=PASSWORD,
        imap_accounts=json.dumps([sales, service]),
    )


async def door_of(settings: Settings, store: Store) -> MailDoor:
    return create_poller(await assemble(settings, store))


@needs_dovecot
async def test_each_account_is_read_with_a_watermark_of_its_own(
    server: Dovecot, store: Store, tmp_path: Path
) -> None:
    settings = settings_for(server, tmp_path)
    server.append("catalog", [write_mail(text="To the catalog\n")])
    server.append("sales", [write_mail(text="To sales\n"), write_mail(text="To sales as well\n")])
    server.append("service", [write_mail(text="An order\n")], folder="Orders")
    assert (await (await door_of(settings, store)).once()).stored == 4
    server.append("sales", [write_mail(text="Once more\n")])
    assert (await (await door_of(settings, store)).once()).stored == 1

    def kept(session: Session) -> tuple[dict[str, int], list[str]]:
        cursors = session.execute(select(col(MailCursorRow.mailbox), col(MailCursorRow.last_uid)))
        mails = session.scalars(select(col(InboundMailRow.mailbox)))
        return {row[0]: row[1] for row in cursors}, sorted(mails)

    cursors, mails = await store.read(kept)
    assert cursors == {
        "catalog@127.0.0.1/INBOX": 1,
        "sales@127.0.0.1/INBOX": 3,
        "service@127.0.0.1/INBOX": 0,
        "service@127.0.0.1/Orders": 1,
    }
    assert mails == [
        "catalog@127.0.0.1/INBOX",
        *["sales@127.0.0.1/INBOX"] * 3,
        "service@127.0.0.1/Orders",
    ]


@needs_dovecot
async def test_an_account_that_cannot_be_opened_stops_no_other(
    server: Dovecot, store: Store, tmp_path: Path
) -> None:
    with server.login("service") as client:
        client.create("Orders")
    settings = settings_for(server, tmp_path, password_file=None, password="wrong")
    text = "Although sales is shut\n"
    server.append("catalog", [write_mail(text=text)])
    with pytest.raises(MAILBOX_TROUBLE):
        await (await door_of(settings, store)).once()
    door = await door_of(settings, store)
    running = asyncio.create_task(door.run())
    async with asyncio.timeout(60):
        while not well_but_for_sales(door):  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.05)
    door.stop()
    await running
    rows = await store.read(lambda s: list(s.scalars(select(col(InboundMailRow.status)))))
    assert rows
    assert set(rows) == {"done"}
    assert list(door.accounts) == ["imap", "imap:sales", "imap:service"]


def well_but_for_sales(door: MailDoor) -> bool:
    """Whether the password of one account was refused and the others are followed."""
    others = [door.trouble(name) for name in door.accounts if name != "imap:sales"]
    return not any(others) and "AUTH" in (door.trouble("imap:sales") or "").upper()


@needs_dovecot
async def test_doctor_has_a_line_for_each_account(server: Dovecot, tmp_path: Path) -> None:
    with server.login("service") as client:
        client.create("Orders")
    settings = settings_for(server, tmp_path, password_file=None, password="wrong")
    found = [(finding.check, finding.state) for finding in await check_imap(settings)]
    assert found == [
        ("imap", State.WELL),
        ("imap:sales", State.FAILED),
        ("imap:service", State.WELL),
        ("imap:service", State.WELL),
    ]


def test_a_secret_file_of_an_account_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes("合言葉".encode("shift_jis"))
    with pytest.raises(SettingsError) as caught:
        load_settings(imap_accounts=[{**OTHER, "password_file": str(file)}])
    assert "account 1: password_file: the file is not UTF-8 text" in str(caught.value)
    assert "(example: " in str(caught.value)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("nonsense", "is not JSON"),
        ('{"name": "sales"}', "is not a list of accounts"),
        ([{"name": "sales"}], "account 1: host: Field required"),
        ([OTHER, {**OTHER, "name": "Sales Team"}], "account 2: name: "),
        ([OTHER, OTHER], "the name sales is taken already"),
        ([{**OTHER, "name": "imap"}], "the name imap is taken already"),
        ([{**OTHER, "pasword": "hush"}], "account 1: pasword: Extra inputs are not permitted"),
        ([{**OTHER, "password_file": "/nowhere/hush"}], "password_file: cannot read the file"),
        ([{**OTHER, "auth": "xoauth2"}], "oauth_refresh_token are needed"),
        ([OTHER, {**OTHER, "name": "again"}], "sales@example.com@imap.example.com/INBOX is named"),
        ([{**OTHER, "folder": "Orders; Orders"}], "imap.example.com/Orders is named twice"),
    ],
)
def test_a_wrong_account_gives_one_line_without_its_secrets(given: Any, fault: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(imap_accounts=given)
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_the_usual_mailbox_is_no_further_one_as_well() -> None:
    with pytest.raises(SettingsError, match="/INBOX is named twice"):
        load_settings(
            imap_host=OTHER["host"], imap_user=OTHER["user"], imap_accounts=[{**OTHER, "port": 143}]
        )


def test_accounts_stand_in_the_file_of_settings_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("hush\n")
    (tmp_path / "madoguchi.toml").write_text(
        '[[imap_accounts]]\nname = "sales"\nhost = "imap.example.com"\nuser = "sales"\n'
        f'password_file = "{tmp_path / "secret"}"\n'
    )
    [account] = load_settings().mail_accounts
    assert account.password is not None
    assert (account.check, account.password.get_secret_value()) == ("imap:sales", "hush")
    assert "hush" not in repr(account)


def test_the_example_of_the_setting_is_itself_right() -> None:
    [account] = load_settings(imap_accounts=EXAMPLES["imap_accounts"]).mail_accounts
    assert (account.check, account.user) == ("imap:sales", "sales@example.com")


def test_accounts_share_the_app_that_is_registered_with_the_provider() -> None:
    [account] = load_settings(
        oauth_provider="microsoft",
        oauth_client_id="app",
        imap_accounts=[{**OTHER, "auth": "xoauth2", "oauth_refresh_token": "hush"}],
    ).mail_accounts
    assert (account.oauth_provider, account.oauth_client_id) == ("microsoft", "app")


def test_an_account_with_another_provider_does_not_take_the_shared_app() -> None:
    theirs = {"auth": "xoauth2", "oauth_provider": "google", "oauth_refresh_token": "hush"}
    with pytest.raises(SettingsError, match="oauth_client_id and"):
        load_settings(
            oauth_provider="microsoft", oauth_client_id="app", imap_accounts=[{**OTHER, **theirs}]
        )
