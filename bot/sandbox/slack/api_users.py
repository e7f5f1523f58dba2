"""users.* and reactions.*."""

from __future__ import annotations

from bot.sandbox.slack.calls import Request, SlackError
from bot.sandbox.slack.nouns import BOT_USER_ID, Json


def info(request: Request) -> Json:
    """users.info; the e-mail only with its own scope."""
    request.need("users:read")
    user = request.user(request.text("user"))
    return {"ok": True, "user": user.to_json(with_email="users:read.email" in request.scopes)}


def lookup_by_email(request: Request) -> Json:
    """users.lookupByEmail: active people only."""
    request.need("users:read.email")
    sought = request.text("email").lower()
    for user in request.workspace.users.values():
        if (user.email or "").lower() == sought and not user.deleted:
            return {"ok": True, "user": user.to_json(with_email=True)}
    raise SlackError("users_not_found")


def list_users(request: Request) -> Json:
    """users.list."""
    request.need("users:read")
    with_email = "users:read.email" in request.scopes
    people = [user.to_json(with_email=with_email) for user in request.workspace.users.values()]
    return {"ok": True, "members": people, "response_metadata": {"next_cursor": ""}}


def add_reaction(request: Request) -> Json:
    """reactions.add: once for each name."""
    request.need("reactions:write")
    return _react(request, add=True)


def remove_reaction(request: Request) -> Json:
    """reactions.remove."""
    request.need("reactions:write")
    return _react(request, add=False)


def _react(request: Request, *, add: bool) -> Json:
    message = request.channel().message(request.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    people = message.reactions.setdefault(request.text("name").strip(":"), [])
    if add and BOT_USER_ID in people:
        raise SlackError("already_reacted")
    if not add and BOT_USER_ID not in people:
        raise SlackError("no_reaction")
    people.append(BOT_USER_ID) if add else people.remove(BOT_USER_ID)
    return {"ok": True}
