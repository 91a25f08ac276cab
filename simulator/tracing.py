"""Lots, serials and bins of a fulfilment line [7.7]."""

from .account import ZERO, Assignment
from .ordering import unit_rate
from .packing import split_numbers
from .refusal import Refusal, read_only


def trace(books, source, item, made, line, but=None):
    """Check what the request says about numbers and enter it on the line ``made``.

    :param source: the order's line
    :param line: the request for the line
    :param but: a fulfilment whose own numbers may be used again
    """
    advanced = books.settings.features.advanced_numbered_inventory
    tracked = item.lot or item.serial
    if line.serial_numbers and advanced:
        raise read_only("serialnumbers")
    if line.assignments and not advanced:
        raise read_only("inventorydetail")
    if not tracked:
        if line.serial_numbers or any(one.number for one in line.assignments or ()):
            raise Refusal("INVENTORY_NUM_DISALLWD", f"Item {item.name} has no lots or serials.")
        made.assignments = line.assignments or []
        _check_bins(books, made)
        return
    if advanced:
        _check_assignments(books, item, made, line.assignments or [], unit_rate(books, source), but)
        made.assignments = line.assignments
    else:
        _check_serials(item, made, line.serial_numbers or source.serial_numbers)


def _check_assignments(books, item, made, assignments, rate, but):
    if not assignments:
        raise Refusal(  # [7.7] the text is UNVERIFIED
            "USER_ERROR",
            f"Please configure the inventory detail for this line: item {item.name}, "
            f"line {made.order_line}.",
        )
    total = sum((one.quantity for one in assignments), ZERO)
    if total > made.quantity:
        raise Refusal("NUM_ITEMS_GRTR_THAN_QTY", _counts(total, made.quantity))
    if total < made.quantity:
        raise Refusal("NUM_ITEMS_NOT_EQUAL_TO_QTY", _counts(total, made.quantity))
    seen = set()
    for one in assignments:
        number = books.inventory_numbers.get(one.number)
        if not number or number.item != item.id:
            raise Refusal("INVALID_INVENTORY_NUM", f"Invalid inventory number {one.number}.")
        if one.number in seen or (item.serial and one.quantity * rate != 1):
            raise Refusal("DUPLICATE_INVENTORY_NUM", f"{number.name} is entered more than once.")
        if one.quantity * rate > _on_hand(books, number, but):
            raise Refusal("INVALID_INVENTORY_NUM", f"{number.name} is not available.")
        seen.add(one.number)
    made.assignments = assignments
    _check_bins(books, made)


def _on_hand(books, number, but):
    """Base units of a lot that no fulfilment has taken."""
    taken = sum(
        (
            one.quantity
            for fulfillment in books.fulfillments.values()
            if fulfillment is not but
            for line in fulfillment.lines
            for one in line.assignments
            if one.number == number.id
        ),
        ZERO,
    )
    return number.quantity - taken


def pick(books, item, quantity):
    """Lots or serials that a person would take; None when the item has none or they do not do."""
    if not (item.lot or item.serial) or not books.settings.features.advanced_numbered_inventory:
        return None
    taken, left = [], quantity
    for number in books.inventory_numbers.values():
        available = _on_hand(books, number, None) if number.item == item.id else ZERO
        if left > 0 and available > 0:
            taken.append(Assignment(number.id, min(left, available)))
            left -= taken[-1].quantity
    return None if left > 0 else taken


def _check_bins(books, made):
    for one in made.assignments:
        if one.bin and one.bin not in books.bins:
            raise Refusal("BIN_ITEM_UNAVAILBL", f"Bin {one.bin} does not contain this item.")


def _check_serials(item, made, text):
    """Without advanced numbering the numbers are one text: serials, or ``lot(quantity)`` [7.7]."""
    numbers = split_numbers(text)
    if (item.serial and len(numbers) != made.quantity) or not numbers:
        raise Refusal("NUM_ITEMS_NOT_EQUAL_TO_QTY", _counts(len(numbers), made.quantity))
    if len(set(numbers)) != len(numbers):
        raise Refusal("DUPLICATE_INVENTORY_NUM", "An inventory number is entered more than once.")
    made.serial_numbers = text


def _counts(given, wanted):
    return f"The total quantity of the inventory numbers ({given}) must be the quantity ({wanted})."
