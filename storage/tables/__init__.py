"""Every table, so that importing this package shows the whole schema to migrations."""

from storage.tables.access import AccessLogRow, SecretRow, TokenRow, WebSessionRow
from storage.tables.appointments import AppointmentRow
from storage.tables.catalog import CatalogProductRow, CatalogRow, ProductRelationRow, ProductRow
from storage.tables.conversations import (
    ConversationRow,
    FileRow,
    JoinedRow,
    MessageRow,
    VisitorRow,
)
from storage.tables.mails import (
    CatalogSendRow,
    HeldAnswersRow,
    InboundMailRow,
    MailCursorRow,
    MailSuppressionRow,
    RawMailRow,
)
from storage.tables.outbox import (
    LaneRow,
    OutboxRow,
    SharedContentRow,
    SlackCardRow,
    SlackEventRow,
)
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
    "AppointmentRow",
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
    "HeldAnswersRow",
    "InboundMailRow",
    "JoinedRow",
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
    "SharedContentRow",
    "SlackCardRow",
    "SlackEventRow",
    "StaffAreaRow",
    "StaffCategoryRow",
    "StaffRow",
    "TokenRow",
    "VisitorRow",
    "WebSessionRow",
]
