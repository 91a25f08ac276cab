"""The books as plain JSON, for tests and for people who want to look."""

from .ordering import ORDER_STATUSES, committed, is_goods, on_fulfillments, order_status
from .packing import linked_numbers, numbers


def state(books):
    """Orders, fulfilments and invoices with what a test wants to compare."""
    with books.lock:
        return {
            "account": books.account_id,
            "time": books.now().isoformat(),
            "orders": [order(books, one) for one in books.orders.values()],
            "fulfillments": [fulfillment(books, one) for one in books.fulfillments.values()],
            "invoices": [invoice(books, one) for one in books.invoices.values()],
        }


def order(books, one):
    letter = order_status(books, one)
    return _document(books, one) | {
        "status": letter,
        "status_code": f"_salesOrder{ORDER_STATUSES[letter]}",
        "other_ref_num": one.other_ref_num,
        "ship_complete": one.ship_complete,
        "ship_date": one.ship_date and one.ship_date.isoformat(),
        "multi_ship_to": one.multi_ship_to,
        "linked_tracking_numbers": linked_numbers(books, one.id),
        "lines": [_order_line(books, one, line) for line in one.lines],
    }


def _order_line(books, one, line):
    goods = is_goods(books, line)
    taken = on_fulfillments(books, one, line)
    open_quantity = 0 if line.closed or not goods else (line.quantity or 0) - taken
    return _line(books, line) | {
        "line": line.line,
        "quantity": _number(line.quantity),
        "closed": line.closed,
        "drop_ship": line.drop_ship,
        "store_pickup": line.store_pickup,
        "fulfillable": goods,
        "ship_group": line.ship_group,
        "committed": _number(committed(books, one, line)),
        "on_fulfillments": _number(taken),
        "fulfilled": _number(on_fulfillments(books, one, line, ("shipped",))),
        "open": max(0.0, _number(open_quantity)),
    }


def fulfillment(books, one):
    source = books.orders.get(one.created_from)
    return _document(books, one) | {
        "created_from": one.created_from,
        "created_from_tran_id": source.tran_id if source else "",
        "ship_status": one.ship_status,
        "ship_group": one.ship_group,
        "package_kind": one.package_kind,
        "shipping_cost": _number(one.shipping_cost),
        "tracking_numbers": numbers(one),
        "packages": [
            {
                "weight": _number(package.weight),
                "tracking": package.tracking,
                "description": package.description,
            }
            for package in one.packages
        ],
        "lines": [
            _line(books, line)
            | {
                "order_line": line.order_line,
                "kit_line": line.kit_line,
                "quantity": _number(line.quantity),
                "serial_numbers": line.serial_numbers,
                "assignments": [
                    {
                        "number": books.inventory_numbers[each.number].name,
                        "quantity": _number(each.quantity),
                    }
                    for each in line.assignments
                    if each.number
                ],
            }
            for line in one.lines
        ],
    }


def invoice(books, one):
    return _document(books, one) | {
        "created_from": one.created_from,
        "status": one.state,
        "tracking_numbers": one.tracking_numbers,
        "linked_tracking_numbers": linked_numbers(books, one.created_from),
        "lines": [
            _line(books, line)
            | {
                "line": line.line,
                "order_line": line.order_line,
                "quantity": _number(line.quantity),
            }
            for line in one.lines
        ],
    }


def _document(books, one):
    return {
        "id": one.id,
        "type": one.type,
        "tran_id": one.tran_id,
        "external_id": one.external_id,
        "entity": books.customers[one.entity].name,
        "tran_date": one.tran_date.isoformat(),
        "last_modified": one.modified.isoformat(),
        "memo": one.memo,
        "location": one.location,
        "subsidiary": one.subsidiary,
        "ship_method": one.ship_method,
        "custom": dict(one.custom),
    }


def _line(books, line):
    return {
        "item": line.item,
        "sku": books.items[line.item].name,
        "location": line.location,
        "unit": line.unit,
    }


def _number(value):
    return None if value is None else float(value)
