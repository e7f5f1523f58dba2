"""What the process that stores and one that holds sockets say to each other."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from struct import Struct
from typing import Any, cast

from bot.logs import LogForm
from domain.messages import Action, Channel, IncomingMessage, Sender
from domain.people import Level
from domain.understanding import Understanding
from domain.values import value
from inbound.hearing import Hearing

log = logging.getLogger(__name__)

_SIZE = Struct(">I")
#: Bytes of a request's head that is handed over with its connection.
MAX_HEAD = 16 * 1024
#: Meanings of short texts that are kept in the form in which they are sent, and as received.
KEPT = 2_000
KEPT_LENGTH = 200
KEPT_SIZE = 4_096


@value
class Setup:
    """What a process that holds sockets has to know before it can.

    Attributes:
        error_words: the sentences of errors by name, by language.
        hearing: what understanding depends on; told anew when the catalog has changed.
    """

    default_locale: str
    log_format: LogForm
    error_words: Mapping[str, Mapping[str, str]]
    hearing: Hearing


def parcel_of(items: list[object]) -> bytes:
    """Items as they travel together.

    Raises:
        Exception: one of them cannot be pickled.
    """
    pickled = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
    return _SIZE.pack(len(pickled)) + pickled


class ParcelReader:
    """Gives the items of parcels that come in pieces."""

    def __init__(self) -> None:
        self._data = bytearray()

    def items(self, data: bytes) -> Iterator[Any]:
        """What is whole now that `data` has come; to be taken to its end."""
        self._data += data
        begin = 0
        while len(self._data) - begin >= _SIZE.size:
            (size,) = _SIZE.unpack_from(self._data, begin)
            end = begin + _SIZE.size + size
            if end > len(self._data):
                break
            yield from pickle.loads(self._data[begin + _SIZE.size : end])
            begin = end
        del self._data[:begin]


class Link(asyncio.Protocol):
    """One end of a stream between two processes of ours: items in their order, those of one step
    of the event loop in one write.

    Items are pickled. Both ends are the same program and nobody else can reach the stream.

    Args:
        take: called with each item that comes.
        lost: called when the other end is gone.
        unsent: called with an item that cannot be sent, so that nobody waits for its answer.
    """

    def __init__(
        self,
        take: Callable[[Any], None],
        lost: Callable[[], None],
        unsent: Callable[[Any], None],
    ) -> None:
        self._take = take
        self._lost = lost
        self._give_back = unsent
        self._transport: asyncio.Transport | None = None
        self._reader = ParcelReader()
        self._unsent: list[object] = []
        self._loop = asyncio.get_running_loop()

    def send(self, item: object) -> None:
        """Send an item by and by; nothing happens where the other end is gone."""
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(item)

    def close(self) -> None:
        """Send what waits and close."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        items, self._unsent = self._unsent, []
        if items and self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._parcel_of(items))

    def _parcel_of(self, items: list[object]) -> bytes:
        try:
            return parcel_of(items)
        except Exception:  # one of them, nested too deep for instance, must not cost the others
            return parcel_of([item for item in items if self._can_be_sent(item)])

    def _can_be_sent(self, item: object) -> bool:
        try:
            pickle.dumps(item)
        except Exception:
            log.exception("link.item_unsent")
            self._give_back(item)
            return False
        return True

    @property
    def unread(self) -> int:
        """Bytes that the other end has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        for item in self._reader.items(data):
            try:
                self._take(item)
            except Exception:  # one item must not cost the others theirs
                log.exception("link.item_failed")

    def connection_lost(self, _error: Exception | None) -> None:
        self._lost()


#: By their number; asking the enumeration costs ten times as much.
_LEVELS = {int(level): level for level in Level}
_CHAT = Channel.CHAT  # reading a member of its class costs a thousand instructions in 3.11


def to_tuple(incoming: IncomingMessage, understood: bytes) -> tuple[Any, ...]:
    """A chat's message in the shape that costs least to send; `understood` is pickled."""
    sender, action = incoming.sender, incoming.action
    return (
        incoming.channel_message_id,
        _sender(sender),
        incoming.sent_at.timestamp(),  # a datetime costs more than all the rest
        incoming.text,
        incoming.conversation_id,
        incoming.key,
        action and (action.id, action.value),
        incoming.locale,
        incoming.page_product,
        incoming.page_url,
        incoming.files,
        understood,
    )


def _sender(sender: Sender) -> tuple[Any, ...]:
    level, customer_id, visitor_id = int(sender.level), sender.customer_id, sender.visitor_id
    return (level, customer_id, visitor_id, sender.email, sender.name, sender.proof)


def from_tuple(sent: tuple[Any, ...], understood: Understanding) -> IncomingMessage:
    """The message that `to_tuple` was given."""
    (
        message_id,
        (level, customer_id, visitor_id, email, name, proof),
        sent_at,
        text,
        conversation_id,
        key,
        action,
        locale,
        page_product,
        page_url,
        files,
        _,
    ) = sent
    return IncomingMessage(  # by place: names would cost half as much again
        _CHAT,
        message_id,
        Sender(_LEVELS[level], customer_id, visitor_id, email, name, proof),
        datetime.fromtimestamp(sent_at, UTC),
        text,
        conversation_id,
        key,
        action and Action(*action),
        locale,
        page_product,
        page_url,
        None,  # this and the next are of mails
        {},
        files,
        understood,
    )


class Pickler:
    """Pickles meanings; those of short texts, which come again, once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Understanding, bytes]] = {}

    def pickled(self, text: str, understood: Understanding) -> bytes:
        """What `text` means, in the form in which it is sent."""
        found = self._kept.get(text)
        if found is not None and found[0] is understood:
            return found[1]
        pickled = pickle.dumps(understood, pickle.HIGHEST_PROTOCOL)
        if len(text) <= KEPT_LENGTH:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[text] = (understood, pickled)
        return pickled


class Unpickler:
    """Gives meanings back; what was sent in the same bytes is the same object."""

    def __init__(self) -> None:
        self._kept: dict[bytes, Understanding] = {}

    def understood(self, pickled: bytes) -> Understanding:
        """What `Pickler` was given."""
        found = self._kept.get(pickled)
        if found is None:
            found = cast("Understanding", pickle.loads(pickled))
            if len(pickled) <= KEPT_SIZE:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                self._kept[pickled] = found
        return found
