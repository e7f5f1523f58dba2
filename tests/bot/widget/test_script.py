"""The script as it is put together and sent."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from hashlib import sha384

import pytest

from bot.web.widget_script import LANGUAGES, SOURCES, WIDGET, build_widget, squeeze_style

#: Bytes over the wire; what a page with the widget pays.
MAX_TRANSFER = 30_000


@pytest.fixture(scope="module")
def words() -> dict[str, dict[str, object]]:
    return {
        language: json.loads((WIDGET / f"words.{language}.json").read_text("utf-8"))
        for language in LANGUAGES
    }


def test_it_is_small() -> None:
    widget = build_widget("Example Sales", "en", "https://counter.example", 1)
    assert len(widget.script_gzip) < MAX_TRANSFER
    assert gzip.decompress(widget.script_gzip) == widget.script


def test_its_version_and_integrity_follow_every_byte() -> None:
    first = build_widget("Example Sales", "en", "https://counter.example", 1)
    same = build_widget("Example Sales", "en", "https://counter.example", 1)
    other = build_widget("Example Sale", "en", "https://counter.example", 1)
    assert first == same
    assert first.version != other.version
    assert b64decode(first.integrity.removeprefix("sha384-")) == sha384(first.script).digest()


def test_a_company_name_cannot_leave_its_string() -> None:
    name = '"};alert(1);//\u2028</script>'
    script = build_widget(name, "en", "https://counter.example", 1).script.decode()
    assert json.dumps(name, ensure_ascii=False) in script


def test_every_language_has_every_sentence_with_the_same_blanks(
    words: dict[str, dict[str, object]],
) -> None:
    def blanks(sentence: object) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", str(sentence)))

    english = words["en"]
    for language, sentences in words.items():
        assert list(sentences) == list(english), language
        for key, sentence in sentences.items():
            assert blanks(sentence) == blanks(english[key]), (language, key)


def test_every_sentence_that_is_said_is_there_and_none_is_idle(
    words: dict[str, dict[str, object]],
) -> None:
    source = "".join((WIDGET / "src" / f"{name}.js").read_text("utf-8") for name in SOURCES)
    idle = [key for key in words["en"] if not re.search(rf'"{key}"', source)]
    # These are chosen by a value: who wrote, and how the connection is.
    assert set(idle) <= {"bot", "staff", "connecting", "offline"}
    said = re.findall(r'\b(?:t|say)\((?:[\w.()]+, )?"(\w+)"', source)
    assert len(said) > 20
    assert set(said) <= set(words["en"])


def test_nothing_is_ever_parsed_as_markup_or_code() -> None:
    for name in SOURCES:
        source = (WIDGET / "src" / f"{name}.js").read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|DOMParser"
            r"|createContextualFragment|document\.cookie|srcdoc",
            source,
        ), name


def test_no_sentence_stands_in_the_code() -> None:
    # Two words in a row between quotes that are no selector, event or media query.
    for name in SOURCES:
        for line in (WIDGET / "src" / f"{name}.js").read_text("utf-8").splitlines():
            if line.strip().startswith(("//", "/*", "*")):
                continue
            assert not re.search(r'"[A-Z][a-z]+ [a-z]+ [a-z]+', line), (name, line)


def test_the_style_sheet_loses_only_comments_and_space() -> None:
    sheet = "/* a */\n.a > .b,\n.c { margin: 0 auto;\n  width: calc(1px + 2px); }\n"
    assert squeeze_style(sheet) == ".a > .b,.c{margin: 0 auto;width: calc(1px + 2px)}"
