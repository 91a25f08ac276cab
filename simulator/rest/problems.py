"""How REST says no: error bodies in NetSuite's shape [3.2, 3.6]."""

import json

from ..wire import Answer

CONTENT_TYPE = "application/vnd.oracle.resource+json; type=error"
_RFC = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html"
# Title and type by HTTP status, as NetSuite's documentation prints them.
TITLES = {
    400: ("Bad Request", f"{_RFC}#sec10.4.1"),
    401: ("Unauthorized", _RFC),
    403: ("Forbidden", f"{_RFC}#sec10.4.4"),
    404: ("Not Found", _RFC),
    405: ("Method Not Allowed", f"{_RFC}#sec10.4.6"),
    406: ("Not Acceptable", f"{_RFC}#sec10.4.7"),
    413: ("Request Entity Too Large", f"{_RFC}#sec10.4.14"),
    415: ("Unsupported Media Type", f"{_RFC}#sec10.4.16"),
    429: ("Bad Request", _RFC),  # misleading, and so documented [3.2]
    500: ("Internal Server Error", _RFC),
    501: ("Not Implemented", f"{_RFC}#sec10.5.2"),
    503: ("Service Unavailable", f"{_RFC}#sec10.5.4"),
}
INVALID_LOGIN = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)
UNEXPECTED = "An unexpected error occurred. Error ID: jrgbpyylphhishmmlxyt"
BLOCKED = "Concurrent request limit exceeded. Request blocked."
ACCESS = "Error while accessing a resource. "
# Refusals that are about a value in the request [3.6].
_CONTENT = ("INVALID_KEY_OR_REF", "INVALID_FLD_VALUE", "INVALID_CSTM_FIELD_REF", "INVALID_SHIP_GRP")


class Problem(Exception):
    """An HTTP error.

    :param where: more of the detail: ``path``, ``header``, ``queryParam`` … become ``o:errorPath``
        and the like
    """

    def __init__(self, status, code, detail, **where):
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.where = status, code, detail, where


def invalid(path, detail):
    """A property that cannot be: 400 with the path to it [7.9]."""
    return Problem(400, "INVALID_CONTENT", ACCESS + detail, path=path)


def not_simulated(what):
    """What the simulator does not do is refused loudly, in words that are not NetSuite's."""
    return Problem(501, "USER_ERROR", f"The simulator does not know {what}.")


def missing():
    """A record that is not there, or that the role does not see [3.6]."""
    return Problem(404, "NONEXISTENT_ID", "Record does not exist.")


def of_refusal(refusal, business_codes):
    """A business refusal in REST: the code of SOAP is lost, only the sentence stays [3.6].

    :param business_codes: keep the code, UNVERIFIED
    """
    if refusal.code == "RCRD_DSNT_EXIST":
        return missing()
    if refusal.message.startswith("Permission Violation"):
        return Problem(403, "INSUFFICIENT_PERMISSION", refusal.message)  # UNVERIFIED [3.6]
    code = "INVALID_CONTENT" if refusal.code in _CONTENT else "USER_ERROR"
    return Problem(400, refusal.code if business_codes else code, ACCESS + refusal.message)


def answer(problem):
    """The problem over the wire."""
    title, kind = TITLES.get(problem.status, ("Error", _RFC))
    places = {f"o:error{name[0].upper()}{name[1:]}": at for name, at in problem.where.items() if at}
    detail = {"detail": problem.detail, "o:errorCode": problem.code}
    body = {"type": kind, "title": title, "status": problem.status}
    if problem.status == 429:
        body["o:errorCode"] = "USER_ERROR"
    body["o:errorDetails"] = [detail | places]
    text = json.dumps(body, indent=2)
    return Answer(problem.status, CONTENT_TYPE, text.encode(), outcome=problem.code)


def blocked(malformed):
    """Too many requests at once [3.2].

    :param malformed: as the documentation prints it, a comma is missing
    """
    made = answer(Problem(429, "CONCURRENCY_LIMIT_EXCEEDED", BLOCKED))
    if malformed:
        made.body = made.body.replace(b'"USER_ERROR",', b'"USER_ERROR"')
    return made
