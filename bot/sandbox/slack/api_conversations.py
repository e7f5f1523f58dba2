"""conversations.*: channels, their members and what was said in them."""

from __future__ import annotations

import base64
import binascii

from bot.sandbox.slack.calls import Request, SlackError
from bot.sandbox.slack.nouns import BOT_USER_ID, TEAM_ID, Channel, Json, Message

_READ = {"channel": "channels", "group": "groups", "im": "im"}


def history(request: Request) -> Json:
    """conversations.history: top-level messages, newest first, a page at a time."""
    channel = _readable(request)
    request.need(f"{_READ[channel.type]}:history")
    chosen = [message for message in reversed(channel.history()) if _in_window(request, message)]
    return _page(request, channel, chosen)


def replies(request: Request) -> Json:
    """conversations.replies: a parent and its replies, oldest first."""
    channel = _readable(request)
    request.need(f"{_READ[channel.type]}:history")
    ts = request.text("ts")
    parent = channel.message(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    thread = channel.thread(parent.thread_ts or parent.ts)
    first, rest = thread[:1], [one for one in thread[1:] if _in_window(request, one)]
    return _page(request, channel, first + rest)


def info(request: Request) -> Json:
    """conversations.info."""
    channel = request.channel()
    request.need(f"{_READ[channel.type]}:read")
    if channel.is_private and BOT_USER_ID not in channel.members:
        raise SlackError("channel_not_found")
    return {"ok": True, "channel": channel.to_json()}


def list_channels(request: Request) -> Json:
    """conversations.list: by types, without the private ones the bot is not in."""
    request.need("channels:read", "groups:read", "im:read")
    wanted = set(str(request.arguments.get("types") or "public_channel").split(","))
    names = {"channel": "public_channel", "group": "private_channel", "im": "im"}
    found = [
        channel
        for channel in request.workspace.channels.values()
        if names[channel.type] in wanted
        and not (request.arguments.get("exclude_archived") and channel.is_archived)
        and (not channel.is_private or BOT_USER_ID in channel.members)
    ]
    start, limit = _cursor(request), request.number("limit", 100, 1000)
    return {
        "ok": True,
        "channels": [channel.to_json() for channel in found[start : start + limit]],
        "response_metadata": {"next_cursor": _next_cursor(start + limit, len(found))},
    }


def join(request: Request) -> Json:
    """conversations.join: public channels only."""
    request.need("channels:join")
    channel = request.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private or channel.im_user:
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER_ID not in channel.members:
        channel.members.append(BOT_USER_ID)
    return {"ok": True, "channel": channel.to_json()}


def open_direct(request: Request) -> Json:
    """conversations.open: the direct conversation with one person."""
    request.need("im:write")
    users = request.arguments.get("users")
    names = users if isinstance(users, list) else request.text("users").split(",")
    if len(names) != 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = request.workspace.direct(request.user(str(names[0])))
    return {"ok": True, "channel": channel.to_json()}


def members(request: Request) -> Json:
    """conversations.members."""
    channel = request.channel()
    request.need(f"{_READ[channel.type]}:read")
    start, limit = _cursor(request), request.number("limit", 100, 1000)
    return {
        "ok": True,
        "members": channel.members[start : start + limit],
        "response_metadata": {"next_cursor": _next_cursor(start + limit, len(channel.members))},
    }


def _readable(request: Request) -> Channel:
    channel = request.channel()
    if BOT_USER_ID not in channel.members:
        raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def _in_window(request: Request, message: Message) -> bool:
    inclusive = bool(request.arguments.get("inclusive"))
    oldest = _moment(request, "oldest", (0, 0))
    latest = _moment(request, "latest", (1 << 62, 0))
    at = _parts(message.ts)
    return oldest < at < latest or (inclusive and at in (oldest, latest))


def _moment(request: Request, name: str, default: tuple[int, int]) -> tuple[int, int]:
    given = request.arguments.get(name)
    if given in (None, "", "0", 0):
        return default
    try:
        return _parts(str(given))
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _parts(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int((micros or "0").ljust(6, "0")[:6])


def _page(request: Request, channel: Channel, chosen: list[Message]) -> Json:
    start, limit = _cursor(request), request.number("limit", 100, request.workspace.history_limit)
    with_metadata = bool(request.arguments.get("include_all_metadata"))
    page = [
        message.to_json(metadata=with_metadata) | _thread_facts(channel, message)
        for message in chosen[start : start + limit]
    ]
    more = start + limit < len(chosen)
    out: Json = {"ok": True, "messages": page, "has_more": more}
    if more:
        out["response_metadata"] = {"next_cursor": _next_cursor(start + limit, len(chosen))}
    return out


def _thread_facts(channel: Channel, message: Message) -> Json:
    if message.is_reply:
        parent = channel.message(message.thread_ts or "")
        return {"parent_user_id": parent.user} if parent else {}
    below = channel.thread(message.ts)[1:]
    if not below:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(below),
        "reply_users": list(dict.fromkeys(reply.user for reply in below)),
        "latest_reply": below[-1].ts,
    }


def _cursor(request: Request) -> int:
    given = str(request.arguments.get("cursor") or "")
    if not given:
        return 0
    try:
        return int(base64.b64decode(given, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None


def _next_cursor(start: int, total: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode() if start < total else ""


def team_info(request: Request) -> Json:
    """team.info."""
    request.need("team:read")
    return {"ok": True, "team": {"id": TEAM_ID, "name": "Sandbox", "domain": "sandbox"}}
