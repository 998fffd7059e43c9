"""The forms in which the same facts may be written: decimals, taxes, dates, numbers, extra members."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.money import CENT, rounded
from ppbillit_emulator.plugandpay.responses import NUMBER
from ppbillit_emulator.plugandpay.times import midnight

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.switches import ShopSwitches

FOUR = Decimal("0.0001")
_FRACTION = re.compile(r"(?<=\d{2}:\d{2}:\d{2})\.\d{6}Z$")
_SURPRISES: dict[str, dict[str, Any]] = {
    "": {"loyalty": {"points": 12}, "fiscal_region": None},
    "items": {"bundle_id": None, "weight": "0.350"},
    "payment": {"wallet": "none", "risk": {"score": 3}},
    "contact": {"salutation": None},
    "address": {"line_2": None},
}
"""Members that the sheet does not know, by the member they hang below."""


def lengthen(order: dict[str, Any], *, totals: bool) -> None:
    """Write the parts with the four decimals a database may hold: "40.4959" (plugandpay.md §12)."""
    reading = order.get("_reading", {})
    found = "amount" if order["is_tax_included"] else "amount_with_tax"
    added = Decimal(0)
    for item in order["items"]:
        times = item["quantity"] if reading.get("per_unit") else 1
        added += times * _lengthen(item, item["tax"], found)
    shipping = order["shipping"]
    if shipping and shipping["taxes"]:
        difference = _lengthen(shipping, shipping["taxes"][0], found)
        added += 0 if reading.get("shipping_inside") else difference
    if totals:
        order[found] = str(Decimal(order[found]) + added)


def _lengthen(part: dict[str, Any], tax: dict[str, Any], found: str) -> Decimal:
    """Return four decimals to the computed figure, and the difference; reverse charge stays as it is."""
    net, gross, old = Decimal(part["amount"]), Decimal(part["amount_with_tax"]), Decimal(part[found])
    factor = 1 + Decimal(tax["rate"]["percentage"]) / 100
    value = (gross / factor if found == "amount" else net * factor).quantize(FOUR)
    if rounded(value) != old.quantize(CENT):
        value = old.quantize(FOUR)
    part[found] = str(value)
    tax["amount"] = str(Decimal(part["amount_with_tax"]) - Decimal(part["amount"]))
    tax["_base"] = part["amount"]
    return value - old


def taxes(order: dict[str, Any], switches: ShopSwitches) -> None:
    """Say the VAT or the taxable base in `tax.amount`, with or without the third number (§7.4, §7.5)."""
    shipping = order["shipping"] or {}
    items: list[dict[str, Any]] = [item["tax"] for item in order["items"]]
    for tax in items + shipping.get("taxes", []) + order["taxes"]:
        vat = Decimal(tax["amount"])
        base = Decimal(tax["_base"]) if "_base" in tax else _base(vat, tax["rate"]["percentage"])
        if switches.tax_amount == "base":
            tax["amount"] = str(base)
        if switches.tax_amount_with_tax:
            tax["amount_with_tax"] = str(base + vat)


def _base(vat: Decimal, percentage: str) -> Decimal:
    """Find the base of a tax that was put in by hand; at 0 % there is nothing to find it from."""
    rate = Decimal(percentage)
    return rounded(vat * 100 / rate) if rate else Decimal("0.00")


def invoice_date(shown: dict[str, Any], switches: ShopSwitches) -> None:
    """Write invoice_date in one of the forms nobody has settled (§7.1)."""
    form, day = switches.invoice_date, shown["invoice_date"]
    if form == "absent":
        del shown["invoice_date"]
    elif form == "null":
        shown["invoice_date"] = None
    elif form != "date" and day:
        shown["invoice_date"] = midnight(date.fromisoformat(day), local=form == "timestamp_local")


def ledger(value: Any, *, number: bool) -> Any:
    """Write a ledger code as text or number; one with leading zeros can only be text (§9, §13.17)."""
    if value is None:
        return None
    code = str(value)
    return int(code) if number and code.isdigit() and not code.startswith("0") else code


def finish(shown: dict[str, Any], switches: ShopSwitches) -> None:
    """Do to a body what concerns every member alike; private members (`_…`) end here."""
    _strip(shown)
    if switches.extra_fields:
        _surprise(shown, "")
    if switches.short_timestamps or switches.amounts == "numbers":
        _rewrite(shown, switches)


def _strip(value: Any) -> None:
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            _strip(each)
    if isinstance(value, dict):
        for key in [key for key in value if key.startswith("_")]:
            del value[key]


def _surprise(value: Any, name: str) -> None:
    if isinstance(value, list):
        for each in value:
            _surprise(each, name)
    elif isinstance(value, dict):
        for key, each in list(value.items()):
            _surprise(each, key)
        value.update(_SURPRISES.get(name, {}))


def _rewrite(value: Any, switches: ShopSwitches) -> None:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list):
            _rewrite(each, switches)
        elif not isinstance(each, str):
            continue
        elif key in {"amount", "amount_with_tax"} and switches.amounts == "numbers":
            value[key] = NUMBER + each
        elif switches.short_timestamps:
            value[key] = _FRACTION.sub("Z", each)
