"""`madoguchi poll` killed at its work, on Dovecot: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.store import Store
from storage.tables import InboundMailRow, MessageRow, OutboxRow
from tests.dovecot import BINARY, MISSING, PASSWORD, Dovecot, running_dovecot
from tests.mail_door import write_mail

ROOT = Path(__file__).resolve().parent.parent.parent
MAILS = 40
KILLS = 3
MOST_SECONDS = 120

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason=MISSING)


def environment(server: Dovecot, database: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "MADOGUCHI_DATABASE_URL": database,
        "MADOGUCHI_DATA_DIR": str(tmp_path / "var"),
        "MADOGUCHI_CATALOG_ADDRESS": "catalog@sales.example",
        "MADOGUCHI_IMAP_HOST": "127.0.0.1",
        "MADOGUCHI_IMAP_PORT": str(server.tls_port),
        "MADOGUCHI_IMAP_USER": "catalog",
        "MADOGUCHI_IMAP_PASSWORD": PASSWORD,
        "MADOGUCHI_TLS_CA_FILE": str(server.ca_file),
        "PYTHONPATH": str(ROOT),
    }


def start_poll(variables: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "poll", "--once", "--json"],
        env=variables, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def count(store: Store, table: type[MessageRow] | type[InboundMailRow]) -> int:
    def ask(session: Session) -> int:
        found = select(func.count()).select_from(table)
        if table is MessageRow:
            found = found.where(col(MessageRow.author_kind) == "customer")
        return session.scalar(found) or 0

    return await store.read(ask)


async def test_every_mail_is_handled_once_although_the_poller_is_killed(
    fresh_database: str, store: Store, tmp_path: Path
) -> None:
    texts = [f"Please call me about machine {number:03d}." for number in range(MAILS)]
    raws = [
        write_mail(f"p{number}@customer.example", text + "\n") for number, text in enumerate(texts)
    ]
    with running_dovecot() as server:
        server.append("catalog", [*raws, *raws[:10]])
        variables = environment(server, fresh_database, tmp_path)
        for kill in range(KILLS):
            before = await count(store, MessageRow)
            process = start_poll(variables, tmp_path)
            # At other moments each time: after the rows, after the first messages, ...
            table = InboundMailRow if kill == 0 else MessageRow
            while await count(store, table) <= before and process.poll() is None:
                time.sleep(0.01)  # noqa: ASYNC251  # nothing else runs on this loop
            process.kill()
            process.communicate()
        server.renumber("catalog")
        last = start_poll(variables, tmp_path)
        output, errors = await asyncio.to_thread(last.communicate, timeout=MOST_SECONDS)
        assert last.returncode == 0, errors
        assert json.loads(output)["quarantined"] == 0

    def stored(session: Session) -> tuple[list[str], list[str], list[str]]:
        customer = select(col(MessageRow.text)).where(col(MessageRow.author_kind) == "customer")
        answers = select(col(OutboxRow.recipient)).where(col(OutboxRow.kind) == "answer")
        return (
            [text.strip() for text in session.scalars(customer)],
            list(session.scalars(select(col(InboundMailRow.status)))),
            list(session.scalars(answers)),
        )

    messages, statuses, answered = await store.read(stored)
    assert sorted(messages) == texts
    assert statuses.count("done") == MAILS
    assert set(statuses) == {"done", "duplicate"}
    assert len(answered) == len(set(answered)) == MAILS
