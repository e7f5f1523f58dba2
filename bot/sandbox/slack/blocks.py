"""What Slack refuses in blocks and views: lengths, counts, missing and doubled names.

Limits as in Slack's Block Kit reference. The answer is a list of complaints in Slack's style.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox.slack.nouns import Json
from bot.sandbox.slack.workspace import new_id

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
_MESSAGE_TYPES = {
    *("section", "actions", "context", "divider", "header", "image", "rich_text"),
    *("input", "video", "file", "markdown", "table"),
}
_WITH_OPTIONS = {
    *("static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"),
}
_ELEMENTS = _WITH_OPTIONS | {
    *("button", "image", "users_select", "multi_users_select", "conversations_select"),
    *("multi_conversations_select", "channels_select", "multi_channels_select"),
    *("external_select", "multi_external_select", "datepicker", "timepicker"),
    *("datetimepicker", "plain_text_input", "email_text_input", "url_text_input"),
    *("number_input", "file_input", "rich_text_input", "workflow_button"),
}
_OPTION_COUNT = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}


def complaints(blocks: object, *, limit: int, where: str = "/blocks") -> list[str]:
    """What is wrong with the blocks of a message or view; empty if Slack would take them."""
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{where}]"]
    found = list(_length(blocks, limit, where))
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"{where}/{number}"
        if not isinstance(block, dict) or block.get("type") not in _MESSAGE_TYPES:
            found.append(f"unsupported type [json-pointer:{place}/type]")
            continue
        found += _block(block, place)
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            found.append(f"block_id {block_id} already exists [json-pointer:{place}/block_id]")
        seen.add(str(block_id))
    return found


def view_complaints(view: object) -> list[str]:
    """What is wrong with a view."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    found: list[str] = []
    if view.get("type") not in ("modal", "home"):
        found.append("unsupported type [json-pointer:/view/type]")
    if view.get("type") == "modal":
        found += _text(view.get("title"), 24, "/view/title", plain=True)
        for name in ("submit", "close"):
            if view.get(name) is not None:
                found += _text(view[name], 24, f"/view/{name}", plain=True)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(name) or "")) > most:
            found.append(f"must be less than {most + 1} characters [json-pointer:/view/{name}]")
    found += complaints(view.get("blocks"), limit=VIEW_BLOCKS, where="/view/blocks")
    inputs = [one for one in view.get("blocks") or [] if _type(one) == "input"]
    if inputs and view.get("type") == "modal" and not view.get("submit"):
        found.append("submit is needed with an input block [json-pointer:/view/submit]")
    return found


def named(blocks: list[Json]) -> list[Json]:
    """The blocks with the block_id and action_id that Slack gives to what has none."""
    for block in blocks:
        block.setdefault("block_id", new_id("b"))
        for element in elements(block):
            if element.get("type") != "image":
                element.setdefault("action_id", new_id("a"))
    return blocks


def elements(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    found = list(block.get("elements") or []) if block.get("type") in ("actions", "context") else []
    found += [block[name] for name in ("accessory", "element") if isinstance(block.get(name), dict)]
    return [element for element in found if _type(element) in _ELEMENTS]


def _type(value: object) -> object:
    return value.get("type") if isinstance(value, dict) else None


def _length(items: list[object], most: int, where: str) -> Iterator[str]:
    if len(items) > most:
        yield f"no more than {most} items allowed [json-pointer:{where}]"


def _text(
    value: object, most: int, where: str, *, plain: bool = False, mrkdwn: bool = True
) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
        yield f"must be a text object [json-pointer:{where}]"
        return
    if plain and value["type"] != "plain_text":
        yield f"must be plain_text [json-pointer:{where}/type]"
    words = value.get("text")
    if not isinstance(words, str) or not words:
        yield f"must be more than 0 characters [json-pointer:{where}/text]"
    elif len(words) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{where}/text]"


def _block(block: Json, where: str) -> Iterator[str]:
    if len(str(block.get("block_id") or "")) > 255:
        yield f"must be less than 256 characters [json-pointer:{where}/block_id]"
    kind = block["type"]
    if kind == "section":
        yield from _section(block, where)
    elif kind == "header":
        yield from _text(block.get("text"), 150, f"{where}/text", plain=True)
    elif kind == "actions":
        yield from _actions(block, where)
    elif kind == "context":
        yield from _context(block, where)
    elif kind == "image":
        yield from _image(block, where)
    elif kind == "input":
        yield from _text(block.get("label"), 2000, f"{where}/label", plain=True)
        if block.get("hint") is not None:
            yield from _text(block["hint"], 2000, f"{where}/hint", plain=True)
        yield from _element(block.get("element"), f"{where}/element")


def _section(block: Json, where: str) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield f"missing text or fields [json-pointer:{where}]"
    if block.get("text") is not None:
        yield from _text(block["text"], 3000, f"{where}/text")
    if fields is not None:
        yield from _length(fields, 10, f"{where}/fields")
        for number, one in enumerate(fields):
            yield from _text(one, 2000, f"{where}/fields/{number}")
    if block.get("accessory") is not None:
        yield from _element(block["accessory"], f"{where}/accessory")


def _actions(block: Json, where: str) -> Iterator[str]:
    inside = block.get("elements")
    if not isinstance(inside, list) or not inside:
        yield f"must have at least 1 element [json-pointer:{where}/elements]"
        return
    yield from _length(inside, 25, f"{where}/elements")
    seen: set[object] = set()
    for number, element in enumerate(inside):
        yield from _element(element, f"{where}/elements/{number}")
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id is not None and action_id in seen:
            yield f"action_id {action_id} already exists [json-pointer:{where}/elements/{number}]"
        seen.add(action_id)


def _context(block: Json, where: str) -> Iterator[str]:
    inside = block.get("elements")
    if not isinstance(inside, list) or not inside:
        yield f"must have at least 1 element [json-pointer:{where}/elements]"
        return
    yield from _length(inside, 10, f"{where}/elements")
    for number, element in enumerate(inside):
        place = f"{where}/elements/{number}"
        if _type(element) == "image":
            yield from _image(element, place)
        else:
            yield from _text(element, 3000, place)


def _image(image: Json, where: str) -> Iterator[str]:
    alt, url = image.get("alt_text"), image.get("image_url")
    if not isinstance(alt, str) or len(alt) > 2000:
        yield f"missing required field: alt_text [json-pointer:{where}/alt_text]"
    if url is None and image.get("slack_file") is None:
        yield f"missing required field: image_url [json-pointer:{where}/image_url]"
    if url is not None and (not str(url).startswith(("http://", "https://")) or len(url) > 3000):
        yield f"must be a valid URL [json-pointer:{where}/image_url]"


def _element(element: object, where: str) -> Iterator[str]:
    if not isinstance(element, dict) or element.get("type") not in _ELEMENTS:
        yield f"unsupported type [json-pointer:{where}/type]"
        return
    kind = element["type"]
    if len(str(element.get("action_id") or "")) > 255:
        yield f"must be less than 256 characters [json-pointer:{where}/action_id]"
    if kind == "image":
        yield from _image(element, where)
    if kind == "button":
        yield from _button(element, where)
    if kind in _WITH_OPTIONS:
        yield from _options(element, where)
    if element.get("placeholder") is not None:
        yield from _text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{where}/confirm")
    if kind == "plain_text_input" and len(str(element.get("initial_value") or "")) > 3000:
        yield f"must be less than 3001 characters [json-pointer:{where}/initial_value]"


def _button(button: Json, where: str) -> Iterator[str]:
    yield from _text(button.get("text"), 75, f"{where}/text", plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        if len(str(button.get(name) or "")) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{where}/{name}]"
    if button.get("style") not in (None, "primary", "danger"):
        yield f"must be primary or danger [json-pointer:{where}/style]"


def _options(element: Json, where: str) -> Iterator[str]:
    options = element.get("options")
    if options is None and isinstance(element.get("option_groups"), list):
        groups = element["option_groups"]
        yield from _length(groups, 100, f"{where}/option_groups")
        options = [option for group in groups for option in group.get("options") or []]
    if not isinstance(options, list) or not options:
        yield f"must have at least 1 option [json-pointer:{where}/options]"
        return
    yield from _length(options, _OPTION_COUNT.get(element["type"], 100), f"{where}/options")
    for number, option in enumerate(options):
        place = f"{where}/options/{number}"
        if not isinstance(option, dict):
            yield f"must be an object [json-pointer:{place}]"
            continue
        yield from _text(option.get("text"), 75, f"{place}/text")
        if not option.get("value") or len(str(option["value"])) > 150:
            yield f"must be 1 to 150 characters [json-pointer:{place}/value]"


def _confirm(confirm: object, where: str) -> Iterator[str]:
    if not isinstance(confirm, dict):
        yield f"must be an object [json-pointer:{where}]"
        return
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(name) is not None:
            yield from _text(confirm[name], most, f"{where}/{name}")
