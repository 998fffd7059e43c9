"""What `probe` found to be the same in all orders of a shop, and whether an order differs from that; pure.

Nothing here decides how an order is read: that is found anew for each order, from its own sums. The profile only
serves to warn of an order that is unlike the others of its shop.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.mapping.amounts import (
    WITHOUT_ORDER_DISCOUNT,
    Amounts,
    fitting_readings,
    parts_under,
    read_amounts,
)
from ppbillit.money import cents
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ppbillit.plugandpay.models import Item, Order

# Each question, as the beginning of a sentence that the answer ends.
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
    """The answers on which the shop's orders agree, by question. A question without one is left out."""

    answers: Mapping[str, str]

    def __str__(self) -> str:
        """Return the answers in words."""
        return ", ".join(f"{QUESTIONS[name]} {answer}" for name, answer in self.answers.items())

    def as_text(self) -> str:
        """Return the profile as it is stored in the state file."""
        return json.dumps(dict(self.answers), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> ShopProfile:
        """Return the profile that `as_text` wrote, without questions that no longer exist."""
        found = json.loads(text)
        return cls({name: str(answer) for name, answer in found.items() if name in QUESTIONS})


def count_answers(orders: Iterable[Order]) -> dict[str, Counter[str]]:
    """Return for each question how many orders give which answer. An order that fits several gives none."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in QUESTIONS}
    for order in orders:
        for name, answer in _answers(order).items():
            counted[name][answer] += 1
    return counted


def agreed_profile(counted: Mapping[str, Counter[str]]) -> ShopProfile:
    """Return the answers on which all orders agree that give one."""
    return ShopProfile({name: next(iter(found)) for name, found in counted.items() if len(found) == 1})


def contradiction(order: Order, amounts: Amounts, profile: ShopProfile) -> Reason | None:
    """Return a note of what in this order differs from the profile, None if nothing does."""
    found = {**_unlike_reading(order, amounts, profile), **_answers_beside_amounts(order)}
    unlike = {name: answer for name, answer in found.items() if profile.answers.get(name, answer) != answer}
    if not unlike:
        return None
    return reason(
        "unlike_probe",
        here=ShopProfile(unlike),
        settled=ShopProfile({name: profile.answers[name] for name in unlike}),
    )


def _unlike_reading(order: Order, amounts: Amounts, profile: ShopProfile) -> dict[str, str]:
    """Return the answers of the order's reading that differ from the profile and change its amounts."""
    unlike = {}
    for name in _OF_THE_READING:
        usual, own = profile.answers.get(name), getattr(amounts.reading, name)
        if usual is None or own in {usual, "on the order"}:
            continue
        instead: dict[str, Any] = {name: usual}
        if parts_under(order, replace(amounts.reading, **instead)) != amounts.parts:
            unlike[name] = str(own)
    return unlike


def _answers(order: Order) -> dict[str, str]:
    """Return the answers that this order gives; on its amounts, those that all its fitting readings share."""
    answers = _answers_beside_amounts(order)
    if isinstance(read_amounts(order), Amounts):
        fitting = fitting_readings(order, WITHOUT_ORDER_DISCOUNT)
        for name in _OF_THE_READING:
            found = {getattr(tried.reading, name) for tried in fitting}
            if len(found) == 1:
                answers[name] = str(found.pop())
    return answers


def _answers_beside_amounts(order: Order) -> dict[str, str]:
    answers = {}
    if order.invoice_status == "final":
        answers["invoice_date"] = _form_of_date(order.invoice_date)
    found = {answer for item in order.items if (answer := _tax_amount_of(item))}
    if len(found) == 1:
        answers["tax_amount"] = found.pop()
    return answers


def _form_of_date(invoice_date: str | None) -> str:
    if invoice_date is None:
        return "not given"
    return "a date" if len(invoice_date) == _DATE else "a timestamp"


def _tax_amount_of(item: Item) -> str | None:
    """Return what `tax.amount` is on a line whose own amounts leave no doubt (plugandpay.md §7.5)."""
    stated = item.tax.amount if item.tax else None
    vat = cents(item.amount_with_tax - item.amount)
    if stated is None or item.quantity != Decimal(1) or item.discounts or vat == cents(item.amount):
        return None
    if cents(stated) == vat:
        return "the VAT"
    return "the base" if cents(stated) == cents(item.amount) else None
