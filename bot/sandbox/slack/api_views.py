"""views.*: modals and App Homes."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.slack import blocks as block_kit
from bot.sandbox.slack.calls import Request, SlackError
from bot.sandbox.slack.nouns import Json, View
from bot.sandbox.slack.workspace import Workspace, new_id

MAX_STACK = 3


def open_view(request: Request) -> Json:
    """views.open: a new modal for whoever the trigger belongs to."""
    content = checked(request.arguments.get("view"), "modal")
    user = _use_trigger(request)
    view = new_view(user, content)
    request.workspace.modals[user] = [view]
    request.workspace.views[view.id] = view
    return {"ok": True, "view": view.to_json()}


def push(request: Request) -> Json:
    """views.push: a modal on top of the one that the trigger comes from."""
    content = checked(request.arguments.get("view"), "modal")
    user = _use_trigger(request)
    return {"ok": True, "view": push_view(request.workspace, user, content).to_json()}


def update(request: Request) -> Json:
    """views.update: by view_id or external_id, refused if `hash` is not the present one."""
    view = _named(request)
    content = checked(request.arguments.get("view"), view.content["type"])
    _check_hash(request, view)
    view.content, view.hash = content, new_hash()
    return {"ok": True, "view": view.to_json()}


def publish(request: Request) -> Json:
    """views.publish: the App Home of one person."""
    user = request.user(request.text("user_id"))
    content = checked(request.arguments.get("view"), "home")
    view = request.workspace.homes.get(user.id)
    if view is None:
        view = new_view(user.id, content)
        request.workspace.homes[user.id] = view
        request.workspace.views[view.id] = view
    else:
        _check_hash(request, view)
        view.content, view.hash = content, new_hash()
    return {"ok": True, "view": view.to_json()}


def new_view(user: str, content: Json) -> View:
    """A view as the first of its stack."""
    view_id = new_id("V")
    return View(view_id, user, content, new_hash(), root_id=view_id)


def push_view(workspace: Workspace, user: str, content: Json) -> View:
    """Put a modal on a person's stack. Raises SlackError push_limit_reached, not_found."""
    stack = workspace.modals.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = new_view(user, content)
    view.root_id, view.previous_id = stack[0].id, stack[-1].id
    stack.append(view)
    workspace.views[view.id] = view
    return view


def checked(view: Any, kind: str) -> Json:
    """The view's content with ids filled in. Raises SlackError invalid_arguments."""
    found = block_kit.view_complaints(view)
    if not found and view["type"] != kind:
        found = [f"must be a {kind} [json-pointer:/view/type]"]
    if found:
        raise SlackError(
            "invalid_arguments",
            response_metadata={"messages": [f"[ERROR] {line}" for line in found]},
        )
    content: Json = view
    block_kit.named(content["blocks"])
    return content


def new_hash() -> str:
    """What changes with every change of a view."""
    return f"{int(time.time())}.{new_id('h')}"


def _use_trigger(request: Request) -> str:
    trigger = request.workspace.triggers.get(request.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def _named(request: Request) -> View:
    view_id, external_id = request.arguments.get("view_id"), request.arguments.get("external_id")
    open_views = [view for stack in request.workspace.modals.values() for view in stack]
    for view in [*open_views, *request.workspace.homes.values()]:
        if view_id == view.id or (external_id and external_id == view.content.get("external_id")):
            return view
    raise SlackError("not_found")


def _check_hash(request: Request, view: View) -> None:
    given = request.arguments.get("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")
