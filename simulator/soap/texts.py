"""Status texts: translated to the user's language, so nobody may compare them [4.6]."""

from ..ordering import ORDER_STATUSES

_ORDERS = {
    "en": {
        "A": "Pending Approval",
        "B": "Pending Fulfillment",
        "C": "Cancelled",
        "D": "Partially Fulfilled",
        "E": "Pending Billing/Partially Fulfilled",
        "F": "Pending Billing",
        "G": "Billed",
        "H": "Closed",
    },
    "de": {
        "A": "Genehmigung ausstehend",
        "B": "Ausführung ausstehend",
        "C": "Storniert",
        "D": "Teilweise ausgeführt",
        "E": "Abrechnung ausstehend/Teilweise ausgeführt",
        "F": "Abrechnung ausstehend",
        "G": "Abgerechnet",
        "H": "Abgeschlossen",
    },
    "fr": {
        "A": "En attente d'approbation",
        "B": "En attente de traitement",
        "C": "Annulée",
        "D": "Partiellement traitée",
        "E": "En attente de facturation/Partiellement traitée",
        "F": "En attente de facturation",
        "G": "Facturée",
        "H": "Fermée",
    },
}
_INVOICES = {
    "en": ("Open", "Paid In Full", "Pending Approval", "Rejected", "Voided"),
    "de": ("Offen", "Vollständig bezahlt", "Genehmigung ausstehend", "Abgelehnt", "Ungültig"),
    "fr": ("Ouverte", "Payée intégralement", "En attente d'approbation", "Rejetée", "Annulée"),
}
INVOICE_STATES = ("open", "paidInFull", "pendingApproval", "rejected", "voided")

# The record's orderStatus enumeration; search columns give the same without underscore [4.1, 4.6].
RECORD_STATUSES = {
    "A": "_pendingApproval",
    "B": "_pendingFulfillment",
    "C": "_cancelled",
    "D": "_partiallyFulfilled",
    "E": "_pendingBillingPartFulfilled",
    "F": "_pendingBilling",
    "G": "_fullyBilled",
    "H": "_closed",
}
SEARCH_STATUSES = {letter: f"_salesOrder{name}" for letter, name in ORDER_STATUSES.items()}


def order_text(letter, language):
    return _language(_ORDERS, language)[letter]


def invoice_text(state, language):
    return _language(_INVOICES, language)[INVOICE_STATES.index(state)]


def _language(texts, language):
    return texts.get(language.partition("_")[0], texts["en"])
