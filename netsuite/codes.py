"""NetSuite's codes and sentences, sorted into the errors of :mod:`.errors`; for every transport.

Codes are open strings: NetSuite sends some that no list of its own has, and the other way round. An
unknown one is a refusal with NetSuite's sentence. Facts: netsuite-protocol.md 3.2, 3.4 to 3.6.
"""

from __future__ import annotations

import re

from . import errors
from .errors import NetSuiteError

_CODES: dict[type[NetSuiteError], str] = {
    errors.ConcurrencyLimit: """
        CONCUR_BULK_JOB_DISALLWD CONCUR_MASS_UPDATE_DISALLWD CONCUR_SEARCH_DISALLWD
        CONCURRENCY_LIMIT_EXCEEDED EXCEEDED_CONCURRENCY_LIMIT EXCEEDED_MAX_CONCUR_RQST
        EXCEEDED_MAX_SESSIONS SSS_REQUEST_LIMIT_EXCEEDED WS_CONCUR_SESSION_DISALLWD
        WS_EXCEEDED_CONCUR_USERS_ALLWD WS_REQUEST_BLOCKED
    """,
    errors.Maintenance: "ACCT_TEMP_UNAVAILABLE",
    errors.Unavailable: """
        FEDEX_SHIP_SRVC_UNAVAILBL INVALID_SESSION SESSION_TIMED_OUT UPS_ONLINE_SHIP_UNAVAILBL
        USPS_RETRY WS_LOG_IN_REQD
    """,
    # What runs too long may have been done in part, or go on behind the answer [3.3].
    errors.ServerError: "EXCEEDED_MAX_TIME UNEXPECTED_ERROR",
    errors.LoginError: """
        EMAIL_ADDRS_REQD INVALID_ACCT INVALID_LOGIN INVALID_LOGIN_ATTEMPT INVALID_LOGIN_CREDENTIALS
        INVALID_ROLE LOGIN_DISABLED PSWD_REQD ROLE_REQUIRED USER_DISABLED
    """,
    errors.FeatureMissing: """
        FEATURE_DISABLED INVALID_WS_VERSION OI_FEATURE_REQD UNSUPPORTED_WS_VERSION
        UPGRADE_WS_VERSION WS_FEATURE_REQD
    """,
    errors.PermissionMissing: """
        INSUFFICIENT_FLD_PERMISSION INSUFFICIENT_PERMISSION NOT_ENOUGH_PERMISSIONS
        OI_PERMISSION_REQD PERMISSION_VIOLATION WS_PERMISSION_REQD
    """,
    errors.RecordMissing: """
        NONEXISTENT_ID ORDER_DSNT_EXIST RCRD_DELETED_SINCE_RETRIEVED RCRD_DSNT_EXIST
        RCRD_PREVSLY_DELETED TRANS_DSNT_EXIST TRANSACTION_DELETED
    """,
    errors.FieldMissing: """
        INVALID_CSTM_FIELD_DATA_TYP INVALID_CSTM_FIELD_REF INVALID_FIELD_NAME_FOR_NULL
    """,
    errors.DuplicateRecord: "CANT_CREATE_NON_UNIQUE_RCRD DUP_RCRD UNIQUE_RCRD_ID_REQD",
    errors.NotFulfillable: """
        CANT_COMPLETE_FULFILL CANT_FULFILL_ITEM INVALID_INITIALIZE_ARG INVALID_INITIALIZE_REF
        INVALID_RCRD_INITIALIZE INVALID_RCRD_TRANSFRM INVALID_REF_CANT_INITIALIZE INVALID_SHIP_GRP
        ORD_UNAVAILBL_TO_FULFILL
    """,
    errors.OverFulfillment: "OVER_FULFILL_DISALLWD",
    errors.PeriodClosed: """
        CLOSED_TRAN_PRD INVALID_TRANSACTION_DATE TRANS_EDIT_DISALLWD TRAN_PERIOD_CLOSED
        VALID_PRD_REQD
    """,
    errors.RecordChanged: """
        CANT_UPDATE_RECRD_HAS_CHANGED MUST_RESUBMIT_RCRD RCRD_EDITED_SINCE_RETRIEVED
        RCRD_HAS_BEEN_CHANGED
    """,
    errors.SearchExpired: "INVALID_JOB_ID INVALID_PAGE_INDEX",
    errors.SearchTooLarge: """
        ABORT_SEARCH_EXCEEDED_MAX_TIME SEARCH_TIMED_OUT SSS_SEARCH_TIMEOUT
    """,
}
_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes.split()}

# What NetSuite says where it gives no code, or one that says nothing (USER_ERROR).
_SENTENCES: dict[type[NetSuiteError], re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        errors.ConcurrencyLimit: (
            "concurrent request limit|only one request may be made against a session"
        ),
        errors.Maintenance: (
            "scheduled maintenance|database is offline|NLDatabaseOffline|NoCompanyDbsOnline"
        ),
        errors.LoginError: "ambiguous authentication|invalid login|login attempt",
        errors.Unavailable: "connection has timed out|session invalidation is in progress",
        errors.FieldMissing: "invalid custom field|unknown property name|invalid property name",
        errors.DuplicateRecord: "record already exists|matched more than one record",
        errors.RecordMissing: r"\brecord does not exist",
        errors.RecordChanged: "record has been changed",
        errors.NotFulfillable: "order is already (closed|billed)|invalid shipping group",
        errors.OverFulfillment: "fulfill more than|allow overage on item fulfillments",
        errors.PeriodClosed: "period is closed|closed (accounting )?period",
        errors.PermissionMissing: (
            "permission violation|insufficient permission|do not have permissions to set a value"
        ),
        errors.ServerError: (
            r"java\.(lang|util)\.|CacheUnavailable|unexpected error occurred|connection pool is not"
        ),
    }.items()
}

# Codes that REST leaves out of its answers, by NetSuite's own sentence for each [3.6].
_UNTOLD = {"packages are required": "AT_LEAST_ONE_PACKAGE_REQD"}

# NetSuite has saved the record and says "failed" because of something after that [0.1].
_SAVED = re.compile(r"transaction was (successfully saved|entered successfully)", re.IGNORECASE)


def error_class(code: str, message: str) -> type[NetSuiteError] | None:
    """The kind of error that a code or, without a telling code, a sentence means; or None."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    return next((kind for kind, words in _SENTENCES.items() if words.search(message)), None)


def error_for(code: str, message: str, operation: str) -> NetSuiteError:
    """The error for NetSuite's answer; a refusal when nothing better is known."""
    kind = error_class(code, message) or errors.Refused
    return kind(message or f"NetSuite refused with the code {code}.", code, operation)


def untold_code(message: str) -> str:
    """The code that goes with a sentence which came without one, or empty."""
    return next((code for words, code in _UNTOLD.items() if words in message.lower()), "")


def says_saved(message: str) -> bool:
    """Does this error sentence say that the record was saved all the same?"""
    return bool(_SAVED.search(message))
