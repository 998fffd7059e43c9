"""What was sold for how much: find the one reading of the shop's amounts that meets the order's totals.

No document says whether an amount of a Plug&Pay line is per unit or per line, before or after its discounts, and
whether the order's total includes shipping and collection costs. So every reading is tried (plugandpay.md §7.6),
and an order is invoiced only if it can be read in exactly one way.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from ppbillit.money import CENT, ZERO, cents, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ppbillit.plugandpay.models import Discount, Item, Order, Product, Rate

Per = Literal["line", "unit"]
Discounts = Literal["taken off", "to take off", "on the order"]
ShippingIs = Literal["extra", "inside"]
CollectionIs = Literal["outside", "inside"]


@dataclass(frozen=True)
class Reading:
    """One way to read an order's amounts. The defaults are the likely ones."""

    amounts_per: Per = "line"
    discounts: Discounts = "taken off"
    shipping: ShippingIs = "extra"
    collection: CollectionIs = "outside"

    def __str__(self) -> str:
        """Return the reading in words."""
        return (
            f"amounts per {self.amounts_per}, discounts {self.discounts}, "
            f"shipping {self.shipping}, collection costs {self.collection}"
        )


# Fewest departures from the likely reading first: of readings that give the same, the plainest is named.
READINGS = sorted(
    (
        Reading(per, discounts, shipping, collection)
        for per in get_args(Per)
        for discounts in get_args(Discounts)
        for shipping in get_args(ShippingIs)
        for collection in get_args(CollectionIs)
    ),
    key=lambda reading: sum(getattr(reading, name) != default for name, default in vars(Reading()).items()),
)
# Readings in which no discount on the order is charged beside those on its lines.
WITHOUT_ORDER_DISCOUNT = [reading for reading in READINGS if reading.discounts != "on the order"]


@dataclass(frozen=True)
class Part:
    """Something charged: net and gross euros of the whole line, to the cent, with its discounts taken off.

    A discount on the whole order is a part of its own, with a negative amount.
    """

    origin: Literal["item", "discount", "shipping", "collection"]
    label: str | None
    quantity: Decimal
    net: Decimal
    gross: Decimal
    rate: Rate | None = None
    product_id: int | None = None
    product: Product | None = None
    discounts: tuple[Discount, ...] = ()

    @property
    def name(self) -> str:
        """The part as reasons name it."""
        return self.label or self.origin

    @property
    def vat(self) -> Decimal:
        """VAT in euros: gross less net, never the shop's `tax.amount` (plugandpay.md §7.5)."""
        return self.gross - self.net


@dataclass(frozen=True)
class Amounts:
    """The order's parts, and the reading that gave them."""

    parts: tuple[Part, ...]
    reading: Reading


@dataclass(frozen=True)
class Tried:
    """A reading, the parts it gives, their sums in euros, and whether these meet the order's totals."""

    reading: Reading
    parts: tuple[Part, ...]
    net: Decimal
    gross: Decimal
    fits: bool

    def __str__(self) -> str:
        """Return the reading in words, with its sums."""
        return f"{self.reading}: {euros_text(self.net)} net, {euros_text(self.gross)} gross"


def read_amounts(order: Order) -> Amounts | Reason:
    """Return the order's parts under the one reading that meets both totals, or why there is none."""
    if not order.items:
        return reason("no_lines")
    # A discount on the order is read only if no discount on the lines explains the totals. Tried beside the
    # others, it would make every order ambiguous whose total discounts merely add up those of its lines.
    fitting = fitting_readings(order, WITHOUT_ORDER_DISCOUNT) or fitting_readings(order, READINGS)
    different = _different(fitting)
    if not different:
        return reason(
            "amounts_unexplained",
            net=euros_text(order.amount),
            gross=euros_text(order.amount_with_tax),
            tried="; ".join(map(str, tried_readings(order))),
        )
    if len(different) > 1:
        return reason("amounts_ambiguous", tried="; ".join(map(str, different)))
    [only] = different
    return Amounts(only.parts, only.reading)


def tried_readings(order: Order) -> tuple[Tried, ...]:
    """Return every reading that gives something different, the plainest first."""
    return _different(_try_readings(order, READINGS))


def fitting_readings(order: Order, readings: Iterable[Reading]) -> list[Tried]:
    """Return those of the readings that meet the totals, including those that give the same parts."""
    return [tried for tried in _try_readings(order, readings) if tried.fits]


def _different(readings: Iterable[Tried]) -> tuple[Tried, ...]:
    """Return one of the readings that give the same parts: the first, which is the plainest."""
    different: dict[tuple[Part, ...], Tried] = {}
    for tried in readings:
        different.setdefault(tried.parts, tried)
    return tuple(different.values())


def _try_readings(order: Order, readings: Iterable[Reading]) -> Iterator[Tried]:
    for reading in readings:
        parts = parts_under(order, reading)
        net, gross = sum((part.net for part in parts), ZERO), sum((part.gross for part in parts), ZERO)
        # A cent is allowed for each amount that was rounded; the lines of the document must hit the total.
        # An amount per unit was rounded before it was multiplied, so each unit may be a cent off.
        rounded = sum(part.quantity for part in parts) if reading.amounts_per == "unit" else len(parts)
        slack = CENT * max(1, rounded)
        fits = abs(net - order.amount) <= slack and abs(gross - order.amount_with_tax) <= slack
        yield Tried(reading, parts, net, gross, fits)


def parts_under(order: Order, reading: Reading) -> tuple[Part, ...]:
    """Return what was charged under a reading, whether or not it meets the totals."""
    parts = [_item_part(item, reading) for item in order.items]
    if reading.discounts == "on the order":
        parts.extend(_discount_parts(order, parts))
    if order.shipping and reading.shipping == "extra":
        # One shipping amount cannot be split over several rates: it gets no rate, and the VAT table parks it.
        rates = {tax.rate for tax in order.shipping.taxes}
        rate = rates.pop() if len(rates) == 1 else None
        parts.append(_part("shipping", None, order.shipping.amount, order.shipping.amount_with_tax, rate))
    if reading.collection == "inside":
        parts.extend(
            _part("collection", None, cost.amount, cost.amount_with_tax)
            for cost in order.collection_costs
            if cost.amount is not None and cost.amount_with_tax is not None
        )
    return tuple(part for part in parts if part.origin == "item" or part.net or part.gross)


def _part(
    origin: Literal["discount", "shipping", "collection"],
    label: str | None,
    net: Decimal,
    gross: Decimal,
    rate: Rate | None = None,
) -> Part:
    return Part(origin, label, Decimal(1), cents(net), cents(gross), rate)


def _item_part(item: Item, reading: Reading) -> Part:
    times = item.quantity if reading.amounts_per == "unit" else Decimal(1)
    net, gross = item.amount * times, item.amount_with_tax * times
    if reading.discounts == "to take off":
        # The sign of a discount says nothing: on a credit, whose lines are negative, it may have either.
        towards_zero = -1 if gross >= 0 else 1
        net += towards_zero * sum(abs(discount.amount) for discount in item.discounts)
        gross += towards_zero * sum(abs(discount.amount_with_tax) for discount in item.discounts)
    return Part(
        "item",
        item.label,
        abs(item.quantity) or Decimal(1),
        cents(net),
        cents(gross),
        item.tax.rate if item.tax else None,
        item.product_id,
        item.product,
        item.discounts,
    )


def _discount_parts(order: Order, sold: list[Part]) -> list[Part]:
    """Return the discounts that no line names. The lines' amounts include those that one does."""
    on_lines = {(discount.code, discount.type) for item in order.items for discount in item.discounts}
    # It cannot be split over several rates without guessing: it gets no rate, and the VAT table parks it.
    rates = {part.rate for part in sold if part.net or part.gross}
    rate = rates.pop() if len(rates) == 1 else None
    towards_zero = -1 if order.amount_with_tax >= 0 else 1
    return [
        _part(
            "discount",
            discount.code,
            towards_zero * abs(discount.amount),
            towards_zero * abs(discount.amount_with_tax),
            rate,
        )
        for discount in order.total_discounts
        if (discount.code, discount.type) not in on_lines
    ]
