"""Each kind of request to its end in a browser, with the hands of a visitor."""

from __future__ import annotations

import time

import jwt
import pytest
from playwright.async_api import BrowserContext, expect
from sqlmodel import Session, select

from storage.people import find_customer
from storage.requests import list_requests
from storage.tables import CustomerRow, OrderLineRow, SalesRequestRow
from tests.bot.widget.running import IDENTITY_SECRET, RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def signed_in(counter: RunningCounter, context: BrowserContext) -> Visitor:
    """A visitor whom the shop knows as Yoko Aoki."""
    visitor = await Visitor.arrive(context, counter.url)
    claims = {"sub": "C-0001", "exp": int(time.time()) + 600, "aud": "madoguchi"}
    token = jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")
    await visitor.page.evaluate("token => window.Madoguchi.setIdentity(token)", token)
    return visitor


async def requests(counter: RunningCounter) -> list[SalesRequestRow]:
    return await counter.parts.store.read(lambda s: list(list_requests(s)))


def lines(session: Session) -> list[tuple[str, int]]:
    return [(line.model_number, line.quantity) for line in session.exec(select(OrderLineRow)).all()]


async def agree(visitor: Visitor, *, answered: int, tell: bool = True) -> str:
    """Send the card that stands there, and give what is answered."""
    if not tell:
        await visitor.log.get_by_role("checkbox").last.uncheck()
    await visitor.log.get_by_role("button", name="Send", exact=True).last.click()
    await visitor.answered(answered)
    return (await visitor.texts("bot"))[-1]


async def test_an_order_is_placed(counter: RunningCounter, context: BrowserContext) -> None:
    visitor = await signed_in(counter, context)
    await visitor.say("I'd like to buy 2 TN-1234K")
    await visitor.answered(1)
    await expect(visitor.log.get_by_text("¥25,600").first).to_be_visible()
    assert "Your order number is" in await agree(visitor, answered=2)
    assert await counter.parts.store.read(lines) == [("TN-1234K", 2)]
    assert visitor.troubles == []


async def test_an_unknown_visitor_fills_in_the_form_and_orders(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("I want to buy two TN-510")
    await visitor.answered(1)
    for label, value in (
        ("Name", "Ada Obi"),
        ("E-mail", "ada.obi@cedar-books.example"),
        ("Address", "12 Placeholder Road, Austin, TX"),
    ):
        await visitor.log.get_by_label(label).last.fill(value)
    await visitor.log.get_by_role("button", name="Continue").last.click()
    await visitor.answered(2)
    await expect(visitor.log.get_by_text("$168.00").first).to_be_visible()
    assert "Your order number is" in await agree(visitor, answered=3)
    assert await counter.parts.store.read(lines) == [("TN-510", 2)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Please have my sales person call me", "contact"),
        ("My phone number has changed to 03-5555-0188", "update_details"),
        ("My copier RC-1234 is broken, paper jams all the time", "support"),
        ("Please send me a brochure of RC-1234", "document_request"),
    ],
)
async def test_a_request_is_confirmed_and_opened(
    counter: RunningCounter, context: BrowserContext, said: str, kind: str
) -> None:
    visitor = await signed_in(counter, context)
    await visitor.say(said)
    await visitor.answered(1)
    assert not await requests(counter)
    await agree(visitor, answered=2)
    [request] = await requests(counter)
    assert (request.kind, request.status, request.consent) == (kind, "open", True)


async def test_an_unticked_box_tells_nobody(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await signed_in(counter, context)
    await visitor.say("My phone number has changed to 03-5555-0188")
    await visitor.answered(1)
    assert "were not told" in await agree(visitor, answered=2, tell=False)
    [request] = await requests(counter)
    assert not request.consent
    record = await counter.parts.store.read(lambda s: find_customer(s, "C-0001"))
    assert record is not None
    assert record.phone == "+81355550188"


async def test_status_a_person_and_no_more_catalogs(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await signed_in(counter, context)
    await visitor.say("I want to talk to a person")
    await visitor.answered(1)
    await visitor.say("What is the status of my requests?")
    await visitor.answered(2)
    await expect(visitor.log.get_by_role("table")).to_be_visible()
    await visitor.say("Please stop sending me catalogs")
    await visitor.answered(3)

    def opted_out(session: Session) -> bool:
        return session.get_one(CustomerRow, "C-0001").mail_opt_out

    assert await counter.parts.store.read(opted_out)
    [request] = await requests(counter)
    assert request.kind == "human"
