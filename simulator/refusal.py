"""How NetSuite says no."""


class Refusal(Exception):
    """A business refusal: a status with ``isSuccess="false"``, not a fault [3.4].

    :param code: NetSuite's code, such as "DUP_RCRD"
    :param message: NetSuite's sentence
    """

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Rejection(Exception):
    """The whole request is rejected: a SOAP fault, or an HTTP error in REST [3.2, 3.4].

    :param kind: the fault's type in lower camel case ("invalidCredentialsFault"); empty for a fault
        without typed detail
    """

    def __init__(self, code, message, kind=""):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.kind = kind


# NetSuite's wording, as its users paste it into forums, for a field that cannot be written.
_READ_ONLY = (
    "You do not have permissions to set a value for element {} due to one of the following "
    "reasons: 1) The field is read-only; 2) An associated feature is disabled; 3) The field is "
    "available either when a record is created or updated, but not in both cases."
)


def read_only(field):
    """A field that cannot be set [3.6 INSUFFICIENT_PERMISSION]."""
    return Refusal("INSUFFICIENT_PERMISSION", _READ_ONLY.format(field.lower()))


def missing(record_type, internal_id):
    """A record that is not there, or that the role does not see [3.6]."""
    return Refusal(
        "RCRD_DSNT_EXIST",
        f"That record does not exist. Invalid record:type={record_type},id={internal_id}",
    )


def check_unlocked(transaction):
    """A workflow may lock a record for everybody but its approvers [3.6, 7.8]."""
    if transaction.locked:
        raise Refusal(
            "RCRD_LOCKED_BY_WF", "This record has been locked by a user defined workflow."
        )


def not_permitted(permission):
    """The role lacks a permission; the sentence names it as NetSuite's screen does [3.6, 9]."""
    return Refusal(
        "INSUFFICIENT_PERMISSION",
        f"Permission Violation: You need the '{permission}' permission to access this page. "
        "Please contact your account administrator.",
    )
