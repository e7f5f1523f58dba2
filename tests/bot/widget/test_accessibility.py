"""What axe-core says of widget and pages, in each language and look."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.bot.widget.running import RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WISHES = {
    "en": ("Tell me more about the RC-1234", "I would like to talk to my sales contact"),
    "ja": ("RC-1234について教えてください", "担当の営業と話したい"),
}


async def faults(visitor: Visitor) -> list[str]:
    results = await Axe().run(visitor.page, options=RULES)
    return [
        f"{fault['id']}: {node['html']} {node['failureSummary']}"
        for fault in results.response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(
    ("locale", "look", "width"),
    # Each pair of values at least once.
    [("en", "light", 1280), ("en", "dark", 390), ("ja", "dark", 1280), ("ja", "light", 390)],
)
async def test_axe_finds_nothing(
    counter: RunningCounter,
    browser: Browser,
    locale: str,
    look: Literal["light", "dark"],
    width: int,
) -> None:
    context = await browser.new_context(
        color_scheme=look, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    address = f"{counter.url}/products/RC-1234?locale={locale}"
    visitor = await Visitor.arrive(context, address, opened=False)
    assert await faults(visitor) == []
    await visitor.launcher.click()
    assert await faults(visitor) == []
    for number, wish in enumerate(WISHES[locale], start=1):
        await visitor.say(wish)
        await visitor.answered(number)
    await visitor.log.locator("form").locator(".main").click()
    await expect(visitor.log.locator("[aria-invalid]").first).to_be_visible()
    assert await faults(visitor) == []
    await context.close()


@pytest.mark.parametrize("path", ["/", "/?locale=ja", "/nothing-here"])
async def test_axe_finds_nothing_on_the_pages(
    counter: RunningCounter, browser: Browser, path: str
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 800})
    page = await context.new_page()
    await page.goto(counter.url + path)
    assert await faults(Visitor(page)) == []
    await context.close()


async def test_at_twice_the_size_nothing_is_cut_off(
    counter: RunningCounter, browser: Browser
) -> None:
    # 1280 × 800 at 200 % zoom are 640 × 400 CSS pixels.
    context = await browser.new_context(
        viewport={"width": 640, "height": 400}, device_scale_factor=2
    )
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("I would like to talk to my sales contact")
    await visitor.answered(1)
    await (await visitor.panel.element_handle()).wait_for_element_state("stable")  # it slides in
    boxes = [
        await part.bounding_box()
        for part in (visitor.panel, visitor.field, visitor.panel.locator(".close"))
    ]
    for box in boxes:
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 640
        assert box["y"] + box["height"] <= 400
    wide = await visitor.page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not wide
    await context.close()


async def test_old_messages_are_not_read_out_and_new_ones_are(
    counter: RunningCounter, browser: Browser
) -> None:
    context = await browser.new_context()
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say("First")
    await visitor.answered(1)
    await expect(visitor.log).to_have_attribute("aria-live", "polite")
    await visitor.page.reload()
    # The region is silent until the history stands in it.
    quiet = await visitor.page.evaluate(
        """() => new Promise((done) => {
          const root = document.querySelector("madoguchi-counter").shadowRoot;
          const log = root.querySelector("[role=log]");
          const look = () => log.querySelector(".message")
            ? done(log.getAttribute("aria-live")) : setTimeout(look, 5);
          look();
        })"""
    )
    assert quiet == "off"
    await expect(visitor.page.locator("[role=log]")).to_have_attribute("aria-live", "polite")
    await context.close()
