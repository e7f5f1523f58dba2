"""Stories: files of conversations, with what must come after each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from domain.errors import BadInput

#: A text, or several.
Texts = Annotated[
    list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Step(_Strict):
    """One step: what somebody does (at most one of them), and what must come of it.

    Attributes:
        say, mail: what the customer writes in chat, or by mail (a reply in the same thread).
        press: a button, by its action id or the beginning of it.
        fill: the fields of the form shown last; `{"reset": true}` starts it over.
        send, refuse, drop: the answer to the notice-confirmation shown last.
        again: send the last action once more, as a double click does.
        staff: a member of staff answers the customer with these words.
        claim: a member of staff takes the newest request.
        withdraw, price: a product is no longer sold, or has a new price.
        sender, proven, locale: another sender, or one who is not proven (mail); another page.
        new: begin a conversation of its own.
        says, never: what the answer must hold, and must not.
        shows: what its cards must hold. cards: the kinds of the cards, in order.
        quiet: nothing is answered.
        opens: the requests that it opens, as `kind`, `kind status` or `kind status staff_id`.
        tells: to whom something goes: staff ids, `customer`, `delivery`, `admin`, `other`.
        order: the lines of the order that is placed, as `model x quantity`.
        status: the status of the newest request of a kind.
        record: what stands in the customer's record afterwards.
    """

    say: str | None = None
    mail: str | None = None
    press: str | None = None
    fill: dict[str, Any] | None = None
    send: bool = False
    refuse: bool = False
    drop: bool = False
    again: bool = False
    staff: str | None = None
    claim: str | None = None
    withdraw: str | None = None
    price: dict[str, str] | None = None

    value: dict[str, Any] | None = None
    sender: str | None = None
    proven: bool | None = None
    locale: str | None = None
    new: bool = False

    says: Texts = []
    never: Texts = []
    shows: Texts = []
    cards: list[str] | None = None
    quiet: bool = False
    opens: Annotated[
        list[str] | None,
        BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    ] = None
    tells: Annotated[
        list[str] | None,
        BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    ] = None
    order: list[str] | None = None
    status: dict[str, str] = {}
    record: dict[str, str] = {}


class Story(_Strict):
    """A conversation: who it is with, and its steps."""

    story: str
    customer: str | None = None
    level: Literal["verified", "claimed", "anonymous"] = "verified"
    locale: str = "en"
    page: str | None = None
    catalog: str | None = None
    steps: list[Step] = Field(min_length=1)


def load_stories(path: Path) -> list[Story]:
    """The stories of a file.

    Raises:
        BadInput: the file cannot be read or is no file of stories; the text says where.
    """
    try:
        stored = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(stored, list):
        raise BadInput(f"{path}: a list of stories is needed, each with `story` and `steps`")
    return [_story(path, number, one) for number, one in enumerate(stored, start=1)]


def _story(path: Path, number: int, stored: Any) -> Story:
    try:
        return Story.model_validate(stored)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: story {number}: {where}: {first['msg']}") from None


def dump_stories(stories: Iterator[Story] | list[Story]) -> str:
    """Stories as a file; what is at its default is left out."""
    plain: list[Mapping[str, Any]] = [s.model_dump(exclude_defaults=True) for s in stories]
    text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
    return text
