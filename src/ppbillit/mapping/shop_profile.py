"""What a probe has settled about a shop's orders, and whether an order contradicts it; pure.

Nothing here decides how an order is read: that is found anew for each order, from its own sums.  What is settled
only says when an order is unlike the others of its shop.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.mapping.amounts import READINGS, Amounts, fitting_readings, parts_under, read_amounts
from ppbillit.money import cents
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.plugandpay.models import Item, Order

# How each question is said to a person.
QUESTIONS = {
    "amounts_per": "amounts are per",
    "discounts": "discounts are",
    "shipping": "shipping is",
    "collection": "collection costs are",
    "tax_amount": "tax.amount is",
    "invoice_date": "invoice_date is",
}
_OF_THE_READING = ("amounts_per", "discounts", "shipping", "collection")
_DATE = len("2026-10-05")


@dataclass(frozen=True)
class ShopProfile:
    """The answer to each question that the shop's orders agree on; open ones are not in it."""

    answers: Mapping[str, str]

    def __str__(self) -> str:
        """Say it to a person."""
        return ", ".join(f"{QUESTIONS[name]} {word}" for name, word in self.answers.items())

    def as_text(self) -> str:
        """Write it for the state file."""
        return json.dumps(dict(self.answers), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> ShopProfile:
        """Read what `as_text` wrote; what is not known any more is left out."""
        found = json.loads(text)
        return cls({name: str(word) for name, word in found.items() if name in QUESTIONS})


def votes(orders: Iterable[Order]) -> dict[str, Counter[str]]:
    """Count for each question what the orders say; an order that fits either answer says nothing."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in QUESTIONS}
    for order in orders:
        for name, word in _said(order).items():
            counted[name][word] += 1
    return counted


def settle(counted: Mapping[str, Counter[str]]) -> ShopProfile:
    """Give what all orders that say anything agree on."""
    return ShopProfile({name: next(iter(words)) for name, words in counted.items() if len(words) == 1})


def contradiction(order: Order, amounts: Amounts, settled: ShopProfile) -> Reason | None:
    """Say what about this order is unlike what was settled; None where nothing is."""
    said = {**_unlike_reading(order, amounts, settled), **_said_beside(order)}
    unlike = {name: word for name, word in said.items() if settled.answers.get(name, word) != word}
    if not unlike:
        return None
    return reason(
        "unlike_probe",
        here=ShopProfile(unlike),
        settled=ShopProfile({name: settled.answers[name] for name in unlike}),
    )


def _unlike_reading(order: Order, amounts: Amounts, settled: ShopProfile) -> dict[str, str]:
    """Give the parts of the order's reading that are not the settled ones, and that matter to it."""
    unlike = {}
    for name in _OF_THE_READING:
        word, own = settled.answers.get(name), getattr(amounts.reading, name)
        if word is None or own in {word, "on the order"}:
            continue
        instead: dict[str, Any] = {name: word}
        if parts_under(order, replace(amounts.reading, **instead)) != amounts.parts:
            unlike[name] = str(own)
    return unlike


def _said(order: Order) -> dict[str, str]:
    """Give what this order says: of each question, the one answer that all readings of it share."""
    said = _said_beside(order)
    if isinstance(read_amounts(order), Amounts):
        lines = [reading for reading in READINGS if reading.discounts != "on the order"]
        fitting = fitting_readings(order, lines)
        for name in _OF_THE_READING:
            words = {getattr(reading, name) for reading in fitting}
            if len(words) == 1:
                said[name] = str(words.pop())
    return said


def _said_beside(order: Order) -> dict[str, str]:
    """Give what an order says about other things than its amounts."""
    said = {}
    if order.invoice_status == "final":
        said["invoice_date"] = _form_of(order.invoice_date)
    words = {word for item in order.items if (word := _tax_amount_of(item))}
    if len(words) == 1:
        said["tax_amount"] = words.pop()
    return said


def _form_of(invoice_date: str | None) -> str:
    if invoice_date is None:
        return "not given"
    return "a date" if len(invoice_date) == _DATE else "a timestamp"


def _tax_amount_of(item: Item) -> str | None:
    """Tell what `tax.amount` is on a line whose own amounts leave no doubt (plugandpay.md §7.5)."""
    stated = item.tax.amount if item.tax else None
    vat = cents(item.amount_with_tax - item.amount)
    if stated is None or item.quantity != Decimal(1) or item.discounts or vat == cents(item.amount):
        return None
    if cents(stated) == vat:
        return "the VAT"
    return "the base" if cents(stated) == cents(item.amount) else None
