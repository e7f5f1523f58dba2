"""Talking to the counter in a browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, WebSocketRoute, expect
from sqlalchemy import select
from sqlmodel import Session, col

from domain.messages import Channel, StaffMessage
from storage.tables import MessageRow, VisitorRow
from tests.bot.widget.running import RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Tell me more about the RC-1234"


async def test_a_message_is_answered(counter: RunningCounter, context: BrowserContext) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say(QUESTION)
    await visitor.answered(1)
    assert await visitor.texts("customer") == [QUESTION]
    await expect(visitor.log.locator(".product .model")).to_have_text("RC-1234")
    assert visitor.troubles == []


async def test_a_japanese_page_is_answered_in_japanese(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, f"{counter.url}/products/RC-1234?locale=ja")
    await expect(visitor.panel.get_by_text("窓口へようこそ。")).to_be_visible()
    await visitor.panel.get_by_role("button", name="RC-1234について教えてください").click()
    await visitor.answered(1)
    await expect(visitor.log.locator(".product .title")).to_have_text("A3カラー複合機 RC-1234")


async def test_a_reload_keeps_the_history(counter: RunningCounter, context: BrowserContext) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say(QUESTION)
    await visitor.answered(1)
    before = await visitor.log.locator(".message").all_inner_texts()
    await visitor.page.reload()
    await visitor.launcher.click()
    await visitor.answered(1)
    assert await visitor.log.locator(".message").all_inner_texts() == before


async def test_a_restart_in_mid_conversation_loses_and_doubles_nothing(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("Message 1")
    await visitor.answered(1)
    await counter.stop()
    said = ["Message 1"]
    for number in range(2, 5):
        said.append(f"Message {number}")
        await visitor.say(said[-1])
    await expect(visitor.log.locator(".fate")).to_have_count(3)
    await counter.start()
    await visitor.answered(4)
    assert await visitor.texts("customer") == said
    assert await stored_texts(counter) == said


async def test_what_was_not_sent_survives_a_reload(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("Message 1")
    await visitor.answered(1)
    await context.set_offline(True)
    await visitor.page.evaluate("() => Madoguchi.close()")
    await counter.stop()
    await visitor.launcher.click()
    await visitor.say("Written in a tunnel")
    await counter.start()
    await context.set_offline(False)
    await visitor.page.reload()
    await visitor.launcher.click()
    await visitor.answered(2)
    assert await stored_texts(counter) == ["Message 1", "Written in a tunnel"]


async def test_two_tabs_stay_in_step(counter: RunningCounter, context: BrowserContext) -> None:
    first = await Visitor.arrive(context, counter.url)
    await first.say("From the first tab")
    await first.answered(1)
    second = await Visitor.arrive(context, counter.url)
    await second.answered(1)
    await second.say("From the second tab")
    for tab in (first, second):
        await tab.answered(2)
        assert await tab.texts("customer") == ["From the first tab", "From the second tab"]


async def test_two_new_tabs_become_one_visitor(
    counter: RunningCounter, context: BrowserContext
) -> None:
    first, second = await asyncio.gather(
        Visitor.arrive(context, counter.url), Visitor.arrive(context, counter.url)
    )
    for tab in (first, second):
        await tab.page.wait_for_function(
            "() => Object.keys(localStorage).some((key) => key.endsWith(':visitor'))"
        )
    await first.say("Hello from one")
    await second.say("Hello from two")
    await first.answered(2)
    await second.answered(2)
    visitors = await counter.parts.store.read(lambda s: s.scalars(select(VisitorRow)).all())
    assert len(visitors) == 1


async def test_an_answer_of_staff_arrives_and_counts_as_unread_while_closed(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say(QUESTION)
    await visitor.answered(1)
    await visitor.field.press("Escape")
    await staff_says(counter, "The copier is in stock.")
    await expect(visitor.launcher).to_have_accessible_name("Open the chat, 1 new")
    await visitor.launcher.click()
    await expect(visitor.said_by("staff")).to_have_text("The copier is in stock.")
    await expect(visitor.log.locator(".message.staff .who")).to_contain_text("佐藤 美咲")
    await expect(visitor.launcher).to_have_accessible_name("Open the chat")


async def test_without_websockets_the_chat_goes_over_http(
    counter: RunningCounter, context: BrowserContext
) -> None:
    async def blocked(socket: WebSocketRoute) -> None:
        await socket.close(code=1011)

    await context.route_web_socket("**/chat/socket", blocked)
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say(QUESTION)
    await visitor.answered(1)
    await staff_says(counter, "Over the slow way.")
    await expect(visitor.said_by("staff")).to_have_text("Over the slow way.")
    assert await visitor.texts("customer") == [QUESTION]
    assert await stored_texts(counter) == [QUESTION]


async def test_a_picture_is_sent_and_shown(
    counter: RunningCounter, context: BrowserContext, tmp_path: Path
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    picture = {"name": "machine.png", "mimeType": "image/png", "buffer": PNG}
    await visitor.panel.locator("input[type=file]").set_input_files([picture])  # type: ignore[list-item]  # playwright's own type of a dict
    await expect(visitor.panel.locator(".tray progress")).to_have_count(0)
    await visitor.say("It looks like this")
    await visitor.answered(1)
    shown = visitor.log.locator(".message.customer img")
    await visitor.page.wait_for_function(
        """() => {
          const image = document.querySelector("madoguchi-counter").shadowRoot
            .querySelector(".message.customer img");
          return image?.naturalWidth === 1;
        }"""
    )
    await expect(shown).to_have_attribute("alt", "machine.png")
    assert visitor.troubles == []


async def test_shutdown_forgets_the_visitor_here_and_there(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("Do not remember me")
    await visitor.answered(1)
    token = await visitor.page.evaluate(
        """() => JSON.parse(localStorage.getItem(
          Object.keys(localStorage).find((key) => key.endsWith(":visitor"))))"""
    )
    await visitor.page.evaluate("() => Madoguchi.shutdown()")
    assert await visitor.page.evaluate("() => localStorage.length") <= 1
    await expect(visitor.log.locator(".message")).to_have_count(0)
    assert await counter.parts.visitors.recognise(token) is None
    await visitor.launcher.click()
    await visitor.say("Somebody new")
    await visitor.answered(1)
    assert await visitor.texts("customer") == ["Somebody new"]


# One transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def stored_texts(counter: RunningCounter) -> list[str]:
    """What customers wrote, in order, as stored."""

    def unit(session: Session) -> list[str]:
        rows = select(col(MessageRow.text)).where(col(MessageRow.author_kind) == "customer")
        return list(session.scalars(rows.order_by(col(MessageRow.seq))))

    return await counter.parts.store.read(unit)


async def staff_says(counter: RunningCounter, text: str) -> None:
    """A member of staff answers in the one conversation that there is."""
    conversation = await counter.parts.store.read(
        lambda s: s.scalar(select(col(MessageRow.conversation_id)))
    )
    assert conversation is not None
    await counter.parts.desk.staff_says(
        StaffMessage(
            channel=Channel.SLACK,
            channel_message_id=f"T1/C1/{text}",
            staff_id="S-001",
            conversation_id=conversation,
            text=text,
            sent_at=counter.parts.clock(),
        )
    )
