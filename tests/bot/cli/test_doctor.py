"""`doctor` and `healthcheck` against servers that are well, ill or not there."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.clock import utc_now
from bot.company_files.cells import Conventions
from bot.company_files.importing import import_company
from bot.doctor.examination import examine
from bot.doctor.finding import Finding, State
from bot.doctor.settings import check_settings
from bot.doctor.slack import SCOPES_NEEDED
from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.slack import FOR_EVER, SandboxSlack
from bot.settings import Settings
from storage.database import create_engine_for, open_store, upgrade
from tests.bot.company_files.files import SAMPLE
from tests.ports import free_port

ROOT = Path(__file__).parents[3]
CATALOG = "catalog@sales.example"


class World:
    """The outside on loopback, and the program that looks at it."""

    def __init__(self, folder: Path, mailbox: SandboxMailbox, slack: SandboxSlack) -> None:
        self.folder, self.mailbox, self.slack = folder, mailbox, slack
        self.settings = {
            "DATABASE_URL": f"sqlite:///{folder / 'doctor.db'}",
            "DATA_DIR": str(folder / "files"),
            "CATALOG_ADDRESS": CATALOG,
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(mailbox.imap_port),
            "IMAP_USER": CATALOG,
            "IMAP_PASSWORD": mailbox.password,
            "IMAP_SECURITY": "plain",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mailbox.smtp_port),
            "SMTP_SECURITY": "plain",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.url,
        }

    async def run(self, *arguments: str, **changes: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a command; an empty change takes a setting away."""
        given = {name: value for name, value in (self.settings | changes).items() if value}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("MADOGUCHI")},
                "PYTHONPATH": str(ROOT),
                **{f"MADOGUCHI_{name}": value for name, value in given.items()},
            },
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 120)
        return process.returncode or 0, out.decode(), err.decode()

    async def diagnosis(self, **changes: str) -> dict[str, Finding]:
        """What each check found; the worst where a check has several lines."""
        given = {name.lower(): v for name, v in (self.settings | changes).items() if v}
        found: dict[str, Finding] = {}
        for finding in sorted(await examine(Settings(**given)), key=_badness):  # type: ignore[arg-type]  # read from text
            found[finding.check] = finding
        return found

    async def move_in(self) -> None:
        """The sample company."""
        url = self.settings["DATABASE_URL"]
        await asyncio.to_thread(upgrade, url)
        store = open_store(url)
        try:
            await import_company(store, [SAMPLE], Conventions(region="JP"), utc_now())
        finally:
            await store.close()


def _badness(finding: Finding) -> int:
    return [State.WELL, State.UNUSED, State.WARNING, State.FAILED].index(finding.state)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    mailbox = await SandboxMailbox.start()
    slack = await SandboxSlack.start(channels=("#sales",))
    try:
        yield World(tmp_path, mailbox, slack)
    finally:
        await asyncio.gather(mailbox.stop(), slack.stop())


async def test_where_all_is_well_every_line_says_so_and_the_code_is_0(world: World) -> None:
    await world.move_in()
    code, out, err = await world.run("doctor")

    checks = {line[9:23].strip(): line.split()[0] for line in out.splitlines()}
    assert checks == dict.fromkeys(
        (
            *("settings", "database", "sqlite", "disk", "clock", "imap", "smtp", "slack"),
            *("slack scopes", "slack channel", "staff"),
        ),
        "ok",
    )
    assert (code, err) == (0, "")
    assert world.mailbox.history == []  # nothing was sent


async def test_an_empty_database_is_not_made_by_looking_at_it(world: World) -> None:
    checks = await world.diagnosis()

    assert checks["database"].state == "ok"
    assert not (world.folder / "doctor.db").exists()


async def test_a_wrong_mailbox_password_is_told_with_the_settings_to_check(world: World) -> None:
    checks = await world.diagnosis(IMAP_PASSWORD="canary-wrong")

    assert checks["imap"].state == "failed"
    assert "IMAP_PASSWORD" in checks["imap"].advice
    assert "canary-wrong" not in str(checks)
    assert checks["smtp"].state == "ok"


async def test_one_failure_is_enough_for_code_1_and_json_is_all_of_stdout(world: World) -> None:
    code, out, err = await world.run("doctor", "--json", IMAP_HOST="", SMTP_PORT=str(free_port()))

    answer = json.loads(out)
    failed = [one["check"] for one in answer["checks"] if one["state"] == "failed"]
    assert (code, answer["ok"], failed) == (1, False, ["smtp"])
    assert len(err.splitlines()) == 1


async def test_servers_that_are_not_there_are_told_one_by_one(world: World) -> None:
    port = str(free_port())
    checks = await world.diagnosis(
        IMAP_PORT=port, SMTP_PORT=port, SLACK_API_URL=f"http://127.0.0.1:{port}/api/",
        DATABASE_URL=f"postgresql://canary@127.0.0.1:{port}/none",
    )  # fmt: skip

    for name in ("imap", "smtp", "slack", "database"):
        assert checks[name].state == "failed", name
        assert checks[name].advice, name
    assert checks["disk"].state == "ok"


async def test_a_token_that_slack_refuses_is_told_with_its_word(world: World) -> None:
    world.slack.faults.error("auth.test", "token_revoked", times=FOR_EVER)

    checks = await world.diagnosis()

    assert "token_revoked" in checks["slack"].detail
    assert "SLACK_BOT_TOKEN" in checks["slack"].advice


async def test_a_missing_scope_is_named(world: World) -> None:
    world.slack.scopes = SCOPES_NEEDED - {"users:read.email"}

    checks = await world.diagnosis()

    assert checks["slack scopes"].detail == "missing: users:read.email"


@pytest.mark.parametrize("mode", ["", ".socket-mode"])
def test_the_scopes_that_are_looked_for_are_those_of_the_manifest(mode: str) -> None:
    manifest = json.loads((ROOT / f"slack-app-manifest{mode}.json").read_text(encoding="utf-8"))

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES_NEEDED


async def test_a_channel_that_is_not_there_is_told(world: World) -> None:
    checks = await world.diagnosis(SLACK_CHANNEL="#gone")

    assert checks["slack channel"].state == "failed"
    assert "#gone" in checks["slack channel"].detail


async def test_what_is_not_set_up_is_no_failure(world: World) -> None:
    checks = await world.diagnosis(IMAP_HOST="", SMTP_HOST="", SLACK_BOT_TOKEN="")

    assert [checks[name].state for name in ("imap", "smtp", "slack")] == ["unused"] * 3


async def test_without_mail_and_slack_it_is_said_that_staff_cannot_be_told(world: World) -> None:
    await world.move_in()
    both = {"IMAP_HOST": "", "SMTP_HOST": "", "SLACK_BOT_TOKEN": ""}

    code, out, _ = await world.run("doctor", **both)
    with_mail = await world.diagnosis(IMAP_HOST="", SLACK_BOT_TOKEN="")

    [line] = [line for line in out.splitlines() if line.startswith("warning")]
    assert "staff cannot be told" in line
    assert "SMTP_HOST" in line
    assert "SLACK_BOT_TOKEN" in line
    assert "told by mail" not in out
    assert code == 0  # it works as it is set up; no check fails
    assert "telling staff" not in with_mail
    assert "told by mail alone" in with_mail["slack"].detail


async def test_who_has_no_address_for_the_one_way_that_is_set_up_is_named(world: World) -> None:
    await world.move_in()
    engine = create_engine_for(world.settings["DATABASE_URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE staff SET slack_user_id = '' WHERE staff_id = 'S-001'")
    engine.dispose()

    by_slack = await world.diagnosis(SMTP_HOST="")
    by_both = await world.diagnosis()

    assert by_slack["staff"].detail == "neither mail nor Slack reaches S-001"
    assert by_both["staff"].state == "ok"


async def test_a_company_without_staff_fails_and_the_way_out_is_named(world: World) -> None:
    upgrade(world.settings["DATABASE_URL"])

    checks = await world.diagnosis()

    assert checks["staff"].state == "failed"
    assert "madoguchi import" in checks["staff"].advice


async def test_a_default_person_who_is_nobody_fails(world: World) -> None:
    await world.move_in()

    checks = await world.diagnosis(DEFAULT_STAFF_ID="S-9999")

    assert "S-9999" in checks["staff"].detail
    assert checks["staff"].state == "failed"


def test_a_misspelt_variable_gets_the_nearest_name() -> None:
    [found] = check_settings(Settings(), {"MADOGUCHI_COMPANY_NMAE": "Example", "HOME": "/"})

    assert found.detail == "MADOGUCHI_COMPANY_NMAE is no setting"
    assert found.advice == "did you mean MADOGUCHI_COMPANY_NAME?"


def test_a_secret_file_that_everybody_can_read_is_told(tmp_path: Path) -> None:
    secret, kept = tmp_path / "secret", tmp_path / "kept"
    secret.touch(0o644)
    kept.touch(0o600)
    given = {"MADOGUCHI_IMAP_PASSWORD_FILE": str(secret), "MADOGUCHI_SECRET_KEY_FILE": str(kept)}

    [found] = check_settings(Settings(), given)

    assert found.advice == f"chmod 600 {secret}"


async def test_a_conversation_in_the_future_gives_a_wrong_clock_away(world: World) -> None:
    url = world.settings["DATABASE_URL"]
    upgrade(url)
    engine = create_engine_for(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, level, channel, locale, email, name, phone, subject,"
            " last_seq, read_seq, created_at, updated_at) VALUES"
            " ('K-1', 0, 'chat', '', '', '', '', '', 1, 0, '2020-01-01',"
            " '2999-01-01 00:00:00.000000')"
        )
    engine.dispose()

    checks = await world.diagnosis()

    assert "2999" in checks["clock"].detail
    assert checks["clock"].state == "failed"


async def test_healthcheck_asks_the_running_counter(world: World) -> None:
    port = free_port()
    quiet = {"PORT": str(port), "IMAP_HOST": "", "SMTP_HOST": "", "SLACK_BOT_TOKEN": ""}
    before = await world.run("healthcheck", **quiet)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--role", "web",
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "MADOGUCHI_PORT": str(port),
            "MADOGUCHI_DATABASE_URL": world.settings["DATABASE_URL"],
            "MADOGUCHI_DATA_DIR": world.settings["DATA_DIR"],
        },
        cwd=world.folder,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _answers(f"http://127.0.0.1:{port}/healthz")
        alive = await world.run("healthcheck", **quiet)
        ready = await world.run("healthcheck", "--ready", **quiet)
    finally:
        process.terminate()
        await process.wait()

    assert before[0] == 1
    assert "does not answer" in before[2]
    assert (alive[0], json.loads(alive[1])) == (0, {"status": "ok"})
    assert json.loads(ready[1])["parts"]["database"] == {"ok": True}


async def _answers(url: str) -> None:
    """Wait until something listens there."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
