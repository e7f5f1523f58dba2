"""The events by which the app hears of messages, of people's and of its own."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.slack.events import Answer, EventSender
from bot.sandbox.slack.interactions import message_event
from bot.sandbox.slack.nouns import APP_ID, BOT_USER_ID, TEAM_ID, Channel, Json, Message
from bot.sandbox.slack.workspace import Workspace, new_id


class Telling:
    """Sends events of the kinds in `subscribed`, as an app's manifest lists them."""

    def __init__(self, workspace: Workspace, sender: EventSender) -> None:
        self._workspace, self._sender = workspace, sender
        self.subscribed = {"message.channels", "message.groups", "message.im", "app_home_opened"}

    async def tell(self, event: Json, subscription: str) -> Answer:
        """Send one event, if the app has subscribed to its kind."""
        envelope: Json = {
            "token": "deprecated-verification-token",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": new_id("EC"),
        }
        if subscription not in self.subscribed:
            return Answer("event", envelope)
        return await self._sender.send("event", envelope)

    async def tell_new(self, channel: Channel, message: Message, **more: Any) -> Answer:
        """The event of a new message, of a person or of the app itself."""
        event = message_event(channel, message) | more
        return await self.tell(event, f"message.{_plural(channel)}")

    async def tell_changed(self, channel: Channel, message: Message, before: Json) -> Answer:
        """The event message_changed."""
        self._workspace.changed()
        event = self._subtyped(channel, "message_changed")
        event |= {"message": message.to_json(), "previous_message": before}
        return await self.tell(event, f"message.{_plural(channel)}")

    async def tell_deleted(self, channel: Channel, message: Message) -> Answer:
        """The event message_deleted."""
        self._workspace.changed()
        event = self._subtyped(channel, "message_deleted")
        event |= {"deleted_ts": message.ts, "previous_message": message.to_json()}
        return await self.tell(event, f"message.{_plural(channel)}")

    def _subtyped(self, channel: Channel, subtype: str) -> Json:
        ts = self._workspace.next_ts()
        return {
            "type": "message",
            "subtype": subtype,
            "channel": channel.id,
            "channel_type": channel.type,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }


def _plural(channel: Channel) -> str:
    return {"channel": "channels", "group": "groups", "im": "im"}[channel.type]
