"""Posts to Slack what the outbox owes, so that a lost answer never makes a second message."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.delivery.answers import is_read_already
from bot.delivery.outcome import NotNow, Outcome, Refused, Sent, Unreachable
from bot.rendering import Renderer
from bot.slack.api import GONE, OF_APP, OF_CHANNEL, SlackApi, SlackAway, SlackRefused
from bot.slack.card import Card, metadata, render_card
from bot.slack.history import SlackHistory
from domain.errors import NotFound
from domain.notifications import Notification, OutboxChannel
from domain.request_view import RequestView
from storage.leases import Claimed
from storage.outbox import is_owed, owe
from storage.request_views import load_request_view
from storage.slack_cards import drop_waiting_updates, forget_card, remember_card
from storage.store import Store

#: Slack takes about one message a second in each channel; slightly more than that, since the
#: claims are spaced exactly and the sends are not.
PACE = timedelta(seconds=1.05)
_CLIENT_IDS = uuid.UUID("6f1d9a0e-3c3f-4f0a-9d4b-1f5f0c9f2a77")
WAITS_FOR_CARD = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Shown(Sent):
    """The card of the request shows this version now; older updates need not be sent."""

    request_id: str = ""
    version: int = 0


class SlackSender:
    """Sends cards, their updates, what is said in their threads, and notices.

    Args:
        pace: between two sends in one channel.
        new_id: makes outbox ids.
    """

    in_order = True

    def __init__(
        self,
        api: SlackApi,
        store: Store,
        renderer: Renderer,
        *,
        base_url: str,
        locale: str,
        new_id: Callable[[], str],
        pace: timedelta = PACE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.pace = pace
        self._api = api
        self._history = SlackHistory(api)
        self._store = store
        self._renderer = renderer
        self._base_url, self._locale = base_url, locale
        self._new_id, self._clock = new_id, clock
        self._kinds = {
            "request_card": self._card,
            "request_card_update": self._update,
            "thread_message": self._thread,
            "unseen_answer": self._unseen,
            "admin_notice": self._notice,
            "channel_notice": self._notice,
        }

    async def send(self, batch: Sequence[Claimed]) -> AsyncGenerator[tuple[Claimed, Outcome], None]:
        """Try each in turn."""
        shown: dict[str, int] = {}
        for claimed in batch:
            if claimed.kind == "request_card_update" and _is_shown(claimed, shown):
                yield claimed, Sent()
                continue
            outcome = await self._send_one(claimed)
            if isinstance(outcome, Shown):
                shown[outcome.request_id] = outcome.version
            yield claimed, outcome

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def _send_one(self, claimed: Claimed) -> Outcome:
        handle = self._kinds.get(claimed.kind)
        if handle is None:
            return Refused(f"no such kind: {claimed.kind}")
        try:
            return await handle(claimed)
        except SlackAway as error:
            wait = None if error.wait_seconds is None else timedelta(seconds=error.wait_seconds)
            return Unreachable(str(error), error.may_have_happened, wait)
        except SlackRefused as error:
            return _of_refusal(error, claimed)
        except NotFound as error:
            return Refused(str(error))

    async def _view(self, claimed: Claimed) -> RequestView:
        if claimed.request_id is None:
            raise NotFound("a card without a request")
        request_id = claimed.request_id
        return await self._store.read(lambda session: load_request_view(session, request_id))

    def _render(self, view: RequestView) -> Card:
        return render_card(view, self._renderer, self._base_url, self._locale)

    async def _card(self, claimed: Claimed) -> Outcome:
        view = await self._view(claimed)
        card = self._render(view)
        channel_id, ts = await self._post(claimed, claimed.recipient, card.text, card.blocks)
        posted = partial(self._card_posted, view, channel_id, ts)
        return Shown(f"{channel_id}:{ts}", posted, view.id, view.version)

    def _card_posted(self, view: RequestView, channel_id: str, ts: str, session: Session) -> None:
        now = self._clock()
        remember_card(session, view.id, channel_id, ts, now)
        drop_waiting_updates(session, view.id, view.version, now)

    async def _update(self, claimed: Claimed) -> Outcome:
        view = await self._view(claimed)
        if view.slack_channel is None or view.slack_ts is None:
            return Sent()  # the card is still to be posted, and shows this then
        card = self._render(view)
        try:
            await self._api.call(
                "chat.update",
                channel=view.slack_channel,
                ts=view.slack_ts,
                text=card.text,
                blocks=card.blocks,
            )
        except SlackRefused as error:
            if error.code in GONE:
                return Sent(None, partial(self._owe_new_card, claimed, view))
            raise
        except SlackAway as error:
            # Changing it once more to the same does no harm: nothing to look up.
            raise SlackAway(
                str(error), may_have_happened=False, wait_seconds=error.wait_seconds
            ) from None
        return Shown(
            f"{view.slack_channel}:{view.slack_ts}",
            lambda session: drop_waiting_updates(session, view.id, view.version, self._clock()),
            view.id,
            view.version,
        )

    def _owe_new_card(self, claimed: Claimed, view: RequestView, session: Session) -> None:
        """Somebody deleted the card: one new one, no more, or two bots could go on for ever."""
        if view.slack_ts is not None:
            forget_card(session, view.id, view.slack_ts)
        again = Notification(
            key=f"request:{view.id}:card:again",
            channel=OutboxChannel.SLACK,
            kind="request_card",
            recipient=claimed.recipient,
            request_id=view.id,
            conversation_id=view.conversation_id,
        )
        # In the time of what found it missing, so that the card stands before that in the lane.
        owe(session, again, now=claimed.created_at, new_id=self._new_id)

    async def _unseen(self, claimed: Claimed) -> Outcome:
        """Whether the answer was read is asked now, not when it was owed."""
        read = await self._store.read(lambda session: is_read_already(session, claimed))
        if not read:
            return await self._thread(claimed)
        return await self._thread(replace(claimed, payload=claimed.payload["read"]))

    async def _thread(self, claimed: Claimed) -> Outcome:
        view = await self._view(claimed)
        if view.slack_channel is None or view.slack_ts is None:
            return await self._without_card(claimed, view)
        try:
            channel_id, ts = await self._post(
                claimed,
                view.slack_channel,
                str(claimed.payload.get("text", "")),
                claimed.payload.get("blocks"),
                thread_ts=view.slack_ts,
            )
        except SlackRefused as error:
            if error.code not in GONE:
                raise
            await self._store.write(partial(self._owe_new_card, claimed, view))
            return NotNow(f"the card is gone: {error.code}", wait=WAITS_FOR_CARD)
        return Sent(f"{channel_id}:{ts}")

    async def _without_card(self, claimed: Claimed, view: RequestView) -> Outcome:
        """A card on its way is waited for; one that was given up is tried once more."""
        if not await self._store.read(lambda session: is_owed(session, view.id, "request_card")):
            await self._store.write(partial(self._owe_new_card, claimed, view))
        return NotNow("its card does not stand in Slack yet", wait=WAITS_FOR_CARD)

    async def _notice(self, claimed: Claimed) -> Outcome:
        text = str(claimed.payload.get("text", ""))
        blocks = claimed.payload.get("blocks")
        channel_id, ts = await self._post(claimed, claimed.recipient, text, blocks)
        return Sent(f"{channel_id}:{ts}")

    async def _post(
        self,
        claimed: Claimed,
        channel: str,
        text: str,
        blocks: Any,
        *,
        thread_ts: str | None = None,
    ) -> tuple[str, str]:
        """Post, unless an earlier try has; return the channel's id and the message's ts."""
        if claimed.may_have_happened:
            channel_id = await self._history.channel_id(channel)
            if channel_id is not None:
                since = claimed.created_at
                ts = await self._history.find(channel_id, claimed.id, since, thread_ts)
                if ts is not None:
                    return channel_id, ts
        arguments: dict[str, Any] = {
            "channel": channel,
            "text": text,
            "metadata": metadata(claimed.request_id or "", claimed.id),
            "unfurl_links": False,
            "unfurl_media": False,
            # Where Slack honours it, a second post of the same id is none.
            "client_msg_id": str(uuid.uuid5(_CLIENT_IDS, claimed.id)),
        }
        if blocks:
            arguments["blocks"] = blocks
        if thread_ts is not None:
            arguments["thread_ts"] = thread_ts
        answer = await self._api.call("chat.postMessage", **arguments)
        channel_id = str(answer.get("channel", channel))
        self._history.learn(channel, channel_id)
        return channel_id, str(answer.get("ts", ""))


def _is_shown(claimed: Claimed, shown: Mapping[str, int]) -> bool:
    return (claimed.message_seq or 0) <= shown.get(claimed.request_id or "", -1)


def _of_refusal(error: SlackRefused, claimed: Claimed) -> Outcome:
    if error.code in OF_APP:
        return Refused(str(error), cause=error.code)
    if error.code in OF_CHANNEL:
        return Refused(str(error), cause=f"{error.code}:{claimed.recipient}")
    return Refused(str(error), cause=f"content:{error.code}")
