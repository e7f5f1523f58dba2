"""The demo page: what its addresses answer to whom, and the whole of it in a browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.mailbox import SandboxMailbox
from bot.sandbox.pages import Persona, create_demo_pages
from bot.sandbox.slack import SandboxSlack
from bot.site import Site
from tests.bot.sandbox.small_app import Counter, card, running
from tests.hurry import without_hurry

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
CATALOG = "catalog@sales.example"
GRACE = Persona("grace@studio.example", "Grace Miller", "customer")
MIKA = Persona("mika@sales.example", "Mika", "staff", "ja")


@dataclass
class Demo:
    """The page on its own port, with the stand-ins and the small app behind it."""

    url: str
    mailbox: SandboxMailbox
    slack: SandboxSlack
    app: Counter


async def listening(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await Site(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def shop(request: web.Request) -> web.Response:
    return web.Response(text="<title>Shop</title><h1>Sample shop</h1>", content_type="text/html")


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    shop_app = web.Application()
    shop_app.router.add_get("/", shop)
    shop_runner, shop_url = await listening(shop_app)
    mailbox, slack = await SandboxMailbox.start(), without_hurry(await SandboxSlack.start())
    slack.add_user("U0MIKA", "Mika", MIKA.address)
    slack.add_user("U0KEN", "Ken", "ken@sales.example")
    pages = create_demo_pages(
        mailbox, slack, shop_url, personas=[GRACE, MIKA], catalog_address=CATALOG
    )
    runner, url = await listening(pages)
    async with running(slack) as app:
        yield Demo(url, mailbox, slack, app)
    for stopping in (runner, shop_runner):
        await stopping.cleanup()
    await slack.stop()
    await mailbox.stop()


def a_mail(**more: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Counter <{CATALOG}>", GRACE.address
    mail["Subject"], mail["Message-ID"] = "お問い合わせ", "<one@sales.example>"
    mail["Reply-To"] = "catalog+token@sales.example"
    mail.set_content("Thank you. https://shop.example/room\n")
    html = "<p id=greeting style='color: teal'>Thank you</p><script>top.hacked = 1</script>"
    mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"bytes", maintype="application", subtype="pdf", filename="a.pdf")
    for name, value in more.items():
        mail[name] = value
    return mail.as_bytes(policy=policy.SMTP)


async def post(
    demo: Demo, path: str, body: Any, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            demo.url + path, json=body, headers={"Origin": demo.url} | (headers or {})
        ) as response,
    ):
        is_json = response.content_type == "application/json"
        return response.status, await response.json() if is_json else await response.text()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_pages_neither_read_nor_act(demo: Demo, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(demo.url + "/api/slack", headers=headers) as response,
    ):
        assert response.status == 403
    if "Sec-Fetch-Site" not in headers:
        body = {"user": "U0MIKA", "channel": "#sales", "text": "x"}
        status, _ = await post(demo, "/api/slack/write", body, headers)
        assert status == 403
    assert demo.slack.messages("#sales") == []


async def test_the_page_has_one_name(demo: Demo) -> None:
    other = demo.url.replace("127.0.0.1", "localhost")
    async with aiohttp.ClientSession() as session:
        async with session.get(other + "/") as response:
            assert str(response.url) == demo.url + "/"
        async with session.get(other + "/api/slack") as response:
            assert response.status == 403


async def test_a_request_without_origin_or_json_does_nothing(demo: Demo) -> None:
    async with aiohttp.ClientSession() as session:
        address = demo.url + "/api/slack/write"
        async with session.post(address, json={"user": "U0MIKA"}) as response:
            assert response.status == 403
        form = {"user": "U0MIKA", "channel": "#sales", "text": "x"}
        async with session.post(address, data=form, headers={"Origin": demo.url}) as response:
            assert response.status == 403


async def test_every_answer_has_the_strict_headers(demo: Demo) -> None:
    await demo.mailbox.put(GRACE.address, a_mail())
    paths = ["/", "/assets/main.js", "/api/slack", "/nowhere", "/assets/..%2Fapp.py"]
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(demo.url + path) as response:
                found = response.headers
                assert "default-src 'none'" in found["Content-Security-Policy"]
                assert "unsafe" not in found["Content-Security-Policy"]
                assert found["X-Content-Type-Options"] == "nosniff"
                assert response.status == (404 if path in paths[3:] else 200)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"from": GRACE.address, "to": CATALOG, "subject": "x", "text": ""},
        {"from": "a@b.example\r\nBcc: c@d.example", "to": CATALOG, "subject": "x", "text": "x"},
        {"from": GRACE.address, "to": CATALOG, "text": "x", "charset": "utf-7"},
        {"from": GRACE.address, "to": "nobody", "text": "x"},
        {"from": GRACE.address, "to": CATALOG, "text": "x" * 100_001},
        {"from": GRACE.address, "to": CATALOG, "text": "☃", "charset": "iso-2022-jp"},
    ],
)
async def test_a_faulty_mail_is_not_sent(demo: Demo, body: Any) -> None:
    status, _ = await post(demo, "/api/mail/send", body)
    assert status in (400, 422)
    assert demo.mailbox.addresses == []


async def test_a_subject_cannot_smuggle_a_header_in(demo: Demo) -> None:
    body = {"from": GRACE.address, "to": CATALOG, "subject": "x\r\nBcc: z@z.example", "text": "x"}
    status, _ = await post(demo, "/api/mail/send", body)
    (raw,) = demo.mailbox.inbox(CATALOG)
    assert status == 200
    assert message_from_bytes(raw)["Bcc"] is None
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == "x Bcc: z@z.example"


async def test_a_reply_stays_in_its_thread_and_goes_to_reply_to(demo: Demo) -> None:
    await demo.mailbox.put(GRACE.address, a_mail(References="<zero@sales.example>"))
    (entry,) = demo.mailbox.entries(GRACE.address)
    body = {"address": GRACE.address, "id": entry.id, "text": "はい", "charset": "iso-2022-jp"}
    status, answer = await post(demo, "/api/mail/reply", body)
    assert (status, answer["to"]) == (200, ["catalog+token@sales.example"])
    (raw,) = await demo.mailbox.mails(CATALOG)
    reply = message_from_bytes(raw, policy=policy.default)
    assert reply["In-Reply-To"] == "<one@sales.example>"
    assert reply["References"] == "<zero@sales.example> <one@sales.example>"
    assert reply["Subject"] == "Re: お問い合わせ"
    assert reply["From"] == "Grace Miller <grace@studio.example>"
    assert reply["Delivered-To"] == "catalog+token@sales.example"
    assert reply.get_content_charset() == "iso-2022-jp"
    assert "はい".encode("iso-2022-jp") in raw
    assert "> Thank you." in reply.get_content()


async def test_html_of_a_mail_is_served_so_that_no_script_runs(demo: Demo) -> None:
    await demo.mailbox.put(GRACE.address, a_mail())
    (entry,) = demo.mailbox.entries(GRACE.address)
    async with aiohttp.ClientSession() as session:
        query = {"address": GRACE.address, "id": entry.id}
        async with session.get(demo.url + "/mail/html", params=query) as response:
            found = response.headers["Content-Security-Policy"]
            assert "sandbox allow-popups" in found
            assert "script-src" not in found
            assert "default-src 'none'" in found
        async with session.get(demo.url + "/mail/file", params=query | {"part": "2"}) as response:
            assert await response.read() == b"bytes"
            assert response.headers["Content-Disposition"].startswith("attachment")
        async with session.get(demo.url + "/mail/html", params=query | {"id": "x"}) as response:
            assert response.status == 404


async def test_acting_on_what_is_not_there_is_refused(demo: Demo) -> None:
    press = {"user": "U0MIKA", "channel": "#sales", "ts": "1.000001", "action_id": "x"}
    assert await post(demo, "/api/slack/press", press) == (422, {"error": "gone"})
    assert (await post(demo, "/api/slack/press", {}))[0] == 400
    submit = {"user": "U0MIKA", "view_id": "V1", "values": {}}
    assert await post(demo, "/api/slack/submit", submit) == (422, {"error": "gone"})


# In a browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no browser: apt-get install chromium fonts-ipaexfont-gothic")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser, demo: Demo) -> AsyncIterator[Page]:
    opened = await browser.new_page(viewport={"width": 1400, "height": 850}, locale="en-US")
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    await opened.goto(demo.url)
    await expect(opened.locator("#slack-user option")).to_have_count(2)
    yield opened
    assert problems == []


async def assert_accessible(page: Page) -> None:
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


async def test_the_first_screen_says_in_three_lines_what_to_try(page: Page) -> None:
    await expect(page.locator("#tries li")).to_have_count(3)
    shop_frame = page.frame_locator("#shop-frame")
    await expect(shop_frame.get_by_role("heading", name="Sample shop")).to_be_visible()
    await page.get_by_role("button", name="日本語").click()
    await expect(page.locator("#tries li").first).to_contain_text("チャットを開き")
    assert await page.locator("html").get_attribute("lang") == "ja"
    await assert_accessible(page)


async def test_a_customer_reads_a_mail_and_answers_it(page: Page, demo: Demo) -> None:
    await demo.mailbox.put(GRACE.address, a_mail())
    await page.get_by_label("Mailbox of").select_option(GRACE.address)
    await page.locator("#mails").get_by_role("button").click()
    letter = page.frame_locator(".sheet")
    await expect(letter.locator("#greeting")).to_have_text("Thank you")
    assert await page.evaluate("window.hacked") is None
    await assert_accessible(page)
    await page.get_by_role("button", name="Plain text").click()
    link = page.locator("#letter-content").get_by_role("link")
    assert await link.get_attribute("href") == "https://shop.example/room"
    await page.locator("#letter-reply").click()
    await page.get_by_label("Text", exact=True).fill("Please come on Monday.")
    await page.locator("#writer").get_by_role("button", name="Send").click()
    await demo.mailbox.until(lambda: demo.mailbox.inbox(CATALOG))
    await expect(page.locator("#mails")).to_contain_text("catalog+token@sales.example")


async def test_what_everybody_got_is_seen_at_once_and_answered_as_its_owner(
    page: Page, demo: Demo
) -> None:
    await demo.mailbox.put(GRACE.address, a_mail())
    await demo.mailbox.put(MIKA.address, a_mail())
    await expect(page.locator("#mails li")).to_have_count(2)
    await page.get_by_role("button", name="Counter → Mika").click()
    await page.locator("#letter-reply").click()
    await expect(page.get_by_label("From", exact=True)).to_have_value(MIKA.address)


async def test_a_card_appears_is_pressed_and_answered_through_a_modal(
    page: Page, demo: Demo
) -> None:
    await demo.app.client.chat_postMessage(channel="#sales", text="A wish", blocks=card())
    slack = page.locator("#slack-body")
    await slack.get_by_role("button", name="Claim").click()
    await expect(slack).to_contain_text("Claimed by U0MIKA")
    await slack.get_by_role("button", name="Reply", exact=True).click()
    modal = page.get_by_role("dialog", name="Reply")
    await modal.get_by_label("Text").fill("bad words")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.get_by_role("alert")).to_have_text("not like this")
    await assert_accessible(page)
    await modal.get_by_label("Text").fill("good words")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal).to_be_hidden()
    await page.get_by_label("Act as").select_option("U0KEN")
    await expect(slack).not_to_contain_text("Claimed by")


async def test_slack_goes_to_the_new_card_until_the_visitor_has_chosen(
    page: Page, demo: Demo
) -> None:
    await demo.app.client.chat_postMessage(channel="#general", text="For <@U0KEN>: first")
    body, acting = page.locator("#slack-body"), page.get_by_label("Act as")
    await expect(body).to_contain_text("For @Ken: first")
    await expect(acting).to_have_value("U0KEN")
    await page.get_by_role("button", name="#sales").click()
    await demo.app.client.chat_postMessage(channel="#general", text="For <@U0MIKA>: second")
    await expect(page.get_by_role("button", name="#general unread")).to_be_visible()
    await expect(acting).to_have_value("U0KEN")


async def test_a_thread_is_opened_and_written_in(page: Page, demo: Demo) -> None:
    posted = await demo.app.client.chat_postMessage(channel="#sales", text="A wish")
    await page.get_by_role("button", name="Reply in thread").click()
    await page.get_by_label("Reply in the thread").fill("I call <him> & Ken")
    await page.keyboard.press("Enter")
    await expect(page.locator("#slack-body")).to_contain_text("I call <him> & Ken")
    reply = demo.slack.thread("#sales", posted["ts"])[1]
    assert reply.text == "I call &lt;him&gt; &amp; Ken"
    assert reply.user == "U0MIKA"


async def test_hostile_text_stays_text(page: Page, demo: Demo) -> None:
    hostile = "<img src=x onerror=top.hacked=1> <javascript:alert(1)|x> *<b>* &lt;script&gt;"
    await demo.app.client.chat_postMessage(channel="#sales", text=hostile)
    await expect(page.locator("#slack-body")).to_contain_text("onerror")
    assert await page.locator("#slack-body img, #slack-body a, #slack-body script").count() == 0
    assert await page.evaluate("window.hacked") is None


async def test_a_phone_shows_the_panes_one_below_the_other(page: Page, demo: Demo) -> None:
    await demo.app.client.chat_postMessage(channel="#sales", text="A wish", blocks=card())
    await page.set_viewport_size({"width": 360, "height": 740})
    tops = [
        await page.locator(f"#{name}").evaluate("pane => pane.getBoundingClientRect().top")
        for name in ("shop", "mail", "slack")
    ]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await assert_accessible(page)
