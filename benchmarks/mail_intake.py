"""Mails a second from a Dovecot mailbox to stored, understood and queued, beside a bare floor.

    python benchmarks/mail_intake.py [--mails 1000] [--rounds 3] [--unlike]

The floor is what imapclient, the standard library's parser with `policy=default` and sqlite3 do
with nothing around them: fetch by 100, parse, take the text, store mail and two outbox rows, one
transaction a batch, synchronous=FULL. The counter runs `madoguchi poll --once` in a process of
its own on a fresh database with the sample company. Both are timed from the first word to the mail
server until the last mail is stored, as in a process that has been started before; the processor
time of the counter holds its start and its worker's.
Rounds alternate, so that other load on the machine meets both; the ratio is what counts. Needs
Dovecot (apt-get install -y --no-install-recommends dovecot-imapd).
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from imapclient import IMAPClient  # noqa: E402  # after the path is set

from tests.dovecot import BINARY, MISSING, PASSWORD, Dovecot, running_dovecot  # noqa: E402

BATCH = 100
USER = "catalog"
ENGLISH = (
    "Could you send me {n} leaflets about the RC-1234? My phone is +1 415 555 01{num:02d}.",
    "I would like to order {n} TN-1234K. When can they ship?",
    "What does the projector on page {n} cost, and is it in stock?",
    "Please have somebody call me tomorrow at {n} about a new copier.",
    "Please remove me from your mailing list.",
)
JAPANESE = (
    "RC-1234の資料を{n}部送ってください。電話は03-5555-01{num:02d}です。",
    "TN-1234Kを{n}本注文したいです。納期を教えてください。",
    "{n}ページのプロジェクターの価格と在庫を教えてください。",
    "新しい複合機について、明日{n}時ごろお電話をください。",
    "配信停止をお願いします。",
)
SCHEMA = """
CREATE TABLE mail(id INTEGER PRIMARY KEY, msgid TEXT UNIQUE NOT NULL, uid INTEGER, sender TEXT,
  subject TEXT, at TEXT, text TEXT, raw BLOB);
CREATE TABLE outbox(id INTEGER PRIMARY KEY, mail INTEGER NOT NULL, channel TEXT NOT NULL,
  body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'new');
CREATE TABLE cursor(box TEXT PRIMARY KEY, uid INTEGER);
"""


def make_mails(count: int, seed: int, *, unlike: bool = False) -> list[bytes]:
    """Answers to a catalog, each by another sender: half Japanese, a quarter with HTML beside."""
    rnd = random.Random(seed)
    start = datetime.now(UTC) - timedelta(hours=2)
    return [_mail(index, rnd, start, seed, unlike) for index in range(count)]


def _mail(index: int, rnd: random.Random, start: datetime, seed: int, unlike: bool) -> bytes:
    japanese = index % 2 == 1
    text = rnd.choice(JAPANESE if japanese else ENGLISH).format(
        n=rnd.randint(2, 9), num=rnd.randint(1, 99)
    )
    if unlike:
        text += f" 弊社{index}号室宛てです。" if japanese else f" It is for our room {index}."
    said = (
        "2026年10月1日(木) 9:00 Example Sales <catalog@sales.example>:"
        if japanese
        else "On Thu, Oct 1, 2026 at 9:00 AM Example Sales <catalog@sales.example> wrote:"
    )
    quoted = "\n".join(f"> {line} {number}" for number in range(6) for line in ("Our new range",))
    body = f"{text}\n\n-- \nPerson {index}\nExample Ltd.\n\n{said}\n{quoted}\n"
    mail = EmailMessage()
    mail["From"] = f"Person {index} <customer{index}@customer.example>"
    mail["To"] = "Example Sales <catalog@sales.example>"
    mail["Subject"] = "Re: 新しいカタログのご案内" if japanese else "Re: Our new catalog"
    mail["Date"] = format_datetime(start + timedelta(seconds=index))
    mail["Message-ID"] = f"<{seed}.{index}@mailer.example>"
    mail["In-Reply-To"] = f"<campaign.{index % 50}@elsewhere.example>"
    charset = "iso-2022-jp" if japanese and index % 3 == 0 else "utf-8"
    mail.set_content(body, charset=charset, cte="base64" if index % 4 == 1 else None)
    if index % 4 == 2:
        html = body.replace("<", "&lt;").replace("\n", "<br>\n")
        mail.add_alternative(f"<html><body><p>{html}</p></body></html>", subtype="html")
    return mail.as_bytes(policy=email.policy.SMTP)


def run_floor(server: Dovecot, folder: Path) -> dict[str, float]:
    """Seconds and CPU seconds of the bare libraries."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(SCHEMA)
    started, cpu = time.perf_counter(), time.process_time()
    stored = 0
    with IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX")
        uids = client.search(["UID", "1:*"])
        for first in range(0, len(uids), BATCH):
            fetched = client.fetch(uids[first : first + BATCH], ["BODY.PEEK[]"])
            stored += _store(database, fetched)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    database.close()
    assert stored == len(uids)
    return {"mails": stored, "seconds": seconds, "cpu": cpu}


def _store(database: sqlite3.Connection, fetched: dict[int, dict[bytes, bytes]]) -> int:
    parsed = []
    for uid, answer in fetched.items():
        mail = email.message_from_bytes(answer[b"BODY[]"], policy=email.policy.default)
        part = mail.get_body(("plain", "html"))  # type: ignore[attr-defined]  # EmailMessage by its policy
        parsed.append(
            (
                str(mail["Message-ID"]), uid, str(mail["From"]), str(mail["Subject"]),
                str(mail["Date"]), part.get_content() if part else "", answer[b"BODY[]"],
            )
        )  # fmt: skip
    database.execute("BEGIN IMMEDIATE")
    for row in parsed:
        sql = (
            "INSERT OR IGNORE INTO mail(msgid,uid,sender,subject,at,text,raw) VALUES(?,?,?,?,?,?,?)"
        )
        mail_id = database.execute(sql, row).lastrowid
        for channel in ("slack", "email"):
            database.execute(
                "INSERT INTO outbox(mail,channel,body) VALUES(?,?,?)", (mail_id, channel, row[5])
            )
    database.execute(
        "INSERT INTO cursor VALUES('INBOX',?) ON CONFLICT(box) DO UPDATE SET uid=excluded.uid",
        (max(row[1] for row in parsed),),
    )
    database.execute("COMMIT")
    return len(parsed)


def run_counter(server: Dovecot, folder: Path) -> dict[str, float]:
    """What `madoguchi poll --once` reports, and its CPU seconds with those of its worker."""
    environment = os.environ | {
        "MADOGUCHI_DATABASE_URL": f"sqlite:///{folder / 'counter.db'}",
        "MADOGUCHI_DATA_DIR": str(folder / "var"),
        "MADOGUCHI_CATALOG_ADDRESS": "catalog@sales.example",
        "MADOGUCHI_IMAP_HOST": "127.0.0.1",
        "MADOGUCHI_IMAP_PORT": str(server.port),
        "MADOGUCHI_IMAP_SECURITY": "plain",
        "MADOGUCHI_IMAP_USER": USER,
        "MADOGUCHI_IMAP_PASSWORD": PASSWORD,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot.cli.main"]
    company = str(ROOT / "bot" / "sandbox_company")
    subprocess.run(
        [*command, "import", company], env=environment, check=True, capture_output=True, cwd=folder
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run(
        [*command, "poll", "--once", "--json"],
        env=environment, check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report: dict[str, float] = json.loads(answer.stdout)
    assert report["stored"] == report["mails"], report
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    intake_seconds = report["mails"] / report["mails_per_s"]
    return {"mails": report["mails"], "seconds": intake_seconds, "cpu": cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--unlike", action="store_true")
    options = parser.parse_args()
    if not BINARY.exists():
        raise SystemExit(MISSING)
    ratios = []
    with running_dovecot([USER]) as server:
        server.append(USER, make_mails(options.mails, seed=1, unlike=options.unlike))
        for number in range(1, options.rounds + 1):
            with tempfile.TemporaryDirectory() as folder:
                floor = run_floor(server, Path(folder))
                counter = run_counter(server, Path(folder))
            ratios.append(floor["seconds"] / counter["seconds"])
            for name, run in (("floor", floor), ("counter", counter)):
                sys.stdout.write(
                    f"round {number} {name:8} {run['mails'] / run['seconds']:7.0f} mails/s "
                    f"{1000 * run['cpu'] / run['mails']:6.2f} ms CPU a mail\n"
                )
    sys.stdout.write(f"counter / floor, median: {statistics.median(ratios):.2f}\n")


if __name__ == "__main__":
    main()
