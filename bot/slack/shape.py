"""Whether a request from Slack has the shape that we can work with."""

from __future__ import annotations

from collections.abc import Mapping


def is_known_shape(body: object) -> bool:
    """False for what would only stumble further on; kinds that we do not know pass."""
    if not isinstance(body, Mapping):
        return False
    match body.get("type"):
        case "event_callback":
            event = body.get("event")
            return isinstance(event, Mapping) and isinstance(event.get("type"), str)
        case "block_actions":
            return _has_user(body) and _has_actions(body.get("actions"))
        case "view_submission" | "view_closed":
            view = body.get("view")
            known = isinstance(view, Mapping) and isinstance(view.get("type"), str)
            return _has_user(body) and known
        case _:
            return True


def _has_user(body: Mapping[object, object]) -> bool:
    user = body.get("user")
    return isinstance(user, Mapping) and isinstance(user.get("id"), str)


def _has_actions(actions: object) -> bool:
    if not isinstance(actions, list) or not actions:
        return False
    return all(
        isinstance(one, Mapping)
        and all(isinstance(one.get(name), str) for name in ("type", "action_id"))
        for one in actions
    )
