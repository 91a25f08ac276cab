"""Decisions of the write-back that need no database: which lines, how many kits, which parcels.

Facts: netsuite-protocol.md 7.1, 7.3, 7.4, 7.7, 5.4.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .records import (
    SHIP_STATUSES,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Package,
    Proposal,
    Ref,
)

# Quantities are compared after rounding: both sides compute with binary fractions.
DIGITS = 6
POUNDS_PER_KILOGRAM = 2.20462262
# Parts of a text that are shorter than this are blocks of one number (see split_numbers).
SHORTEST_NUMBER = 8
# What the write-back adds to a memo, at its end; the rest is somebody else's, behind it too.
MEMO_MARK = "Tracking: "
OWN_MEMO = re.compile(rf"(^|\s?\|\s?){MEMO_MARK}\S+(, \S+)*(?=\s?\||$)")
# The least weight of a package that a carrier's list takes: 0.1 lb [7.3]. Whether an account
# outside the US counts in kilograms, nobody could verify: 0.1 of either is enough both ways.
LIGHTEST = {"ups": 0.1}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """More was shipped for a line than the order has open (quantities in the line's unit)."""

    order_line: str
    shipped: float
    open: float


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a shipment takes of a line, in the line's unit, and where it comes from."""

    quantity: float
    location: Ref | None = None  # None: as NetSuite proposes
    assignments: tuple[Assignment, ...] = ()
    serial_numbers: str = ""


# -- which lines ----------------------------------------------------------------------------


def snapped(quantity: float, wanted: float, tolerance: float) -> float:
    """``wanted``, unless the quantity differs by more than rounding can have caused."""
    return wanted if abs(quantity - wanted) <= tolerance else quantity


def as_open(
    proposal: Proposal, shipped: Mapping[str, float], tolerances: Mapping[str, float]
) -> dict[str, float]:
    """The shipped quantities, those that complete a line but for rounding as NetSuite has them
    open."""
    open_quantities = {line.key: line.quantity_remaining for line in proposal.lines if line.key}
    return {
        key: snapped(quantity, open_quantities.get(key) or quantity, tolerances.get(key, 0.0))
        for key, quantity in shipped.items()
    }


def mismatches(proposal: Proposal, shipped: Mapping[str, float]) -> tuple[Mismatch, ...]:
    """Lines of which more was shipped than NetSuite would fulfil now."""
    remaining = {line.key: line.quantity_remaining for line in proposal.lines if line.key}
    found = []
    for key, quantity in shipped.items():
        left = remaining.get(key, 0.0)
        if left is not None and round(quantity - left, DIGITS) > 0:
            found.append(Mismatch(key, quantity, left))
    return tuple(found)


def is_overage(
    wrong: Iterable[Mismatch],
    ordered: Mapping[str, float],
    fulfillments: Iterable[Fulfillment],
    tolerances: Mapping[str, float],
) -> bool:
    """Was more shipped of these lines than was ordered, and is that all?

    What NetSuite has open must be what its order says less the fulfilments that we have seen: what
    is on one that we have not seen may be this very shipment. A line that is not open at all cannot
    be fulfilled any more.

    :param ordered: quantity by line of the order as it is now
    :param fulfillments: all of the order, whoever made them
    """
    seen: dict[str, float] = {}
    for one in fulfillments:
        for line in one.lines:
            if line.receive and line.order_line:
                seen[line.order_line] = seen.get(line.order_line, 0.0) + (line.quantity or 0.0)
    return all(
        one.open > 0
        and abs(ordered.get(one.order_line, 0.0) - seen.get(one.order_line, 0.0) - one.open)
        <= tolerances.get(one.order_line, 0.0) + 10**-DIGITS
        for one in wrong
    )


def fulfillment_lines(
    proposal: Proposal,
    shipped: Mapping[str, Shipped],
    *,
    completing: Collection[str] = (),
    not_ours: Collection[str] = (),
) -> tuple[FulfillmentLine, ...]:
    """Every open line of the order: shipped ones with their quantity, the others unticked.

    A line that is not named would be fulfilled as NetSuite proposes it [7.1].

    :param shipped: what was shipped, by line key
    :param completing: keys of services to tick along when this shipment completes the goods
    :param not_ours: keys of goods that somebody else ships (drop-ship, store pickup)
    """
    lines = [line for line in proposal.lines if line.key]  # members follow their kit's line [5.4]
    complete = all(
        line.key in shipped
        and round((line.quantity_remaining or 0.0) - shipped[line.key].quantity, DIGITS) <= 0
        for line in lines
        if line.key not in completing and line.key not in not_ours
    )
    wanted = dict(shipped)
    if complete:
        for line in lines:
            if line.key in completing:
                wanted.setdefault(line.key, Shipped(line.quantity_remaining or 0.0))
    return tuple(_line(line.key, line.location, wanted.get(line.key)) for line in lines)


def _line(key: str, proposed: Ref | None, shipped: Shipped | None) -> FulfillmentLine:
    if shipped is None or shipped.quantity <= 0:
        return FulfillmentLine(key, receive=False, quantity=0.0)
    return FulfillmentLine(
        key,
        receive=True,
        quantity=round(shipped.quantity, DIGITS),
        location=shipped.location or proposed,
        assignments=shipped.assignments,
        serial_numbers=shipped.serial_numbers,
    )


def whole_kits(members: Iterable[float]) -> int:
    """How many whole kits these members make: what was shipped of each, counted in kits."""
    return min((math.floor(round(kits, DIGITS)) for kits in members), default=0)


def split_numbers(text: str) -> tuple[str, ...]:
    """The tracking numbers in a text, each once, in order.

    Numbers are separated by commas, semicolons or line ends. Blanks inside a part belong to the
    number (``9400 1000 0000``) unless every piece alone is long enough to be one.
    """
    numbers: dict[str, None] = {}
    for part in re.split(r"[,;\r\n]+", text or ""):
        pieces = part.split()
        if len(pieces) > 1 and all(len(piece) >= SHORTEST_NUMBER for piece in pieces):
            numbers.update(dict.fromkeys(pieces))
        elif pieces:
            numbers["".join(pieces)] = None
    return tuple(numbers)


def parcels(
    numbers: Sequence[str], weights: Sequence[float], default_weight: float, description: str = ""
) -> tuple[Package, ...]:
    """One package per parcel: numbers pair with the weights of Odoo's packages in order.

    More numbers than weights share the whole weight equally; with fewer, the surplus weight joins
    the last. All weights are in one unit; a package without weight takes ``default_weight``.
    """
    weights = list(weights)
    if not numbers:
        numbers = [""] * max(1, len(weights))
    if len(numbers) > len(weights):
        weights = [sum(weights) / len(numbers)] * len(numbers)
    elif len(numbers) < len(weights):
        last = len(numbers) - 1
        weights = [*weights[:last], sum(weights[last:])]
    return tuple(
        Package(number, round(weight, 4) or default_weight, description)
        for number, weight in zip(numbers, weights, strict=True)
    )


def merged(packages: Iterable[Package]) -> tuple[Package, ...]:
    """The parcels of several shipments together; one that is named twice is one parcel [7.3]."""
    found: list[Package] = []
    places: dict[str, int] = {}
    for package in packages:
        number = package.tracking_number
        if number in places:
            known = found[places[number]]
            found[places[number]] = replace(known, weight=known.weight + package.weight)
            continue
        if number:
            places[number] = len(found)
        found.append(package)
    return tuple(found)


def heavy_enough(packages: Iterable[Package], kind: str) -> tuple[Package, ...]:
    """The packages, none lighter than the carrier's list takes."""
    least = LIGHTEST.get(kind, 0.0)
    return tuple(replace(one, weight=max(one.weight, least)) for one in packages)


def numbers_text(quantities: Mapping[str, float]) -> str:
    """Lots or serials as the one text of an account without advanced numbering: serials as such,
    lots with their quantity [7.7]."""
    return ",".join(
        number if quantity == 1 else f"{number}({_plain(quantity)})"
        for number, quantity in quantities.items()
    )


def _plain(quantity: float) -> str:
    """A quantity without trailing zeros and exponent."""
    return f"{quantity:.{DIGITS}f}".rstrip("0").rstrip(".")


def memo_with(memo: str, numbers: Sequence[str]) -> str:
    """The memo with these tracking numbers at its end, in place of those added before."""
    kept = OWN_MEMO.sub("", memo).removeprefix(" | ")
    added = MEMO_MARK + ", ".join(numbers) if numbers else ""
    return " | ".join(part for part in (kept, added) if part)


# -- what NetSuite has already -----------------------------------------------------------------


def find_own(
    fulfillments: Iterable[Fulfillment], external_id: str, internal_id: str = ""
) -> Fulfillment | None:
    """The fulfilment with this internal id, or else with this external id, which NetSuite compares
    without case [7.2]."""
    wanted = external_id.lower()
    by_external_id = None
    for one in fulfillments:
        if internal_id and one.internal_id == internal_id:
            return one
        if one.external_id and one.external_id.lower() == wanted:
            by_external_id = one
    return by_external_id


def by_hand(
    fulfillments: Iterable[Fulfillment], known: Collection[str], lines: Collection[str]
) -> tuple[Fulfillment, ...]:
    """Fulfilments that somebody else made of these lines.

    :param known: external ids of our own ones (lower case) and internal ids of those taken over
    """
    return tuple(
        one
        for one in fulfillments
        if one.internal_id not in known
        and one.external_id.lower() not in known
        and any(line.receive and line.order_line in lines for line in one.lines)
    )


def on_lines(fulfillments: Iterable[Fulfillment], known: Collection[str]) -> dict[str, float]:
    """Quantity by line that is on our own fulfilments (``known`` as for :func:`by_hand`)."""
    quantities: dict[str, float] = {}
    for one in fulfillments:
        if one.internal_id in known or one.external_id.lower() in known:
            for line in one.lines:
                if line.receive and line.order_line:
                    done = quantities.get(line.order_line, 0.0)
                    quantities[line.order_line] = done + (line.quantity or 0.0)
    return quantities


def numbers_on(packages: Iterable[Package] | None) -> set[str]:
    """The tracking numbers of these packages, as :func:`split_numbers` would have them."""
    return {
        number for package in packages or () for number in split_numbers(package.tracking_number)
    }


def spare(fulfillment: Fulfillment, taken: Mapping[str, float]) -> dict[str, float]:
    """Quantity by line of a fulfilment that none of the shipments it was taken for has."""
    return {
        line.order_line: (line.quantity or 0.0) - taken.get(line.order_line, 0.0)
        for line in fulfillment.lines
        if line.receive and line.order_line
    }


def same_packages(found: Sequence[Package] | None, wanted: Sequence[Package]) -> bool:
    """Do the packages carry the same numbers? Weights that a person corrected are left alone."""
    return sorted(one.tracking_number for one in found or ()) == sorted(
        one.tracking_number for one in wanted
    )


def advance(current: str, wanted: str) -> str:
    """The ship status to write, or nothing: it never goes backwards [7.4]."""
    order = ("", *SHIP_STATUSES)
    return wanted if order.index(wanted) > order.index(current) else ""
