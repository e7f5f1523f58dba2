"""Words and layouts: Jinja2 templates with gettext catalogs, English as written and Japanese."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

import babel.dates
import babel.numbers
from babel.messages.pofile import read_po
from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from domain.languages import LOCALES, known_locale
from domain.phones import shown_phone

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The three faces of a mail. `subject` is one line."""

    subject: str
    text: str
    html: str


class Renderer:
    """Renders every text that a person reads, in that person's language."""

    def __init__(
        self, company_name: str, base_url: str, zone: ZoneInfo, phone_region: str = "US"
    ) -> None:
        self._formats = [Formats(locale, zone, phone_region) for locale in LOCALES]
        self._environments = {
            formats.locale: _create_environment(formats, company_name, base_url)
            for formats in self._formats
        }
        # Sentences that nothing is filled into, such as labels: the same text each time.
        self._said: dict[tuple[str, ...], str] = {}
        #: Pieces of cards that never change, as they are shown in a language.
        self.fixed: dict[tuple[object, str], Any] = {}
        self._blank: dict[tuple[str, str], tuple[Template, Context]] = {}

    def warm_up(self) -> None:
        """Compile the sentences of the chat (a quarter of a second), so that no customer waits."""
        self._compile("chat/*.txt")

    def warm_up_mails(self) -> None:
        """Compile what most mails need: the sentences of the chat, the answer that they stand in,
        and what staff are told of a request."""
        self._compile("chat/*.txt", "mail/_base/*.*", "mail/answer/*.*")
        self._compile("staff/words.txt", "mail/staff_request/*.*")
        for formats in self._formats:
            formats.warm_up()

    def _compile(self, *patterns: str) -> None:
        for pattern in patterns:
            for file in sorted(TEMPLATES.glob(pattern)):
                for locale in LOCALES:
                    self._template(file.relative_to(TEMPLATES).as_posix(), locale)

    def environment(self, locale: str) -> Environment:
        """The Jinja2 environment of the locale, English for those we do not have."""
        return self._environments[known_locale(locale)]

    def say(self, words: str, locale: str, context: Mapping[str, Any] | None = None) -> str:
        """The sentence `topic.name`: the block `name` of the template `chat/<topic>.txt`."""
        if context:
            for value in context.values():
                if value != "":
                    return self._say(words, locale, context)
            key = (words, locale, *context)  # a greeting of somebody whose name is not known
        else:
            key = (words, locale)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._say(words, locale, context)
        return said

    def topic(self, topic: str, locale: str) -> dict[str, str]:
        """Every sentence of `chat/<topic>.txt`; none of them may need a context."""
        blocks = self.environment(locale).get_template(f"chat/{topic}.txt").blocks
        return {name: self.say(f"{topic}.{name}", locale) for name in blocks}

    def _say(self, words: str, locale: str, context: Mapping[str, Any] | None) -> str:
        topic, _, block = words.partition(".")
        return self.block(f"chat/{topic}.txt", block, locale, context)

    def block(
        self, name: str, block: str, locale: str, context: Mapping[str, Any] | None = None
    ) -> str:
        """One block of the template `name`; the same text each time where it has no context.

        Raises:
            KeyError: it has no such block.
        """
        if context:
            return self._fill(name, block, locale, context)
        key = (name, block, locale)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._fill(name, block, locale, {})
        return said

    def _fill(self, name: str, block: str, locale: str, context: Mapping[str, Any]) -> str:
        template, filled = self._filled(name, locale, context)
        return "".join(template.blocks[block](filled)).strip()

    def text(self, name: str, locale: str, context: Mapping[str, Any]) -> str:
        """The whole template `name`, such as `mail/answer/body.txt`."""
        template, filled = self._filled(name, locale, context)
        # What a layout adds to the blocks is of this rendering only.
        filled.blocks = {block: [*layers] for block, layers in filled.blocks.items()}
        return "".join(template.root_render_func(filled)).strip()

    def _filled(
        self, name: str, locale: str, context: Mapping[str, Any]
    ) -> tuple[Template, Context]:
        """A template and a context for one rendering; making that from nothing costs more than
        most sentences."""
        found = self._blank.get((name, locale))
        if found is None:
            template = self._template(name, locale)
            found = self._blank[name, locale] = (template, template.new_context({}))
        template, blank = found
        filled = Context.__new__(_Context)
        filled.__dict__.update(blank.__dict__)
        filled.parent = {**blank.parent, **context}
        filled.vars, filled.exported_vars = {}, set()
        return template, filled

    def mail(self, name: str, locale: str, context: Mapping[str, Any]) -> RenderedMail:
        """The mail of the folder `mail/<name>`: subject.txt, body.txt and body.html."""
        folder = f"mail/{name}"
        subject = self.text(f"{folder}/subject.txt", locale, context)
        return RenderedMail(
            # A header must stay on one line (RFC 5322, section 2.2).
            subject=" ".join(subject.split()),
            text=self.text(f"{folder}/body.txt", locale, context) + "\n",
            html=self.text(f"{folder}/body.html", locale, context) + "\n",
        )

    def page(self, name: str, locale: str, context: Mapping[str, Any]) -> str:
        """The HTML page `pages/<name>`."""
        return self._template(f"pages/{name}", locale).render(context)

    def _template(self, name: str, locale: str) -> Template:
        return self.environment(locale).get_template(name)


class _Sentences(gettext.NullTranslations):
    """The sentences of one language by their English; without the detour over a compiled file."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__()
        self._sentences = sentences

    def gettext(self, message: str) -> str:
        return self._sentences.get(message, message)


@lru_cache(maxsize=len(LOCALES))
def translations(locale: str) -> gettext.NullTranslations:
    """All `.po` files of `templates/locales/<locale>` as one catalog; English is as written."""
    sentences: dict[str, str] = {}
    for file in sorted((TEMPLATES / "locales" / locale).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=locale):
                if isinstance(message.id, str) and isinstance(message.string, str):
                    sentences[message.id] = message.string
    # An untranslated sentence stays as written; the file's own head stands under the empty one.
    return _Sentences({english: said for english, said in sentences.items() if english and said})


class _CompiledOnce(BytecodeCache):
    """Keeps in memory what was compiled, for every language and renderer of the process."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_compiled = _CompiledOnce()


class _Translated:
    """The sentences of one language by their English, for a template's `trans`."""

    def __init__(self, sentences: gettext.NullTranslations) -> None:
        self._sentences = sentences
        self._kept: dict[tuple[str, bool], str] = {}

    def say(self, english: str, values: Mapping[str, object], *, in_html: bool) -> str:
        """The sentence with its placeholders filled; what fills them is escaped `in_html`."""
        said = self._kept.get((english, in_html))
        if said is None:
            said = self._sentences.gettext(english)
            said = self._kept[english, in_html] = Markup(said) if in_html else said
        return said % values if values or "%" in said else said


class _Context(Context):
    def call(self, called: Any, /, *args: Any, **values: Any) -> Any:
        # A mail has twenty sentences. Jinja2 would call each by way of two more calls, and in a
        # loop with a context of its own, whose variables no sentence looks at.
        if type(called) is not _Translated:
            return super().call(called, *args, **values)
        values.pop("_loop_vars", None)
        values.pop("_block_vars", None)
        return called.say(args[0], values, in_html=self.eval_ctx.autoescape)


class _Template(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # At every import of a macro Jinja2 looks whether who imports has globals of its own: ours
        # are those of the environment.
        return super()._get_default_module()


#: `items` and the like, which a template may call.
_OF_DICTIONARIES = frozenset(dir(dict))


class _Environment(Environment):
    context_class = _Context
    template_class = _Template

    def getattr(self, obj: Any, attribute: str) -> Any:
        # Most of what templates are given are dictionaries: looking for an attribute of that name
        # first, as Jinja2 does, raises and catches an error at each, and two where it is missing.
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
            if attribute not in _OF_DICTIONARIES:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _create_environment(formats: Formats, company_name: str, base_url: str) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        cache_size=-1,  # all of them stay; remembering which was used last costs at every import
        # Else filters were applied to constants when compiling, and no two languages the same.
        optimized=False,
        bytecode_cache=_compiled,
        extensions=["jinja2.ext.i18n"],
    )
    locale = formats.locale
    sentences = translations(locale)
    environment.install_gettext_translations(sentences, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    environment.globals.update(
        company=company_name, base_url=base_url, locale=locale, gettext=_Translated(sentences)
    )
    environment.filters.update(
        money=formats.money,
        day=formats.day,
        moment=formats.moment,
        person=formats.person,
        phone=formats.phone,
    )
    return environment


@dataclass(frozen=True, slots=True)
class Formats:
    """Money, dates, names and numbers as the reader's language writes them (CLDR)."""

    locale: str
    zone: ZoneInfo
    phone_region: str = "US"

    def warm_up(self) -> None:
        """Load how the language writes dates, amounts and telephone numbers (a tenth of a second
        for the first one)."""
        self.moment(datetime.now(UTC))
        self.money(Decimal(1), "EUR")
        self.phone("+1")

    def money(self, amount: Decimal | str | None, currency: str) -> str:
        """An amount with its currency; empty where there is no price."""
        if amount is None or amount == "":
            return ""
        return _money(self.locale, Decimal(amount), currency)

    def day(self, value: date | datetime) -> str:
        """A date with its weekday."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone)
        return babel.dates.format_skeleton("yMMMEd", value, locale=self.locale)

    def moment(self, value: datetime | str) -> str:
        """A date with the time of day in the company's time zone."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = moment.astimezone(self.zone)
        day = babel.dates.format_skeleton("yMMMEd", local, locale=self.locale)
        return f"{day} {babel.dates.format_time(local, 'HH:mm', locale=self.locale)}"

    def phone(self, number: str) -> str:
        """A telephone number as the company's region writes it."""
        return shown_phone(number, self.phone_region)

    def person(self, name: str) -> str:
        """A name as one addresses its bearer: 様 behind it in Japanese."""
        if self.locale != "ja" or not name or name.endswith(("様", "さま", "御中", "殿")):
            return name
        return f"{name}様"


@lru_cache(maxsize=2_000)
def _money(locale: str, amount: Decimal, currency: str) -> str:
    """Formatting costs a third of a millisecond, and a catalog has its prices."""
    if not currency:
        return babel.numbers.format_decimal(amount, locale=locale)
    # CLDR writes a full-width yen sign in Japanese; business texts write 円 behind.
    if locale == "ja" and currency == "JPY":
        return babel.numbers.format_decimal(amount, format="#,##0", locale="ja") + "円"
    return babel.numbers.format_currency(amount, currency, locale=locale)
