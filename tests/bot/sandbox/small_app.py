"""A small real Slack app, to try the stand-ins with: a card, a modal, a command, a Home tab."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack
from bot.site import Site


class Counter:
    """A small real app: a card with a button, a modal, a command, a home, and a log of events."""

    def __init__(self, slack: SandboxSlack, session: aiohttp.ClientSession) -> None:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.url, session=session)
        self.bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)
        self.client = client
        self.events: list[dict[str, Any]] = []
        self.fail_next = 0
        self.bolt.event("message")(self._message)
        self.bolt.event("app_home_opened")(self._home)
        self.bolt.action("request.claim")(self._claim)
        self.bolt.action("request.reply")(self._reply)
        self.bolt.view("reply")(self._submitted)
        self.bolt.command("/madoguchi")(self._command)

    async def _message(self, event: dict[str, Any], request: Any) -> None:
        self.events.append(event)

    async def _home(self, event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [text_block("Nothing yet")]}
        )

    async def _claim(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(text=f"Claimed by {body['user']['id']}", replace_original=False)

    async def _reply(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=reply_modal())

    async def _submitted(self, ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["reply"]["text"]["value"]
        if "bad" in text:
            await ack(response_action="errors", errors={"reply": "not like this"})
        else:
            await ack()

    async def _command(self, ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You said {command['text']}")

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        if self.fail_next:
            self.fail_next -= 1
            return web.Response(status=500)
        answer = await self.bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)


def text_block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def card() -> list[dict[str, Any]]:
    labels = {"request.claim": "Claim", "request.reply": "Reply"}
    buttons = [
        {"type": "button", "action_id": name, "text": {"type": "plain_text", "text": label}}
        for name, label in labels.items()
    ]
    return [text_block("A wish"), {"type": "actions", "elements": buttons}]


def reply_modal() -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "reply",
        "title": {"type": "plain_text", "text": "Reply"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "block_id": "reply",
                "label": {"type": "plain_text", "text": "Text"},
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
    }


@asynccontextmanager
async def running(slack: SandboxSlack) -> AsyncIterator[Counter]:
    """The app on a port of its own, told of everything that people do in `slack`."""
    async with aiohttp.ClientSession() as session:
        counter = Counter(slack, session)
        app = web.Application()
        app.router.add_post("/slack/events", counter.dispatch)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await Site(runner, "127.0.0.1", 0).start()
        slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield counter
        await slack.settle()
        await runner.cleanup()
