"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from bot.sandbox.slack import blocks as block_kit
from bot.sandbox.slack.calls import Request, SlackError
from bot.sandbox.slack.nouns import BOT_USER_ID, TEAM_DOMAIN, Channel, Json, Message

MAX_POST_TEXT, MAX_UPDATE_TEXT = 40_000, 4_000


def post_message(request: Request) -> Json:
    """chat.postMessage: to a channel by id or name, or to a person by user id."""
    request.need("chat:write")
    channel = _target(request)
    blocks = _blocks(request)
    text = _text(request, blocks)
    message = Message(
        channel=channel.id,
        ts=request.workspace.next_ts(),
        user=BOT_USER_ID,
        text=text[:MAX_POST_TEXT],
        blocks=blocks or [],
        thread_ts=_thread(request, channel),
        metadata=_metadata(request),
        broadcast=bool(request.arguments.get("reply_broadcast")),
        attachments=request.arguments.get("attachments") or [],
    )
    channel.messages.append(message)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message.to_json(metadata=True),
    }


def post_ephemeral(request: Request) -> Json:
    """chat.postEphemeral: for one member of the channel, in no history."""
    request.need("chat:write")
    channel = _target(request)
    user = request.user(request.text("user"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    blocks = _blocks(request)
    message = Message(
        channel=channel.id,
        ts=request.workspace.next_ts(),
        user=BOT_USER_ID,
        text=_text(request, blocks),
        blocks=blocks or [],
        thread_ts=request.arguments.get("thread_ts"),
        ephemeral_to=user.id,
    )
    channel.messages.append(message)
    return {"ok": True, "message_ts": message.ts}


def update(request: Request) -> Json:
    """chat.update: text, blocks and metadata of an own message; what is not given stays."""
    request.need("chat:write")
    channel, message = _own_message(request, "cant_update_message")
    blocks = _blocks(request)
    text = str(request.arguments.get("text") or "")
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if text:
        message.text = text
    if blocks is not None:
        message.blocks = blocks
    if "metadata" in request.arguments:
        message.metadata = _metadata(request)
    message.edited = {"user": BOT_USER_ID, "ts": request.workspace.next_ts()}
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.to_json(metadata=True),
    }


def delete(request: Request) -> Json:
    """chat.delete: an own message."""
    request.need("chat:write")
    channel, message = _own_message(request, "cant_delete_message")
    channel.messages.remove(message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def get_permalink(request: Request) -> Json:
    """chat.getPermalink: the address of a message for a browser."""
    channel = request.channel()
    message = channel.message(request.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = (
        f"https://{TEAM_DOMAIN}.slack.example/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def _target(request: Request) -> Channel:
    reference = str(request.arguments.get("channel") or "")
    user = request.workspace.users.get(reference)
    if user is not None:
        if user.deleted:
            raise SlackError("messages_tab_disabled" if user.is_bot else "user_disabled")
        return request.workspace.direct(user)
    channel = request.channel(by_name=True)
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER_ID not in channel.members:
        if channel.is_private:
            raise SlackError("channel_not_found")
        if "chat:write.public" not in request.scopes:
            raise SlackError("not_in_channel")
    return channel


def _own_message(request: Request, foreign: str) -> tuple[Channel, Message]:
    channel = request.channel()
    message = channel.message(request.text("ts"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if not message.by_bot:
        raise SlackError(foreign)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, message


def _blocks(request: Request) -> list[Json] | None:
    given = request.arguments.get("blocks")
    if given is None:
        return None
    found = block_kit.complaints(given, limit=block_kit.MESSAGE_BLOCKS)
    if found:
        raise SlackError(
            "invalid_blocks",
            errors=found,
            response_metadata={"messages": [f"[ERROR] {line}" for line in found]},
        )
    return block_kit.named(given)


def _text(request: Request, blocks: list[Json] | None) -> str:
    text = str(request.arguments.get("text") or "")
    if not text.strip() and not blocks and not request.arguments.get("attachments"):
        raise SlackError("no_text")
    return text


def _thread(request: Request, channel: Channel) -> str | None:
    """The parent's ts; a reply to a reply joins the thread of its parent, as in Slack."""
    given = request.arguments.get("thread_ts")
    if not given:
        return None
    parent = channel.message(str(given))
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _metadata(request: Request) -> Json | None:
    metadata = request.arguments.get("metadata")
    if not isinstance(metadata, dict) or not metadata:
        return None
    if not str(metadata.get("event_type") or "").replace("_", "").isalnum():
        return None  # dropped without a word, as Slack does
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return metadata
