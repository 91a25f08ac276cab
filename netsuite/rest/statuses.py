"""Statuses and types: between the codes of the search filter, which the connector uses, and the
letters of SuiteQL and of the record API, which are the same for several types [facts 4.6, 6.3].
"""

from __future__ import annotations

from ..records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER

#: Types as the record API's addresses spell them.
RECORDS = {SALES_ORDER: "salesOrder", INVOICE: "invoice", ITEM_FULFILLMENT: "itemFulfillment"}
#: Types as SuiteQL's column "type" has them.
TYPES = {SALES_ORDER: "SalesOrd", INVOICE: "CustInvc", ITEM_FULFILLMENT: "ItemShip"}
#: Ship status of a fulfilment by its letter.
SHIP_LETTERS = {"A": "picked", "B": "packed", "C": "shipped"}

_LETTERS = {
    SALES_ORDER: {
        "A": "PendingApproval",
        "B": "PendingFulfillment",
        "C": "Cancelled",
        "D": "PartiallyFulfilled",
        "E": "PendingBillingPartiallyFulfilled",
        "F": "PendingBilling",
        "G": "Billed",
        "H": "Closed",
    },
    INVOICE: {
        "A": "Open",
        "B": "PaidInFull",
        "D": "PendingApproval",
        "E": "Rejected",
        "V": "Voided",
    },
    ITEM_FULFILLMENT: {letter: word.capitalize() for letter, word in SHIP_LETTERS.items()},
}


def search_code(type: str, status: str) -> str:
    """The code of a status: "B" and "SalesOrd:B" are the same one; empty when it is not known."""
    word = _LETTERS[type].get(status.rpartition(":")[2])
    return f"_{RECORDS[type]}{word}" if word else ""


def letters(type: str, codes: tuple[str, ...]) -> list[str]:
    """What SuiteQL may write for these statuses; both spellings are reported."""
    found = [letter for letter in _LETTERS[type] if search_code(type, letter) in codes]
    return found + [f"{TYPES[type]}:{letter}" for letter in found]


def ship_status(letter: str) -> str:
    """The ship status that a letter means, or empty."""
    return SHIP_LETTERS.get(letter.rpartition(":")[2], "")


def ship_letter(status: str) -> str:
    """The letter of a ship status."""
    return next(letter for letter, word in SHIP_LETTERS.items() if word == status)
