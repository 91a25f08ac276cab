"""What can go wrong with NetSuite, told by what a caller may do next.

Each error answers three questions: what happened (``str(error)``), may the same call be sent again
(``repeatable``), and may a write have been carried out all the same (``outcome_unknown``).
The client raises, it never sleeps and never repeats: the caller decides.
Facts: netsuite-protocol.md 3.2 to 3.6.
"""

from __future__ import annotations

from .texts import storable


class NetSuiteError(Exception):
    """Base of all errors of this package.

    :param message: one sentence, NetSuite's own where it gave one
    :param code: NetSuite's code ("WS_REQUEST_BLOCKED"), or empty
    :param operation: what was asked ("search", "add" …), or empty
    """

    repeatable = False
    outcome_unknown = False

    def __init__(self, message: str, code: str = "", operation: str = ""):
        message = storable(message)  # NetSuite's words go to screens and tables
        super().__init__(message)
        self.message = message
        self.code = storable(code)
        self.operation = operation


class ConfigurationError(NetSuiteError):
    """What was entered cannot work; found before anything was sent."""


class StoredOtherwise(NetSuiteError):
    """What was stored of a record is not what this version stores."""


# -- nothing was done: wait, then send the same again ------------------------------------


class Unavailable(NetSuiteError):
    """NetSuite refused before doing anything; the same call will do later."""

    repeatable = True


class ConcurrencyLimit(Unavailable):
    """All the connections that this account may use at once are taken [3.2]."""


class Maintenance(Unavailable):
    """The account is closed for a while: maintenance, or a lock after failed logins [3.5]."""


class ConnectionFailed(Unavailable):
    """NetSuite could not be reached at all: name, network, TLS."""


# -- it is not known what was done --------------------------------------------------------


class OutcomeUnknown(NetSuiteError):
    """The call may have been carried out: look before repeating a write."""

    repeatable = True
    outcome_unknown = True


class ConnectionLost(OutcomeUnknown):
    """The connection broke, or no answer came in time, after the request was sent."""


class NoAnswer(ConnectionLost):
    """No answer came in time: NetSuite may still be working on the request [3.3]."""


class ServerError(OutcomeUnknown):
    """NetSuite answered with an unexpected error (5xx, UNEXPECTED_ERROR)."""


class MalformedAnswer(OutcomeUnknown):
    """The answer is not what the protocol promises: cut off, not XML or JSON, too large."""


# -- somebody must act ---------------------------------------------------------------------


class LoginError(NetSuiteError):
    """The login was refused. Never repeat by itself: five failures lock the user [2.2]."""


class ClockWrong(LoginError):
    """The login was refused, and this server's clock is too far from NetSuite's [2.1]."""


class FeatureMissing(NetSuiteError):
    """A feature of the account is off, or its endpoint version is gone (WS_FEATURE_REQD …)."""


class PermissionMissing(NetSuiteError):
    """The role may not do this; NetSuite's sentence names the permission."""


class Refused(NetSuiteError):
    """NetSuite understood and said no: a business rule, a script, a missing value."""


class RecordMissing(Refused):
    """The record does not exist, or this role does not see it."""


class FieldMissing(Refused):
    """There is no such custom field on documents of this type, or it takes no text [5.7]."""


class DuplicateRecord(Refused):
    """The external id is used already (DUP_RCRD)."""


class NotFulfillable(Refused):
    """The order cannot be fulfilled (any more): closed, billed, pending approval, nothing open."""


class OtherShipGroup(NotFulfillable):
    """NetSuite proposes another ship group than was asked for, or does not show which [5.3]."""


class OverFulfillment(Refused):
    """More than is still open on the order."""


class PeriodClosed(Refused):
    """The accounting period of the document's date is closed."""


# -- do it another way ----------------------------------------------------------------------


class RecordChanged(NetSuiteError):
    """Somebody saved the record meanwhile: read it again, then write."""

    repeatable = True


class SearchExpired(NetSuiteError):
    """The pages of this search are gone: start it again."""

    repeatable = True


class SearchTooLarge(NetSuiteError):
    """The search took too long: ask for less at once."""

    repeatable = True
