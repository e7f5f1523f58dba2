"""What people in the workspace can do; each thing they do is told to the app."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack import interactions
from bot.sandbox.slack.api_files import file_json
from bot.sandbox.slack.api_views import checked, new_hash, push_view
from bot.sandbox.slack.calls import SlackError
from bot.sandbox.slack.events import Answer, EventSender
from bot.sandbox.slack.nouns import (
    APP_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    Channel,
    Json,
    Message,
    StoredFile,
    User,
    View,
)
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.telling import Telling
from bot.sandbox.slack.typed import as_typed, rich_text
from bot.sandbox.slack.workspace import Workspace, new_id


class People(Telling):
    """The hands of everybody in the workspace."""

    def __init__(self, workspace: Workspace, sender: EventSender) -> None:
        super().__init__(workspace, sender)
        self.responses = Responses(workspace)

    async def press(
        self,
        user_id: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
    ) -> Answer:
        """Press a button of a message, or choose `value` in a menu.

        Raises LookupError where this person sees no such element.
        """
        place, message = self._seen(user_id, channel, ts)
        block, element = interactions.find_element(message.blocks, action_id, block_id)
        payload = self._interaction("block_actions", user_id)
        payload |= interactions.message_context(place, message)
        payload |= {
            "actions": [interactions.action(block, element, value)],
            "response_url": self.responses.new_url(place, user_id, message.ts),
        }
        return await self._sender.send("interaction", payload)

    async def press_in_view(
        self, view_id: str, user_id: str, action_id: str, value: Any = None
    ) -> Answer:
        """Press a button in a modal or an App Home."""
        view = self._view(view_id, user_id)
        block, element = interactions.find_element(view.content["blocks"], action_id)
        payload = self._interaction("block_actions", user_id)
        payload |= {
            "container": {"type": "view", "view_id": view.id},
            "view": view.to_json(),
            "actions": [interactions.action(block, element, value)],
        }
        return await self._sender.send("interaction", payload)

    async def submit_view(self, view_id: str, user_id: str, values: Json) -> Answer:
        """Submit a modal; `values` by block_id or action_id, what is missing stays as prefilled.

        The app's answer is carried out: errors keep the modal open, else it closes or changes.
        Raises FormRefused where Slack's own client would not submit.
        """
        view = self._view(view_id, user_id)
        state = interactions.form_state(view, values)
        payload = self._interaction("view_submission", user_id)
        payload |= {"view": view.to_json(state), "response_urls": []}
        answer = await self._sender.send("interaction", payload)
        if answer.acknowledged:
            self._after_submission(view, answer.json)
        return answer

    async def close_view(self, view_id: str, user_id: str) -> Answer | None:
        """Close a modal by its cross; the app hears of it if it asked for `notify_on_close`."""
        view = self._view(view_id, user_id)
        self._pop(view)
        if not view.content.get("notify_on_close"):
            return None
        payload = self._interaction("view_closed", user_id)
        payload |= {"view": view.to_json(), "is_cleared": False}
        return await self._sender.send("interaction", payload)

    async def write(
        self, user_id: str, channel: str, text: str, thread_ts: str | None = None
    ) -> Answer:
        """Write a message as a person; `payload["event"]["ts"]` of the answer is its ts."""
        place = self._place(channel)
        message = Message(
            place.id,
            self._workspace.next_ts(),
            self._user(user_id).id,
            as_typed(text, self._workspace.users.values()),
            blocks=[rich_text(text)],
            thread_ts=thread_ts,
            client_msg_id=new_id("M"),
        )
        return await self._post(place, message)

    async def share_file(
        self,
        user_id: str,
        channel: str,
        name: str,
        content: bytes,
        mimetype: str,
        *,
        text: str = "",
        thread_ts: str | None = None,
    ) -> Answer:
        """Write a message with a file."""
        place = self._place(channel)
        file = StoredFile(new_id("F"), name, name, len(content), content, mimetype, user_id, True)
        self._workspace.files[file.id] = file
        message = Message(
            place.id,
            self._workspace.next_ts(),
            self._user(user_id).id,
            as_typed(text, self._workspace.users.values()),
            thread_ts=thread_ts,
            files=[file_json(file, self.responses.base)],
            client_msg_id=new_id("M"),
        )
        return await self._post(place, message, subtype="file_share")

    async def edit(self, user_id: str, channel: str, ts: str, text: str) -> Answer:
        """Change an own message."""
        place, message = self._seen(user_id, channel, ts)
        if message.user != user_id:
            raise LookupError("only the writer can edit")
        before = message.to_json()
        message.text = as_typed(text, self._workspace.users.values())
        message.blocks = [rich_text(text)]
        message.edited = {"user": user_id, "ts": self._workspace.next_ts()}
        return await self.tell_changed(place, message, before)

    async def delete(self, user_id: str, channel: str, ts: str) -> Answer:
        """Delete a message, also one of the bot."""
        place, message = self._seen(user_id, channel, ts)
        place.messages.remove(message)
        return await self.tell_deleted(place, message)

    async def command(self, user_id: str, text: str, channel: str) -> Answer:
        """Type a slash command; without a slash it is `/madoguchi` with that text.

        A text in the app's answer becomes a message: for this person alone unless `in_channel`.
        """
        place, user = self._place(channel), self._user(user_id)
        name, rest = text.split(" ", 1) if " " in text else (text, "")
        if not text.startswith("/"):
            name, rest = "/madoguchi", text
        payload = {
            "token": "deprecated-verification-token",
            "team_id": TEAM_ID,
            "team_domain": TEAM_DOMAIN,
            "channel_id": place.id,
            "channel_name": "directmessage" if place.im_user else place.name,
            "user_id": user.id,
            "user_name": user.name.lower().replace(" ", "."),
            "command": name,
            "text": rest.strip(),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.responses.new_url(place, user_id, None),
            "trigger_id": self._workspace.new_trigger(user_id),
        }
        answer = await self._sender.send("command", payload)
        if answer.acknowledged and answer.body.strip():
            self.responses.say(place.id, user_id, None, answer.json or {"text": answer.body})
        return answer

    async def open_home(self, user_id: str) -> Answer:
        """Open the app's Home tab."""
        user = self._user(user_id)
        home = self._workspace.homes.get(user_id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self._workspace.direct(user).id,
            "tab": "home",
            "event_ts": self._workspace.next_ts(),
        }
        if home is not None:
            event["view"] = home.to_json()
        return await self.tell(event, "app_home_opened")

    async def _post(self, place: Channel, message: Message, **more: Any) -> Answer:
        if place.is_archived:
            raise LookupError("the channel is archived")
        place.messages.append(message)
        self._workspace.changed()
        return await self.tell_new(place, message, **more)

    def _interaction(self, kind: str, user_id: str) -> Json:
        payload = interactions.common(kind, self._user(user_id))
        if kind != "view_closed":
            payload["trigger_id"] = self._workspace.new_trigger(user_id)
        return payload

    def _after_submission(self, view: View, answer: Json) -> None:
        action = answer.get("response_action")
        try:
            if action == "clear":
                self._workspace.modals.pop(view.user, None)
            elif action == "update":
                view.content, view.hash = checked(answer.get("view"), "modal"), new_hash()
            elif action == "push":
                push_view(self._workspace, view.user, checked(answer.get("view"), "modal"))
            elif action != "errors":
                self._pop(view)
        except SlackError:
            return  # a faulty view in the answer: Slack shows an error sign and leaves the modal
        self._workspace.changed()

    def _pop(self, view: View) -> None:
        stack = self._workspace.modals.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]
        self._workspace.changed()

    def _user(self, user_id: str) -> User:
        return self._workspace.users[user_id]

    def _place(self, channel: str) -> Channel:
        if channel in self._workspace.users:
            return self._workspace.direct(self._workspace.users[channel])
        found = self._workspace.channel(channel)
        if found is None:
            raise LookupError(f"there is no channel {channel}")
        return found

    def _seen(self, user_id: str, channel: str, ts: str) -> tuple[Channel, Message]:
        place = self._place(channel)
        message = place.message(ts)
        if message is None or message.ephemeral_to not in (None, user_id):
            raise LookupError(f"{user_id} sees no message {ts} in {channel}")
        return place, message

    def _view(self, view_id: str, user_id: str) -> View:
        home = self._workspace.homes.get(user_id)
        for view in [*self._workspace.modals.get(user_id, []), *([home] if home else [])]:
            if view.id == view_id:
                return view
        raise LookupError(f"{user_id} has no view {view_id} open")
