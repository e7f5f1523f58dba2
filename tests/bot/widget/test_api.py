"""`window.Madoguchi`, the script tag's attributes and the events, as documented."""

from __future__ import annotations

import re
import time
from pathlib import Path

import jwt
import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.bot.widget.host import HostSite, host_site
from tests.bot.widget.running import IDENTITY_SECRET, RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("ready", "open", "close", "message", "unread", "error")


def documented_stub() -> str:
    """The queueing stub as docs/widget.md shows it."""
    found = re.search(
        r"<script>\n(  window\.Madoguchi = .*?)</script>",
        (ROOT / "docs" / "widget.md").read_text("utf-8"),
        re.DOTALL,
    )
    assert found is not None
    return found.group(1)


async def listen(page: Page) -> None:
    """Write down every event with its details before any script runs."""
    await page.add_init_script(
        f"""window.heard = [];
        for (const name of {list(NAMES)})
          addEventListener("madoguchi:" + name, (e) => heard.push([name, e.detail]));"""
    )


async def heard(page: Page) -> list[list[object]]:
    result: list[list[object]] = await page.evaluate("() => window.heard")
    return result


async def test_calls_before_loading_are_kept_and_made_in_order(
    counter: RunningCounter, context: BrowserContext
) -> None:
    page = await context.new_page()
    await listen(page)
    await page.add_init_script(
        documented_stub()
        + """
        Madoguchi.on("open", () => (window.told = true));
        Madoguchi.setLocale("ja");
        Madoguchi.setProduct("RC-1234");
        Madoguchi.prefill("こんにちは");
        Madoguchi.open();"""
    )
    await page.goto(counter.url)
    visitor = Visitor(page)
    await expect(visitor.field).to_have_value("こんにちは")
    await expect(visitor.panel.get_by_text("RC-1234をご覧になっています。")).to_be_visible()
    assert await page.evaluate("() => window.told") is True
    assert [name for name, _ in await heard(page)] == ["open", "ready"]


async def test_every_call_is_safe_in_any_order(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    await visitor.page.evaluate(
        """async () => {
          const m = Madoguchi;
          const calls = [
            () => m.close(), () => m.shutdown(), () => m.setIdentity("nonsense"),
            () => m.setIdentity(null), () => m.setIdentity(undefined), () => m.setLocale("xx"),
            () => m.setLocale(null), () => m.setProduct(undefined), () => m.setProduct("RC-1234"),
            () => m.prefill(null), () => m.prefill(42), () => m.off("open", () => {}),
            () => m.on("open", console.log), () => m.on("open", console.log), () => m.toggle(),
            () => m.open(), () => m.open(), () => m.shutdown(), () => m.shutdown(), () => m.open(),
          ];
          for (const call of [...calls, ...calls.reverse()]) await call();
          m.open();
          m.prefill("");
        }"""
    )
    await visitor.say("Still here")
    await visitor.answered(1)
    assert visitor.troubles == []


async def test_events_tell_what_happens_and_never_what_was_written(
    counter: RunningCounter, context: BrowserContext
) -> None:
    page = await context.new_page()
    await listen(page)
    await page.goto(counter.url)
    visitor = Visitor(page)
    await visitor.launcher.click()
    await visitor.say("A secret word")
    await visitor.answered(1)
    await visitor.field.press("Escape")
    events = await heard(page)
    names = [name for name, _ in events]
    assert names[:2] == ["ready", "open"]
    assert names[-1] == "close"
    assert {"seq": 2, "author": "bot"} in [detail for name, detail in events if name == "message"]
    details = {type(v) for _, d in events if isinstance(d, dict) for v in d.values()}
    assert details <= {int, str}
    assert "secret" not in str(events)


async def test_off_ends_what_on_began(counter: RunningCounter, context: BrowserContext) -> None:
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    count = await visitor.page.evaluate(
        """() => {
          let count = 0;
          const add = () => { count += 1; };
          Madoguchi.on("open", add);
          Madoguchi.open();
          Madoguchi.close();
          Madoguchi.off("open", add);
          Madoguchi.open();
          return count;
        }"""
    )
    assert count == 1


async def test_a_signed_identity_is_known_and_a_forged_one_is_not(
    counter: RunningCounter, context: BrowserContext
) -> None:
    page = await context.new_page()
    await listen(page)
    await page.goto(counter.url)
    visitor = Visitor(page)
    claims = {"sub": "C-0004", "aud": "madoguchi", "exp": int(time.time()) + 3600}
    forged = jwt.encode(claims, "x" * 40, algorithm="HS256")
    await page.evaluate("(token) => Madoguchi.setIdentity(token)", forged)
    await visitor.launcher.click()
    await expect(visitor.panel.get_by_role("alert").first).to_contain_text("could not confirm")
    assert ["error", {"code": "unauthorized"}] in await heard(page)
    signed = jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")
    await page.evaluate("(token) => Madoguchi.setIdentity(token)", signed)
    await visitor.say("I would like to talk to my sales contact")
    await visitor.answered(1)
    form = visitor.log.locator("form")
    await expect(form.get_by_label("Name")).to_have_value("Grace Miller")


@pytest.mark.parametrize(
    ("attributes", "page_language", "browser_language", "greeting"),
    [
        ('data-locale="ja"', "en", "en-US", "窓口へようこそ。"),
        ("", "ja", "en-US", "窓口へようこそ。"),
        ('data-locale="fr"', "", "ja-JP", "窓口へようこそ。"),
        ("", "", "fr-FR", "Welcome to the counter."),
        ('data-locale="en-GB"', "ja", "ja-JP", "Welcome to the counter."),
    ],
)
async def test_the_language_is_that_of_tag_page_or_browser(
    counter: RunningCounter,
    context: BrowserContext,
    attributes: str,
    page_language: str,
    browser_language: str,
    greeting: str,
) -> None:
    site = host_site()
    site.page = embedding(counter, attributes, page_language)
    assert context.browser is not None
    foreign = await context.browser.new_context(locale=browser_language)
    async with site.running():
        visitor = await Visitor.arrive(foreign, site.url)
        await expect(visitor.panel.locator(".intro .title")).to_have_text(greeting)
    await foreign.close()


def embedding(counter: RunningCounter, attributes: str, language: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><title>Shop</title>'
        f'<script src="{counter.url}/widget.js" defer {attributes}></script></html>'
    )


async def test_loaded_twice_it_is_there_once(
    counter: RunningCounter, context: BrowserContext
) -> None:
    site = HostSite(host_site().port)
    site.page = embedding(counter, "", "en") + embedding(counter, "", "en")
    async with site.running():
        visitor = await Visitor.arrive(context, site.url)
        assert await visitor.page.locator("madoguchi-counter").count() == 1
        assert visitor.troubles == []


async def test_the_declared_types_are_the_calls_there_are(
    counter: RunningCounter, context: BrowserContext
) -> None:
    declared = (ROOT / "bot" / "widget" / "madoguchi.d.ts").read_text("utf-8")
    api = declared.partition("interface MadoguchiApi {")[2].partition("\n}")[0]
    events = declared.partition("interface MadoguchiEvents {")[2].partition("\n}")[0]
    visitor = await Visitor.arrive(context, counter.url, opened=False)
    calls = await visitor.page.evaluate("() => Object.keys(Madoguchi)")
    assert sorted(re.findall(r"^  (\w+)[<(]", api, re.MULTILINE)) == sorted(calls)
    assert sorted(re.findall(r"^  (\w+):", events, re.MULTILINE)) == sorted(NAMES)
