"""A whole workspace in memory, and the ids and timestamps that it gives out."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bot.sandbox.slack.nouns import BOT_USER_ID, Channel, StoredFile, User, View
from bot.sandbox.waiting import Changes


@dataclass(slots=True)
class Trigger:
    """The right to open one modal, for three seconds."""

    user: str
    expires: float
    used: bool = False


class Workspace:
    """Everything there is; `changes` hears of each change that a person could see."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, StoredFile] = {}
        self.triggers: dict[str, Trigger] = {}
        self.changes = Changes()
        self.trigger_seconds = 3.0
        # Apps sold outside Slack's marketplace get 15 items a call; own ones up to 999.
        self.history_limit = 999
        self._last_ts = 0
        self.users[BOT_USER_ID] = User(BOT_USER_ID, "Madoguchi", is_bot=True)

    def changed(self) -> None:
        """Tell everybody who wants to know that something is new."""
        self.changes.tell()

    def next_ts(self) -> str:
        """A timestamp in microseconds that no message had before."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_channel(
        self,
        name: str,
        *,
        id: str | None = None,
        is_private: bool = False,
        bot_is_member: bool = True,
    ) -> Channel:
        """A new channel in which every person is."""
        channel = Channel(id or new_id("C"), name.removeprefix("#"), is_private=is_private)
        channel.members = [user for user in self.users if user != BOT_USER_ID]
        if bot_is_member:
            channel.members.append(BOT_USER_ID)
        self.channels[channel.id] = channel
        self.changed()
        return channel

    def add_user(self, user: User) -> User:
        """A new person, who joins every channel."""
        self.users[user.id] = user
        for channel in self.channels.values():
            if not channel.im_user:
                channel.members.append(user.id)
        self.changed()
        return user

    def channel(self, reference: str, *, by_name: bool = True) -> Channel | None:
        """A channel by its id, or with `by_name` also by `#name` or `name`."""
        found = self.channels.get(reference)
        if found is None and by_name:
            name = reference.removeprefix("#")
            found = next(
                (one for one in self.channels.values() if one.name == name and not one.im_user),
                None,
            )
        return found

    def direct(self, user: User) -> Channel:
        """The bot's direct conversation with that person, opened now if need be."""
        for channel in self.channels.values():
            if channel.im_user == user.id:
                return channel
        channel = Channel(new_id("D"), user.name, im_user=user.id, members=[user.id, BOT_USER_ID])
        self.channels[channel.id] = channel
        return channel

    def new_trigger(self, user: str) -> str:
        """A trigger_id for something this person has just done."""
        trigger = f"{time.time_ns()}.{secrets.token_hex(8)}"
        self.triggers[trigger] = Trigger(user, time.monotonic() + self.trigger_seconds)
        return trigger


def new_id(prefix: str) -> str:
    """An id that looks like Slack's: a letter and ten capitals or digits."""
    return prefix + "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(10))
