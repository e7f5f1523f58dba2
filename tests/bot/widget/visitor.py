"""A visitor at the widget, as seen on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect


@dataclass
class Visitor:
    """One tab. `troubles` are script errors and violations of the Content-Security-Policy."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    @classmethod
    async def arrive(cls, context: BrowserContext, url: str, *, opened: bool = True) -> Visitor:
        page = await context.new_page()
        visitor = cls(page)
        page.on("pageerror", lambda error: visitor.troubles.append(str(error)))
        page.on("console", lambda message: visitor._console(message.text))
        await page.goto(url)
        await expect(visitor.launcher).to_be_visible()
        if opened:
            await visitor.launcher.click()
        return visitor

    def _console(self, text: str) -> None:
        if re.search("Content.Security.Policy|Trusted", text):
            self.troubles.append(text)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("madoguchi-counter .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def field(self) -> Locator:
        return self.panel.locator(".composer textarea")

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log")

    def said_by(self, kind: str) -> Locator:
        """The bubbles of `customer`, `bot` or `staff`."""
        return self.log.locator(f".message.{kind}:not(.failed) .bubble")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def answered(self, count: int) -> None:
        """Wait until the counter has said `count` things and nothing is on its way."""
        await expect(self.log.locator(".message.bot")).to_have_count(count)
        await expect(self.log.locator(".fate")).to_have_count(0)

    async def texts(self, kind: str) -> list[str]:
        return await self.said_by(kind).all_inner_texts()

    async def focused(self) -> Any:
        """The tag and name of what has the focus inside the widget."""
        return await self.page.evaluate(
            """() => {
              const inner = document.activeElement.shadowRoot?.activeElement;
              return inner ? inner.tagName + "." + (inner.className || inner.name || "") : null;
            }"""
        )
