"""The whole journey without a mouse."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, expect
from sqlalchemy import select

from storage.tables import SalesRequestRow
from tests.bot.widget.running import RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_contact_request_is_made_by_keyboard_alone(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    keys = visitor.page.keyboard
    await visitor.launcher.focus()
    await keys.press("Enter")
    await expect(visitor.field).to_be_focused()
    await keys.type("I would like to talk to my sales contact")
    await keys.press("Enter")
    form = visitor.log.locator(".live:not([hidden]) form")
    await expect(form).to_have_count(1)

    # Sent empty: it comes back with what is missing, and the focus is where to begin.
    await form.get_by_role("button", name="Continue").focus()
    await keys.press("Enter")
    await expect(form.locator("[aria-invalid]").first).to_be_visible()
    await expect(form).to_have_count(1)
    await expect(form.locator("[aria-invalid] :focus, [aria-invalid]:focus")).to_have_count(1)

    await form.get_by_label("Name").focus()
    await keys.type("Grace Miller")
    for _ in range(60):
        if await visitor.focused() == "BUTTON.main":
            break
        element = await visitor.page.evaluate(
            "() => document.activeElement.shadowRoot.activeElement.type"
        )
        if element == "radio":
            await keys.press("Space")
        elif element == "tel":
            await keys.type("415-555-0104")
        elif element == "email":
            await keys.type("grace.miller@northwind-studio.example")
        await keys.press("Tab")
    await keys.press("Enter")

    card = visitor.log.get_by_role("group", name="Please check and send")
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("Grace Miller")
    await expect(card.get_by_role("checkbox")).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(card.get_by_role("button", name="Send")).to_be_hidden()
    await expect(visitor.log.locator(".fate")).to_have_count(0)
    await visitor.page.wait_for_function("() => true")
    await expect(visitor.log.locator(".message").last).to_have_class("message bot")
    requests = await counter.parts.store.read(lambda s: s.scalars(select(SalesRequestRow)).all())
    assert [request.kind for request in requests] == ["contact"]

    await keys.press("Escape")
    await expect(visitor.panel).to_be_hidden()
    await expect(visitor.launcher).to_be_focused()


async def test_escape_gives_the_focus_back_to_the_page(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    ask = visitor.page.get_by_role("link", name="Ask the counter")
    await ask.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.field).to_be_focused()
    await visitor.page.keyboard.press("Escape")
    await expect(ask).to_be_focused()


async def test_enter_that_ends_a_conversion_sends_nothing(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.field.fill("かんじ")
    await visitor.field.evaluate(
        """(field) => field.dispatchEvent(new KeyboardEvent("keydown",
             {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    await expect(visitor.field).to_have_value("かんじ")
    await visitor.field.press("Shift+Enter")
    await expect(visitor.field).to_have_value("かんじ\n")
    await visitor.field.press("Enter")
    await visitor.answered(1)
    assert await visitor.texts("customer") == ["かんじ"]


async def test_on_a_phone_the_tab_key_stays_in_the_panel(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    await visitor.page.set_viewport_size({"width": 390, "height": 780})
    await visitor.launcher.click()
    await expect(visitor.panel).to_have_attribute("aria-modal", "true")
    seen = set()
    for _ in range(15):
        await visitor.page.keyboard.press("Tab")
        seen.add(await visitor.focused())
    assert None not in seen
    assert "BUTTON.launcher" not in seen
    assert "BUTTON.plain close" in seen
