"""`customers show` and `customers forget`: a person's record, and nothing of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, SQLModel
from typer.testing import CliRunner, Result

from bot.cli.main import create_app
from storage.database import create_engine_for, is_sqlite
from storage.files import FileFolder, put_file
from storage.tables import (
    AccessLogRow,
    ConsentRow,
    ConversationRow,
    CustomerProductRow,
    CustomerRow,
    HeldAnswersRow,
    InboundMailRow,
    JoinedRow,
    MailSuppressionRow,
    MessageRow,
    NoteRow,
    OrderLineRow,
    OrderRow,
    OutboxRow,
    ProductInterestRow,
    ProductRow,
    RawMailRow,
    SalesRequestRow,
    SlackCardRow,
    StaffRow,
    TokenRow,
    VisitorRow,
    WebSessionRow,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Stands in everything that is personal, and must be found nowhere afterwards.
CANARY = "Kanariya"
ADDRESS = "kanariya@customer.example"
APP = create_app(["customers", "outbox", "log"])


class Office:
    """A database with a customer who has used everything, and somebody else."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.engine: Engine = create_engine_for(url)
        self.files = FileFolder(folder)
        self.kept = self.files.keep("F-1", f"{CANARY}.txt", CANARY.encode())
        self.shared = self.files.keep("F-2", f"{CANARY}.txt", b"both have sent this")
        others = self.files.keep("F-3", "shared.txt", b"both have sent this")
        with Session(self.engine) as session:
            for row in (*_people(), *_talk(), *_wishes(), *_traces()):
                session.add(row)
                session.flush()
            put_file(session, self.kept, now=NOW, conversation_id="K-1")
            put_file(session, self.shared, now=NOW, conversation_id="K-1")
            put_file(session, others, now=NOW, conversation_id="K-OTHER")
            session.commit()

    def run(self, *arguments: str, **more: Any) -> Result:
        settings = {
            "MADOGUCHI_DATABASE_URL": self.url,
            "MADOGUCHI_DATA_DIR": str(self.folder),
            "MADOGUCHI_SLACK_BOT_TOKEN": "xoxb-unused",
            "MADOGUCHI_SLACK_SIGNING_SECRET": "unused",
        }
        return CliRunner().invoke(APP, list(arguments), env=settings, **more)

    def everything(self) -> str:
        """All rows of all tables, as text."""
        with self.engine.connect() as connection:
            return "\n".join(
                f"{table.name}: {tuple(row)!r}"
                for table in SQLModel.metadata.sorted_tables
                for row in connection.execute(select(table))
            )

    def get(self, table: type[SQLModel], key: Any) -> Any:
        with Session(self.engine) as session:
            return session.get(table, key)


def _people() -> list[SQLModel]:
    return [
        StaffRow(staff_id="S-1", name="Mika Sato", email="mika@sales.example"),
        ProductRow(model_number="RC-1", name="Cleaner"),
        CustomerRow(
            customer_id="C-1", name=CANARY, email=ADDRESS.title(), phone="+81300000001",
            postal_code="105-0011", address=f"{CANARY} 1-2-3", company=f"{CANARY} KK",
            department=CANARY, office_phone="+81300000002", locale="ja", staff_id="S-1",
            password_hash=CANARY,
        ),
        CustomerRow(customer_id="C-2", name="Ben Ode", email="ben@customer.example"),
    ]  # fmt: skip


def _talk() -> list[SQLModel]:
    theirs: dict[str, Any] = {
        "email": ADDRESS, "name": CANARY, "phone": CANARY, "subject": CANARY,
        "state": {"name": CANARY}, "mail_thread": {"subject": CANARY},
        "created_at": NOW, "updated_at": NOW, "last_seq": 1,
    }  # fmt: skip
    other = {"created_at": NOW, "updated_at": NOW, "last_seq": 1}
    return [
        CustomerProductRow(customer_id="C-1", model_number="RC-1"),
        ConversationRow(id="K-1", customer_id="C-1", **theirs),
        ConversationRow(id="K-2", customer_id=None, **theirs),  # wrote, and never proved it
        ConversationRow(id="K-OTHER", customer_id="C-2", name="Ben Ode", **other),
        ConversationRow(id="K-LAST", customer_id="C-2", name="Ben Ode", **other),
        # Staff went on with what never was proved in another's conversation, and later elsewhere.
        JoinedRow(conversation_id="K-2", joined_to="K-OTHER", staff_id="S-1", at=NOW),
        JoinedRow(conversation_id="K-OTHER", joined_to="K-LAST", staff_id="S-1", at=NOW),
    ]


def _wishes() -> list[SQLModel]:
    def message(conversation: str, text: str) -> MessageRow:
        return MessageRow(
            conversation_id=conversation, seq=1, author_kind="customer", author_name=text,
            channel="chat", channel_message_id=f"chat:{conversation}:1", text=text,
            parts=[{"kind": "image", "alt": text}], understood={"name": text}, at=NOW,
        )  # fmt: skip

    def note(conversation: str, seq: int, of: str, text: str) -> MessageRow:
        return MessageRow(
            conversation_id=conversation, seq=seq, author_kind="customer", author_name=text,
            channel="chat", channel_message_id=f"joined:{of}", text=text, internal=True, at=NOW,
        )  # fmt: skip

    def request(number: str, status: str, conversation: str, customer: str) -> SalesRequestRow:
        return SalesRequestRow(
            id=number, kind="purchase", status=status, conversation_id=conversation,
            customer_id=customer, customer_name=CANARY if customer == "C-1" else "Ben Ode",
            staff_id="S-1", claimed_by="S-1" if status == "done" else None,
            route={"area": CANARY if customer == "C-1" else "East"},
            reason=CANARY if customer == "C-1" else "own",
            details={"message": CANARY} if customer == "C-1" else {"message": "Hello"},
            products=[{"model_number": "RC-1"}], channel="chat", source=f"{number}:purchase",
            created_at=NOW,
        )  # fmt: skip

    return [
        message("K-1", CANARY), message("K-2", CANARY), message("K-OTHER", "Good day"),
        note("K-OTHER", 2, "K-2:1", CANARY), note("K-LAST", 1, "K-OTHER:1", "Good day"),
        note("K-LAST", 2, "K-OTHER:2", CANARY), note("K-LAST", 3, "K-2:2", CANARY),
        VisitorRow(id="V-1", conversation_id="K-1", customer_id="C-1", created_at=NOW),
        request("R-OPEN", "open", "K-1", "C-1"), request("R-DONE", "done", "K-1", "C-1"),
        request("R-OTHER", "open", "K-OTHER", "C-2"),
        InboundMailRow(
            id=7, mailbox="m", uidvalidity=1, uid=1, dedupe_key="mail:digest", last_error="",
            status="quarantined", message_id=f"<{ADDRESS}>", sender=ADDRESS, subject=CANARY,
            conversation_id="K-2", quoted=CANARY, details={"from": CANARY},
            received_at=NOW, due_at=NOW,
        ),
    ]  # fmt: skip


def _traces() -> list[SQLModel]:
    def owed(number: str, status: str, **more: Any) -> OutboxRow:
        return OutboxRow(
            id=number, key=more.pop("key", number), channel="email", lane="email",
            kind="staff_answer", status=status, due_at=NOW, created_at=NOW,
            last_error=more.pop("error", ""), **more,
        )  # fmt: skip

    return [
        RawMailRow(inbound_mail_id=7, raw=CANARY.encode()),
        OrderRow(
            order_number="O-1", request_id="R-DONE", customer_id="C-1", ship_to={"to": CANARY},
            created_at=NOW,
        ),
        ConsentRow(
            conversation_id="K-1", request_id="R-DONE", customer_id="C-1", kind="purchase",
            shown={"name": CANARY}, wording="w1", locale="ja", channel="chat", notify_staff=True,
            at=NOW,
        ),
        SlackCardRow(request_id="R-OPEN", channel="C01", ts="1.2", posted_at=NOW),
        owed("N-SENT", "sent", recipient=ADDRESS, payload={"text": CANARY}, conversation_id="K-1"),
        owed("N-OPEN", "pending", recipient="mika@sales.example", request_id="R-OPEN",
             payload={"text": CANARY}, error=CANARY),
        owed("N-CATALOG", "leased", recipient=ADDRESS.upper(), payload={"name": CANARY}),
        owed("N-OTHER", "pending", recipient="ben@customer.example", payload={"text": "Hi"}),
        owed("N-JOINED", "sent", recipient="C01", payload={"text": CANARY},
             conversation_id="K-OTHER", key="message:K-OTHER:K-2:joined-here"),
        owed("N-NOTED", "pending", recipient="C01", payload={"text": CANARY},
             conversation_id="K-OTHER", message_seq=2),
        HeldAnswersRow(address=ADDRESS, reason="alike", conversation_id="K-2", since=NOW,
                       until=NOW),
        NoteRow(customer_id="C-1", staff_id="S-1", text=CANARY, at=NOW),
        ProductInterestRow(customer_id="C-1", model_number="RC-1", month="2026-03", at=NOW),
        MailSuppressionRow(address=ADDRESS, reason="bounced", at=NOW),
        TokenRow(sha256="a" * 64, purpose="room", customer_id="C-1", email=ADDRESS,
                 payload={"name": CANARY}, created_at=NOW, expires_at=NOW),
        WebSessionRow(sha256="b" * 64, customer_id="C-1", created_at=NOW, expires_at=NOW),
        AccessLogRow(at=NOW, actor_kind="customer", actor_id=ADDRESS, action="room.open",
                     customer_id="C-1", address="203.0.113.77", details={"name": CANARY}),
        AccessLogRow(at=NOW, actor_kind="staff", actor_id="S-1", action="customer.read",
                     customer_id="C-1", address="198.51.100.9"),
        AccessLogRow(at=NOW, actor_kind="visitor", actor_id=ADDRESS, action="request.open",
                     details={"fields": ["contact"]}),
        OrderLineRow(order_number="O-1", position=1, model_number="RC-1", name="Cleaner",
                     quantity=2),
    ]  # fmt: skip


@pytest.fixture
def office(fresh_database: str, tmp_path: Path) -> Iterator[Office]:
    office = Office(fresh_database, tmp_path / "data")
    yield office
    office.engine.dispose()


def test_show_gives_the_columns_of_the_file_and_the_ids(office: Office) -> None:
    done = office.run("customers", "show", "C-1", "--json")

    record = json.loads(done.stdout)
    assert record["name"] == CANARY
    assert record["owned"] == ["RC-1"]
    assert record["mail_opt_out"] is False
    assert record["conversations"] == ["K-1"]
    assert set(record["requests"]) == {"R-OPEN", "R-DONE"}


def test_nothing_personal_is_left_in_any_table_or_file(office: Office) -> None:
    before = office.everything()
    done = office.run("customers", "forget", "C-1", "--yes", "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "customer_id": "C-1", "conversations": 2, "messages": 2, "requests": 2, "mails": 1,
        "files": 1,
    }  # fmt: skip
    after = office.everything().lower()
    for personal in (CANARY, ADDRESS, "203.0.113.77", "+8130000000", "105-0011"):
        assert personal.lower() in before.lower()
        assert personal.lower() not in after
    assert not office.files.path(office.kept.sha256).exists()


def test_the_database_file_holds_no_remains(office: Office) -> None:
    office.run("customers", "forget", "C-1", "--yes")
    office.engine.dispose()

    if is_sqlite(office.url):
        raw = Path(office.url.removeprefix("sqlite:///")).read_bytes()
        assert CANARY.encode() not in raw
    else:  # the rows are gone for every reader; the server's vacuum frees the pages
        assert CANARY not in office.everything()


def test_what_is_not_personal_and_what_is_others_stays(office: Office) -> None:
    office.run("customers", "forget", "C-1", "--yes")

    tombstone = office.get(CustomerRow, "C-1")
    assert tombstone.erased_at is not None
    assert tombstone.mail_opt_out is True
    assert office.get(OrderLineRow, ("O-1", 1)).quantity == 2
    assert office.get(SalesRequestRow, "R-DONE").status == "done"
    assert office.get(SalesRequestRow, "R-OTHER").details == {"message": "Hello"}
    assert office.get(MessageRow, ("K-OTHER", 1)).text == "Good day"
    assert office.get(MessageRow, ("K-LAST", 1)).text == "Good day"
    assert office.get(OutboxRow, "N-OTHER").status == "pending"
    assert office.files.read(office.shared.sha256) == b"both have sent this"
    assert office.get(AccessLogRow, 2).address == "198.51.100.9"


def test_open_wishes_end_and_what_is_still_owed_is_not_sent(office: Office) -> None:
    office.run("customers", "forget", "C-1", "--yes")

    assert office.get(SalesRequestRow, "R-OPEN").status == "cancelled"
    assert office.get(OutboxRow, "N-OPEN").status == "dead"
    leased = office.get(OutboxRow, "N-CATALOG")
    assert (leased.status, leased.lease_version) == ("dead", 1)
    assert office.get(VisitorRow, "V-1").revoked_at is not None
    assert office.get(InboundMailRow, 7).status == "ignored"


def test_the_card_in_slack_is_owed_an_empty_one(office: Office) -> None:
    office.run("customers", "forget", "C-1", "--yes")

    rows = office.run("outbox", "list", "--json", "--status", "pending").stdout.splitlines()
    owed = [row for row in map(json.loads, rows) if row["kind"] == "request_card_update"]
    assert [row["request_id"] for row in owed] == ["R-OPEN"]


def test_the_access_log_says_that_it_was_done(office: Office) -> None:
    office.run("customers", "forget", "C-1", "--yes")

    rows = office.run("log", "list", "--customer", "C-1", "--json").stdout.splitlines()
    assert json.loads(rows[-1])["action"] == "customer.forget"


@pytest.mark.parametrize("options", [[], ["--no-input"]])
def test_nothing_is_erased_without_a_yes(office: Office, options: list[str]) -> None:
    before = office.everything()
    done = office.run("customers", "forget", "C-1", *options)

    assert done.exit_code == 1
    assert "--yes" in done.stderr
    assert office.everything() == before


@pytest.mark.parametrize("command", ["show", "forget"])
def test_an_unknown_and_a_forgotten_customer_are_told_alike(office: Office, command: str) -> None:
    office.run("customers", "forget", "C-1", "--yes")

    for customer_id in ("C-1", "C-404"):
        done = office.run("customers", command, customer_id)
        assert done.exit_code == 1
        assert done.stderr.strip() == f"there is no customer {customer_id}"
