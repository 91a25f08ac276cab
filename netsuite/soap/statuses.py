"""Statuses: from the words of records and of search rows to the codes of the search filter.

NetSuite has three words for one status: the filter's ``_salesOrderPendingFulfillment``, the
record's ``_pendingFulfillment`` and the row's ``pendingFulfillment`` [facts 4.1, 4.6].
"""

from __future__ import annotations

from ..records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER

#: The types of transactions as SOAP spells them (without underscore, first letter small).
SOAP_TYPES = {
    SALES_ORDER: "salesOrder",
    INVOICE: "invoice",
    ITEM_FULFILLMENT: "itemFulfillment",
}
_WORDS = {
    SALES_ORDER: [
        "pendingApproval",
        "pendingFulfillment",
        "cancelled",
        "partiallyFulfilled",
        "pendingBillingPartiallyFulfilled",
        "pendingBilling",
        "billed",
        "closed",
    ],
    INVOICE: ["open", "paidInFull", "pendingApproval", "rejected", "voided"],
    ITEM_FULFILLMENT: ["picked", "packed", "shipped"],
}
# Where a record's word differs from the filter's.
_OTHER_WORDS = {
    "fullyBilled": "billed",
    "pendingBillingPartFulfilled": "pendingBillingPartiallyFulfilled",
}


def search_code(type: str, word: str) -> str:
    """The filter's code for any spelling of a status, or empty when it is not known."""
    prefix = SOAP_TYPES[type]
    word = word.strip().lstrip("_")
    if word.startswith(prefix):
        word = word.removeprefix(prefix)
        word = word[:1].lower() + word[1:]
    word = _OTHER_WORDS.get(word, word)
    return f"_{prefix}{word[0].upper()}{word[1:]}" if word in _WORDS[type] else ""
