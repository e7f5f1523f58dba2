"""The columns of the five tables: names, kinds and limits, in the order in which we write them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

#: Longest description or introduction; an Excel cell holds 32,767 characters.
LONG_TEXT = 20_000
#: Longest address of the mail system (RFC 5321, 4.5.3.1.3, without the angle brackets).
EMAIL = 254


class Kind(StrEnum):
    """What a cell holds."""

    CODE = auto()  # an identifier: width folded, no inner spaces at the ends
    MODEL = auto()  # a model number: a code in upper case
    TEXT = auto()  # one line
    LONG_TEXT = auto()  # may have several lines
    EMAIL = auto()
    PHONE = auto()
    POSTAL_CODE = auto()
    PRICE = auto()
    CURRENCY = auto()
    LOCALE = auto()
    ROLE = auto()
    DATE = auto()
    YES_NO = auto()
    URL = auto()
    SLACK_USER = auto()
    SLACK_CHANNEL = auto()
    CODES = auto()  # from here on: several values, separated by `;`
    MODELS = auto()
    MODEL_ORDER = auto()  # models whose places count, so that one may stand twice
    TEXTS = auto()
    PREFIXES = auto()


LISTS = frozenset({Kind.CODES, Kind.MODELS, Kind.MODEL_ORDER, Kind.TEXTS, Kind.PREFIXES})


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `limit` is the longest value in characters (of one value in a list).

    `refers_to` names the table whose keys the values must be. `needed` means never empty.
    """

    name: str
    kind: Kind
    limit: int = 200
    needed: bool = False
    refers_to: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the company. Rows are matched by the first column, the key."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> Column:
        """The column by which rows are matched."""
        return self.columns[0]

    def column(self, name: str) -> Column | None:
        """The column of that name, None where there is none."""
        return next((column for column in self.columns if column.name == name), None)


AREAS = Table(
    "areas",
    (
        Column("area_code", Kind.CODE, 40, needed=True),
        Column("name", Kind.TEXT, needed=True),
        Column("postal_prefixes", Kind.PREFIXES, 16),
        Column("places", Kind.TEXTS, 100),
    ),
)
STAFF = Table(
    "staff",
    (
        Column("staff_id", Kind.CODE, 64, needed=True),
        Column("name", Kind.TEXT, needed=True),
        Column("email", Kind.EMAIL, EMAIL),
        Column("slack_user_id", Kind.SLACK_USER, 64),
        Column("slack_channel", Kind.SLACK_CHANNEL, 100),
        Column("role", Kind.ROLE),
        Column("area_codes", Kind.CODES, 40, refers_to="areas"),
        Column("product_categories", Kind.TEXTS, 100),
        Column("deputy_id", Kind.CODE, 64, refers_to="staff"),
        Column("away_until", Kind.DATE),
        Column("locale", Kind.LOCALE),
    ),
)
PRODUCTS = Table(
    "products",
    (
        Column("model_number", Kind.MODEL, 64, needed=True),
        Column("category", Kind.TEXT, 100),
        Column("name", Kind.TEXT, needed=True),
        Column("name_ja", Kind.TEXT),
        Column("description", Kind.LONG_TEXT, LONG_TEXT),
        Column("description_ja", Kind.LONG_TEXT, LONG_TEXT),
        Column("price", Kind.PRICE),
        Column("currency", Kind.CURRENCY),
        Column("image_url", Kind.URL, 1000),
        Column("special_note", Kind.LONG_TEXT, LONG_TEXT),
        Column("special_note_ja", Kind.LONG_TEXT, LONG_TEXT),
        Column("attachments", Kind.MODELS, 64, refers_to="products"),
        Column("options", Kind.MODELS, 64, refers_to="products"),
        Column("supplies", Kind.MODELS, 64, refers_to="products"),
        Column("details_url", Kind.URL, 1000),
    ),
)
CATALOGS = Table(
    "catalogs",
    (
        Column("catalog_number", Kind.CODE, 64, needed=True),
        Column("title", Kind.TEXT, 300, needed=True),
        Column("title_ja", Kind.TEXT, 300),
        Column("products", Kind.MODEL_ORDER, 64, refers_to="products"),
        Column("intro", Kind.LONG_TEXT, LONG_TEXT),
        Column("intro_ja", Kind.LONG_TEXT, LONG_TEXT),
    ),
)
CUSTOMERS = Table(
    "customers",
    (
        Column("customer_id", Kind.CODE, 64, needed=True),
        Column("name", Kind.TEXT),
        Column("email", Kind.EMAIL, EMAIL),
        Column("phone", Kind.PHONE),
        Column("postal_code", Kind.POSTAL_CODE, 16),
        Column("address", Kind.LONG_TEXT, 500),
        Column("company", Kind.TEXT),
        Column("department", Kind.TEXT),
        Column("office_phone", Kind.PHONE),
        Column("locale", Kind.LOCALE),
        Column("staff_id", Kind.CODE, 64, refers_to="staff"),
        Column("owned", Kind.MODELS, 64, refers_to="products"),
        Column("mail_opt_out", Kind.YES_NO),
    ),
)

#: In the order in which they are stored: what is referred to comes first.
TABLES = (AREAS, STAFF, PRODUCTS, CATALOGS, CUSTOMERS)
BY_NAME = {table.name: table for table in TABLES}
