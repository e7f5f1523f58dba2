"""The Web API methods that the stand-in knows."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.slack import api_chat, api_conversations, api_files, api_users, api_views
from bot.sandbox.slack.calls import Request
from bot.sandbox.slack.nouns import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, Json

Method = Callable[[Request], Json]


def _auth_test(request: Request) -> Json:
    return {
        "ok": True,
        "url": f"https://{TEAM_DOMAIN}.slack.example/",
        "team": "Sandbox",
        "user": "madoguchi",
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def _api_test(request: Request) -> Json:
    return {"ok": True, "args": request.arguments}


METHODS: dict[str, Method] = {
    "api.test": _api_test,
    "auth.test": _auth_test,
    "chat.postMessage": api_chat.post_message,
    "chat.postEphemeral": api_chat.post_ephemeral,
    "chat.update": api_chat.update,
    "chat.delete": api_chat.delete,
    "chat.getPermalink": api_chat.get_permalink,
    "conversations.history": api_conversations.history,
    "conversations.replies": api_conversations.replies,
    "conversations.info": api_conversations.info,
    "conversations.list": api_conversations.list_channels,
    "conversations.join": api_conversations.join,
    "conversations.open": api_conversations.open_direct,
    "conversations.members": api_conversations.members,
    "team.info": api_conversations.team_info,
    "users.info": api_users.info,
    "users.lookupByEmail": api_users.lookup_by_email,
    "users.list": api_users.list_users,
    "reactions.add": api_users.add_reaction,
    "reactions.remove": api_users.remove_reaction,
    "views.open": api_views.open_view,
    "views.push": api_views.push,
    "views.update": api_views.update,
    "views.publish": api_views.publish,
    "files.getUploadURLExternal": api_files.get_upload_url,
    "files.completeUploadExternal": api_files.complete_upload,
    "files.info": api_files.info,
}

SCOPES = frozenset(
    [
        *("chat:write", "channels:history", "groups:history", "im:history", "channels:read"),
        *("groups:read", "im:read", "im:write", "channels:join", "users:read", "users:read.email"),
        *("files:read", "files:write", "reactions:write", "team:read", "commands"),
    ]
)
POSTING = {"chat.postMessage", "chat.postEphemeral", "chat.update"}
