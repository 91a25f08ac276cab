"""Packages and tracking numbers of a fulfilment [7.3]."""

import re
from decimal import Decimal

from .account import Package
from .refusal import Refusal

LONGEST_NUMBER = 100


def packages(books, fulfillment, request, fresh=False):
    """The packages that result from a request: what is sent replaces all that is there [7.3]."""
    unverified = books.settings.unverified
    sent = request.packages
    if sent is not None and request.package_kind != fulfillment.package_kind:
        if unverified.wrong_package_list_refused:
            raise Refusal(
                "USER_ERROR",
                "The package list does not belong to the carrier of the shipping method: use "
                f"{list_name(fulfillment.package_kind)}.",
            )
        sent = None
    if sent is None:
        if not fresh:
            return fulfillment.packages
        return [Package()] if unverified.default_package else []
    if not sent and unverified.package_required:
        raise Refusal("AT_LEAST_ONE_PACKAGE_REQD", "1 or more packages are required.")
    for package in sent:
        _check_weight(package, fulfillment.package_kind)
    _check_numbers(sent)
    return sent


def list_name(kind):
    """The name of the package list of a carrier [7.3]."""
    return {"": "packageList", "ups": "packageUpsList", "usps": "packageUspsList"}.get(
        kind, "packageFedExList"
    )


def split_numbers(text):
    """A text is several numbers where it has blanks, tabs or commas; "/", ";", ":" stay [7.3]."""
    return [part for part in re.split(r"[\s,]+", text) if part]


def numbers(fulfillment):
    """All tracking numbers of a fulfilment, in order."""
    return [one for package in fulfillment.packages for one in split_numbers(package.tracking)]


def linked_numbers(books, order_id):
    """``linkedTrackingNumbers`` of an order or its invoices: filled from its fulfilments [7.3]."""
    found = [one for fulfilled in books.fulfillments_of(order_id) for one in numbers(fulfilled)]
    return " ".join(dict.fromkeys(found))


def _check_weight(package, kind):
    if package.weight <= 0:
        raise Refusal(
            "PACKAGE_WEIGHT_REQD",
            "Attempted to create a package without specifying a nonzero package weight.",
        )
    if kind == "ups" and not Decimal("0.1") <= package.weight <= 150:
        raise Refusal(
            "INVALID_UPS_PACKG_WEIGHT", "UPS package weights must be between 0.1 and 150 pounds."
        )


def _check_numbers(sent):
    seen = set()
    for number in (one for package in sent for one in split_numbers(package.tracking)):
        if len(number) > LONGEST_NUMBER:
            raise Refusal("INVALID_TRACKING_NUM", f"The tracking number {number} is too long.")
        if number in seen:
            raise Refusal(
                "DUP_TRACKING_NUM",
                f"Tracking number {number} is entered more than once. A single tracking number "
                "may not contain spaces or commas.",
            )
        seen.add(number)
