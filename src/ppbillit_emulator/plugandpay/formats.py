"""Formats of the same facts, by switch: decimals, taxes, dates, numbers, extra members."""

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
_UNDOCUMENTED: dict[str, dict[str, Any]] = {
    "": {"loyalty": {"points": 12}, "fiscal_region": None},
    "items": {"bundle_id": None, "weight": "0.350"},
    "payment": {"wallet": "none", "risk": {"score": 3}},
    "contact": {"salutation": None},
    "address": {"line_2": None},
}
"""Undocumented members, by the member that gets them."""


def add_decimals(order: dict[str, Any], *, totals: bool) -> None:
    """Write the amounts of the parts, and with `totals` of the order, with four decimals (plugandpay.md §12)."""
    reading = order.get("_reading", {})
    computed = "amount" if order["is_tax_included"] else "amount_with_tax"
    added = Decimal(0)
    for item in order["items"]:
        times = item["quantity"] if reading.get("per_unit") else 1
        added += times * _add_decimals(item, item["tax"], computed)
    shipping = order["shipping"]
    if shipping and shipping["taxes"]:
        difference = _add_decimals(shipping, shipping["taxes"][0], computed)
        added += 0 if reading.get("shipping_inside") else difference
    if totals:
        order[computed] = str(Decimal(order[computed]) + added)


def _add_decimals(part: dict[str, Any], tax: dict[str, Any], computed: str) -> Decimal:
    """Give the computed amount four decimals and return the difference; 0 under reverse charge."""
    net, gross, old = Decimal(part["amount"]), Decimal(part["amount_with_tax"]), Decimal(part[computed])
    factor = 1 + Decimal(tax["rate"]["percentage"]) / 100
    value = (gross / factor if computed == "amount" else net * factor).quantize(FOUR)
    if rounded(value) != old.quantize(CENT):
        value = old.quantize(FOUR)
    part[computed] = str(value)
    tax["amount"] = str(Decimal(part["amount_with_tax"]) - Decimal(part["amount"]))
    tax["_base"] = part["amount"]
    return value - old


def format_taxes(order: dict[str, Any], switches: ShopSwitches) -> None:
    """Write VAT or the taxable base as `tax.amount`, with or without `amount_with_tax`, by switch (§7.4, §7.5)."""
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
    """Return the base of a tax without one; at 0 % it cannot be computed."""
    rate = Decimal(percentage)
    return rounded(vat * 100 / rate) if rate else Decimal("0.00")


def format_invoice_date(shown: dict[str, Any], switches: ShopSwitches) -> None:
    """Write invoice_date in the format that the switch says (§7.1)."""
    wanted, day = switches.invoice_date, shown["invoice_date"]
    if wanted == "absent":
        del shown["invoice_date"]
    elif wanted == "null":
        shown["invoice_date"] = None
    elif wanted != "date" and day:
        shown["invoice_date"] = midnight(date.fromisoformat(day), local=wanted == "timestamp_local")


def format_ledger(value: Any, *, number: bool) -> Any:
    """Return a ledger code as text or number; one with a leading zero is always text (§9, §13.17)."""
    if value is None:
        return None
    code = str(value)
    return int(code) if number and code.isdigit() and not code.startswith("0") else code


def finish(shown: dict[str, Any], switches: ShopSwitches) -> None:
    """Remove private members (`_…`) from a body and apply the switches that concern all members."""
    _remove_private(shown)
    if switches.extra_fields:
        _add_undocumented(shown, "")
    if switches.short_timestamps or switches.amounts == "numbers":
        _rewrite(shown, switches)


def _remove_private(value: Any) -> None:
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            _remove_private(each)
    if isinstance(value, dict):
        for key in [key for key in value if key.startswith("_")]:
            del value[key]


def _add_undocumented(value: Any, name: str) -> None:
    if isinstance(value, list):
        for each in value:
            _add_undocumented(each, name)
    elif isinstance(value, dict):
        for key, each in list(value.items()):
            _add_undocumented(each, key)
        value.update(_UNDOCUMENTED.get(name, {}))


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
