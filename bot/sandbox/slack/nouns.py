"""What a Slack workspace holds: people, messages, channels, views, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM_ID, TEAM_DOMAIN, APP_ID = "T0SANDBOX", "sandbox", "A0SANDBOX"
BOT_USER_ID, BOT_ID = "U0BOT", "B0BOT"


@dataclass(slots=True)
class User:
    """A person, or the app's bot user. A restricted one is a guest."""

    id: str
    name: str
    email: str | None = None
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    locale: str = "en-US"
    tz: str = "UTC"

    def to_json(self, *, with_email: bool) -> Json:
        """The user object of users.info."""
        profile: Json = {"real_name": self.name, "display_name": self.name, "team": TEAM_ID}
        if with_email and self.email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "is_email_confirmed": self.email is not None,
            "locale": self.locale,
            "tz": self.tz,
            "profile": profile,
        }


@dataclass(slots=True, eq=False)
class Message:
    """One message. An ephemeral one is seen by `ephemeral_to` alone and is in no history."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    ephemeral_to: str | None = None
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None
    attachments: list[Json] = field(default_factory=list)

    @property
    def by_bot(self) -> bool:
        """Whether the app itself wrote it."""
        return self.user == BOT_USER_ID

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_json(self, *, metadata: bool = False) -> Json:
        """The message object of conversations.history."""
        out: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        out["team"] = TEAM_ID
        if self.by_bot:
            out |= {"bot_id": BOT_ID, "app_id": APP_ID}
        optional: Json = {
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "files": self.files,
            "client_msg_id": self.client_msg_id,
            "metadata": self.metadata if metadata else None,
            "subtype": "thread_broadcast" if self.broadcast else None,
            "reactions": [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ],
        }
        return out | {key: value for key, value in optional.items() if value}


@dataclass(slots=True, eq=False)
class Channel:
    """A channel or, with `im_user`, a direct conversation of the bot with that user."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    im_user: str | None = None
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def type(self) -> str:
        """How events name its kind."""
        if self.im_user:
            return "im"
        return "group" if self.is_private else "channel"

    def message(self, ts: str) -> Message | None:
        """The message with that timestamp, ephemeral ones too."""
        return next((message for message in self.messages if message.ts == ts), None)

    def history(self) -> list[Message]:
        """What everybody in it sees at top level, oldest first."""
        return [
            message
            for message in self.messages
            if message.ephemeral_to is None and (not message.is_reply or message.broadcast)
        ]

    def thread(self, ts: str) -> list[Message]:
        """The parent and its replies, oldest first."""
        return [
            message
            for message in self.messages
            if message.ephemeral_to is None and ts in (message.ts, message.thread_ts)
        ]

    def to_json(self) -> Json:
        """The channel object of conversations.info."""
        if self.im_user:
            return {"id": self.id, "is_im": True, "user": self.im_user, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": BOT_USER_ID in self.members,
            "num_members": len(self.members),
            "topic": {"value": ""},
            "purpose": {"value": ""},
        }


@dataclass(slots=True, eq=False)
class View:
    """A modal or an App Home as one person has it. `values` is what has been typed so far."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None

    def to_json(self, state: Json | None = None) -> Json:
        """The view object of views.open and of interactions."""
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **self.content,
            "id": self.id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "state": {"values": state or {}},
        }


@dataclass(slots=True, eq=False)
class StoredFile:
    """A file; `shared` once completeUploadExternal has been called for it."""

    id: str
    name: str
    title: str
    length: int
    content: bytes = b""
    mimetype: str = "application/octet-stream"
    user: str = BOT_USER_ID
    shared: bool = False
