"""Nothing that anybody writes runs in the browser, and the widget keeps within its policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect
from sqlmodel import Session

from domain.messages import Author, AuthorKind, Channel, Message
from storage.conversations import add_messages, save_conversation
from tests.bot.widget.host import host_site
from tests.bot.widget.running import RunningCounter
from tests.bot.widget.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCS = Path(__file__).resolve().parents[3] / "docs" / "widget.md"

ATTACKS = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg/onload=window.ran=1>",
    '"><iframe srcdoc="<script>parent.ran=1</script>">',
    "<a href='javascript:window.ran=1'>x</a>",
    "javascript:window.ran=1",
    "[x](javascript:window.ran=1)",
    "https://a.example/\"onmouseover='window.ran=1'",
    "http://a.example/<img/src=x onerror=window.ran=1>",
    "data:text/html,<script>window.ran=1</script>",
    "{{constructor.constructor('window.ran=1')()}}",
    "${window.ran=1}",
    "</textarea><script>window.ran=1</script>",
    "<style>@import 'data:,';*{display:none}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "\u202e<script>\u2028window.ran=1</script>",
    "＜script＞window.ran=1＜/script＞",
    "a@a.example?subject=x&body=<script>window.ran=1</script>",
    'mailto:a@a.example" onclick="window.ran=1',
)


def parts_of(attack: str) -> tuple[dict[str, object], ...]:
    """Every kind of part with the attack in each of its texts and addresses."""
    button = {"action": attack, "label": attack}
    field = {"name": attack, "label": attack, "value": attack, "required": True}
    options = [{"value": attack, "label": attack}]
    return (
        {"kind": "choices", "choices": [button]},
        {
            "kind": "product",
            "model_number": attack,
            "name": attack,
            "price": attack,
            "image_url": attack,
            "note": attack,
            "buttons": [button],
        },
        {
            "kind": "form",
            "action": attack,
            "title": attack,
            "submit": attack,
            "reset": attack,
            "errors": {attack: attack},
            "fields": [
                {**field, "type": kind, "options": options if kind in {"choice", "select"} else []}
                for kind in ("text", "textarea", "choice", "select", "checkbox", attack)
            ],
        },
        {"kind": "confirm", "action": attack, "summary": [[attack, attack]], "notify_staff": True},
        {"kind": "table", "caption": attack, "head": [attack], "rows": [[attack, None, 3]]},
        {"kind": "image", "url": attack, "alt": attack},
        {"kind": "file", "url": attack, "name": attack, "size": 3},
        {"kind": "link", "url": attack, "label": attack},
        {"kind": attack},
        {"kind": "constructor"},
    )


async def plant(counter: RunningCounter, conversation: str) -> int:
    """Have every attack said by staff, name, text and parts. Returns the number of messages."""
    at = counter.parts.clock()

    def unit(session: Session) -> None:
        messages = [
            Message(
                conversation_id=conversation,
                seq=number,
                author=Author(AuthorKind.STAFF, attack),
                channel=Channel.SLACK,
                text=attack,
                at=at,
                parts=parts_of(attack),
            )
            for number, attack in enumerate(ATTACKS, start=100)
        ]
        add_messages(session, messages)
        save_conversation(session, conversation, at, last_seq=messages[-1].seq)

    await counter.parts.store.write(unit)
    return len(ATTACKS)


async def conversation_of(visitor: Visitor) -> str:
    token = await visitor.page.evaluate(
        """() => JSON.parse(localStorage.getItem(
          Object.keys(localStorage).find((key) => key.endsWith(":visitor"))))"""
    )
    return str(token).rpartition(".")[0].partition(":")[2]


async def test_no_text_name_or_part_runs_a_script(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    requests: list[str] = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    await visitor.say("Hello")
    await visitor.answered(1)
    planted = await plant(counter, await conversation_of(visitor))
    await expect(visitor.log.locator(".message.staff")).to_have_count(planted)
    assert await visitor.texts("staff") == [attack for attack in ATTACKS if attack]
    await visitor.page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    assert await visitor.page.evaluate("() => window.ran") is None
    # The page's own policy takes no pictures over http; that it says so is as it should be.
    assert [t for t in visitor.troubles if not t.startswith("Loading the image 'http://")] == []
    foreign = await visitor.log.locator("script, iframe, style, math, object, embed").count()
    assert foreign == 0
    addresses = await visitor.log.locator("[href], [src]").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src'))"
    )
    assert addresses
    assert all(re.match(r"(https?:|mailto:)", address) for address in addresses)
    assert all(
        url.startswith((counter.url, "http://a.example/", "https://a.example/")) for url in requests
    )


async def test_a_customers_own_words_stay_text(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    for number, attack in enumerate(ATTACKS[:6], start=1):
        await visitor.say(attack)
        await visitor.answered(number)
    await visitor.page.reload()
    await visitor.launcher.click()
    await visitor.answered(6)
    assert await visitor.texts("customer") == list(ATTACKS[:6])
    assert await visitor.page.evaluate("() => window.ran") is None


async def test_addresses_in_text_become_links_and_nothing_more(
    counter: RunningCounter, context: BrowserContext
) -> None:
    visitor = await Visitor.arrive(context, counter.url)
    await visitor.say(
        "See https://www.example.com/a?b=1&c=2. (http://example.org/x) 例：https://例え.example/パス。"
        " mail yoko@example.com, not ftp://example.com or javascript:alert(1)"
    )
    await visitor.answered(1)
    links = visitor.said_by("customer").locator("a")
    assert await links.evaluate_all("(all) => all.map((one) => one.href)") == [
        "https://www.example.com/a?b=1&c=2",
        "http://example.org/x",
        "https://xn--r8jz45g.example/%E3%83%91%E3%82%B9",
        "mailto:yoko@example.com",
    ]
    assert await links.first.get_attribute("rel") == "noopener noreferrer nofollow"


async def test_it_works_on_a_website_with_exactly_the_documented_policy(
    database: Path, context: BrowserContext
) -> None:
    site = host_site()
    counter = RunningCounter(database, origins=(site.url,))
    lines = re.search(r"```\n(script-src.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert lines is not None
    sources = lines.group(1).replace("wss://counter.example.com", counter.url.replace("http", "ws"))
    site.policy = "default-src 'none'; require-trusted-types-for 'script'; " + " ".join(
        sources.replace("https://counter.example.com", counter.url).split()
    )
    site.page = f"<!doctype html><title>Shop</title><script src='{counter.url}/widget.js' defer data-product='RC-1234'></script>"  # noqa: E501  # one tag, as documented
    await counter.start()
    async with site.running():
        visitor = await Visitor.arrive(context, site.url)
        await visitor.say("Tell me more about the RC-1234")
        await visitor.answered(1)
        await expect(visitor.log.locator(".product img")).to_be_visible()
        weight = await visitor.page.locator("madoguchi-counter .launcher").evaluate(
            "(button) => getComputedStyle(button).position"
        )
        assert weight == "relative"  # its own style reached it
        assert visitor.troubles == []
        assert await context.cookies() == []
    await counter.stop()


async def test_a_website_that_may_not_embed_it_gets_no_connection(
    counter: RunningCounter, context: BrowserContext
) -> None:
    site = host_site()
    site.page = (
        f"<!doctype html><title>Other</title><script src='{counter.url}/widget.js'></script>"
    )
    async with site.running():
        visitor = await Visitor.arrive(context, site.url)
        await expect(visitor.panel.get_by_role("status").first).to_contain_text("No connection")


async def test_styles_leak_neither_in_nor_out(database: Path, context: BrowserContext) -> None:
    site = host_site()
    counter = RunningCounter(database, origins=(site.url,))
    site.page = f"""<!doctype html><title>Loud</title>
      <style>
        html {{ font-size: 40px }}
        * {{ color: red !important; text-transform: uppercase; letter-spacing: 9px; opacity: .5 }}
        button, section, .panel, .launcher {{
          background: lime !important; position: static !important
        }}
      </style>
      <p id="own" class="bubble message">Own</p><button id="button">Own</button>
      <script src="{counter.url}/widget.js"></script>"""
    await counter.start()
    async with site.running():
        page = await context.new_page()
        await page.goto(site.url)
        before = await page.locator("#own").bounding_box()
        visitor = Visitor(page)
        await visitor.launcher.click()
        style = await visitor.panel.locator("h2").evaluate(
            """(element) => {
              const style = getComputedStyle(element);
              return [style.color, style.textTransform, style.letterSpacing, style.fontSize];
            }"""
        )
        assert style == ["rgb(43, 39, 34)", "none", "normal", "15.75px"]
        assert (
            await page.locator("madoguchi-counter").evaluate("(e) => getComputedStyle(e).opacity")
            == "1"
        )
        box = await visitor.panel.bounding_box()
        assert box is not None
        assert box["width"] == 390
        assert await page.locator("#own").bounding_box() == before
        own = await page.locator("#button").evaluate("(e) => getComputedStyle(e).backgroundColor")
        assert own == "rgb(0, 255, 0)"
    await counter.stop()
