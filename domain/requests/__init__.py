"""The kinds of request as data: adding one is a file here and words in the templates."""

from domain.requests.contact import CONTACT
from domain.requests.document_request import DOCUMENT_REQUEST
from domain.requests.purchase import PURCHASE
from domain.requests.slots import Declaration
from domain.requests.support import SUPPORT
from domain.requests.update_details import UPDATE_DETAILS

#: By kind, the name of the intent that begins it.
DECLARATIONS: dict[str, Declaration] = {
    declaration.kind: declaration
    for declaration in (PURCHASE, UPDATE_DETAILS, SUPPORT, CONTACT, DOCUMENT_REQUEST)
}

__all__ = ["DECLARATIONS", "Declaration"]
