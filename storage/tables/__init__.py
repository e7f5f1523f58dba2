"""Every table, so that importing this package shows the whole schema to migrations."""

from storage.tables.access import AccessLogRow, SecretRow, TokenRow, WebSessionRow
from storage.tables.catalog import CatalogProductRow, CatalogRow, ProductRelationRow, ProductRow
from storage.tables.conversations import ConversationRow, FileRow, MessageRow, VisitorRow
from storage.tables.mails import (
    CatalogSendRow,
    InboundMailRow,
    MailCursorRow,
    MailSuppressionRow,
    RawMailRow,
)
from storage.tables.outbox import LaneRow, OutboxRow, SlackCardRow, SlackEventRow
from storage.tables.people import (
    AreaPlaceRow,
    AreaPrefixRow,
    AreaRow,
    CompanyVersionRow,
    CustomerProductRow,
    CustomerRow,
    NoteRow,
    StaffAreaRow,
    StaffCategoryRow,
    StaffRow,
)
from storage.tables.requests import (
    ConsentRow,
    OrderLineRow,
    OrderRow,
    ProductInterestRow,
    SalesRequestRow,
)

__all__ = [
    "AccessLogRow",
    "AreaPlaceRow",
    "AreaPrefixRow",
    "AreaRow",
    "CatalogProductRow",
    "CatalogRow",
    "CatalogSendRow",
    "CompanyVersionRow",
    "ConsentRow",
    "ConversationRow",
    "CustomerProductRow",
    "CustomerRow",
    "FileRow",
    "InboundMailRow",
    "LaneRow",
    "MailCursorRow",
    "MailSuppressionRow",
    "MessageRow",
    "NoteRow",
    "OrderLineRow",
    "OrderRow",
    "OutboxRow",
    "ProductInterestRow",
    "ProductRelationRow",
    "ProductRow",
    "RawMailRow",
    "SalesRequestRow",
    "SecretRow",
    "SlackCardRow",
    "SlackEventRow",
    "StaffAreaRow",
    "StaffCategoryRow",
    "StaffRow",
    "TokenRow",
    "VisitorRow",
    "WebSessionRow",
]
