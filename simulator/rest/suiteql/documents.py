"""Transactions and what hangs on them, as rows of SuiteQL's tables [6.3, 6.4]."""

from ...account import INVOICE, ITEM_FULFILLMENT, ZERO, InvoiceLine, OrderLine
from ...packing import split_numbers
from ...soap.records import address as formatted_address
from ...soap.records import modified
from ..records import line_number, status_of
from .common import custom, stock, visible
from .displays import TYPES, statuses

_ADDRESS_KEYS = 5_000_000


def transactions(books):
    for one in visible(books):
        code, name = TYPES[one.type]
        total = sum(((line.quantity or 1) * line.rate for line in _priced(one)), ZERO)
        yield {
            "id": one.id,
            "tranid": one.tran_id,
            "type": code,
            "recordtype": one.type.lower(),
            "status": status_of(books, one)[0],  # one letter [6.3]
            "trandate": one.tran_date,
            "shipdate": getattr(one, "ship_date", None),
            "entity": one.entity,
            "otherrefnum": getattr(one, "other_ref_num", ""),
            "memo": one.memo,
            "lastmodifieddate": modified(books, one),
            "createddate": one.created,
            "shippingaddress": _address_key(one),
            "foreigntotal": total,
            "foreignamountunpaid": _unpaid(one, total),
            "externalid": one.external_id,
            "shipmethod": one.ship_method,
            "shipcomplete": getattr(one, "ship_complete", None),
            "actualshipdate": getattr(one, "stage_dates", {}).get("shipped"),
            "email": getattr(one, "email", ""),
            "currency": "1",
            "exchangerate": 1,
            "employee": one.sales_rep,
            "terms": one.terms,
            "fob": one.fob,
            "trandisplayname": f"{name} #{one.tran_id}",
            "voided": getattr(one, "state", "") == "voided",
            "duedate": getattr(one, "due_date", None),
        } | custom(books, one.custom, "custbody")


def _priced(record):
    return [one for one in record.lines if isinstance(one, OrderLine | InvoiceLine)]


def _unpaid(record, total):
    if record.type != INVOICE:
        return None
    return ZERO if record.state == "paidInFull" else total


# -- addresses ------------------------------------------------------------------------------


def _address_key(record):
    """Each document has an address of its own, even when it was copied from a customer's."""
    return _ADDRESS_KEYS + int(record.id) if record.address else None


def addresses(*types):
    def rows_of(books):
        for record in visible(books, *types):
            one = record.address
            if one:
                yield {
                    "nkey": _address_key(record),
                    "addressee": one.addressee,
                    "attention": one.attention,
                    "addr1": one.addr1,
                    "addr2": one.addr2,
                    "addr3": one.addr3,
                    "city": one.city,
                    "state": one.state,
                    "zip": one.zip,
                    "country": one.country,
                    "addrphone": one.phone,
                    "addrtext": formatted_address(one)["addrText"].replace("<br>", "\n"),
                    "override": one.override,
                }

    return rows_of


# -- what hangs on fulfilments and invoices -------------------------------------------------


def links(books):
    """From an order's lines to those of its fulfilments and invoices [6.4]."""
    kinds = {ITEM_FULFILLMENT: "ShipRcpt", INVOICE: "OrdBill"}
    for record in visible(books, *kinds):
        for position, line in enumerate(record.lines, 1):
            if record.created_from and line.order_line is not None:
                own = line_number(position) if record.type == ITEM_FULFILLMENT else line.line
                yield {
                    "previousdoc": record.created_from,
                    "previousline": line.order_line,
                    "previoustype": "SalesOrd",
                    "nextdoc": record.id,
                    "nextline": own,
                    "nexttype": TYPES[record.type][0],
                    "linktype": kinds[record.type],
                }


def packages(books):
    for record in visible(books, ITEM_FULFILLMENT):
        for one in record.packages:
            yield {
                "itemfulfillment": record.id,
                "packageweight": one.weight,
                "packagetrackingnumber": one.tracking,
                "packagedescr": one.description,
            }


def _tracking(books):
    """(key, fulfilment, number) of each tracking number."""
    for record in visible(books, ITEM_FULFILLMENT):
        numbers = [one for each in record.packages for one in split_numbers(each.tracking)]
        for position, number in enumerate(numbers, 1):
            yield int(record.id) * 1000 + position, record.id, number


def tracking_map(books):
    return ({"transaction": owner, "trackingnumber": key} for key, owner, _ in _tracking(books))


def tracking_numbers(books):
    return ({"id": key, "trackingnumber": number} for key, _, number in _tracking(books))


def assignments(books):
    """Lots and serials; what goes out is negative, UNVERIFIED."""
    for record in visible(books, ITEM_FULFILLMENT):
        for position, line in enumerate(record.lines, 1):
            for place, one in enumerate(line.assignments):
                yield {
                    "id": int(record.id) * 1000 + position * 20 + place,
                    "transaction": record.id,
                    "transactionline": line_number(position),
                    "inventorynumber": one.number,
                    "quantity": -stock(books, line, one.quantity),
                    "bin": one.bin,
                }


def status_rows(books):
    for letter, code, name, full in statuses(books.settings.language):
        yield {"id": letter, "trantype": code, "name": name, "fullname": full}
