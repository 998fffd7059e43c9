"""The filters of GET /v2/orders: each parameter becomes a condition on an order (plugandpay.md §6.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.responses import validation_error
from ppbillit_emulator.plugandpay.times import SHOP_ZONE, local_day, moment_of, utc_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator.plugandpay.switches import ShopSwitches
    from ppbillit_emulator.wire import Request

    Condition = Callable[[dict[str, Any]], bool]

PAGING = {"limit", "page", "sort", "direction", "include"}
UPSELLS = {"upsell", "one-click-upsell", "downsell"}
ENUMS = {
    "contract_type": {"subscription", "installments", "one_off"},
    "invoice_status": {"final", "concept"},
    "mode": {"live", "test"},
    "payment_status": {"credit_invoice", "credited", "open", "paid", "processing", "reversed"},
    "source": {"admin", "api", "checkout", "import", "recurring", "upgrade", "upsell", "unknown"},
    "sort": {"paid_at", "invoice_number", "invoice_date"},
    "direction": {"asc", "desc"},
}
LISTS = {"contract_id", "contract_type", "payment_status"}
NUMBERS = {"affiliate_id", "checkout_id", "contract_id", "product_id"}
DAYS = {"since_invoice_date", "until_invoice_date"}
MOMENTS = {"since_paid_at", "until_paid_at"}
FLAGS: dict[str, Condition] = {
    "has_bump": lambda order: any(each["type"] == "order-bump" for each in order["items"]),
    "has_tax": lambda order: order["amount"] != order["amount_with_tax"],
    "is_deleted": lambda order: order["deleted_at"] is not None,
    "is_first": lambda order: bool(order["is_first"]),
    "is_hidden": lambda order: bool(order["is_hidden"]),
    "is_upsell": lambda order: any(each["type"] in UPSELLS for each in order["items"]),
}
FACTS: dict[str, Callable[[dict[str, Any]], set[Any]]] = {
    "affiliate_id": lambda order: {order.get("_affiliate_id")},
    "contract_id": lambda order: {order.get("_contract_id")},
    "contract_type": lambda order: {order.get("_contract_type", "one_off")},
    "checkout_id": lambda order: {(order["checkout"] or {}).get("id")},
    "product_id": lambda order: {each["product_id"] for each in order["items"]},
    "country": lambda order: {order["billing"]["address"]["country"]},
    "discount_code": lambda order: {each["code"] for each in order["total_discounts"]},
    "email": lambda order: {str(order["billing"]["contact"]["email"]).lower()},
    "product_group": lambda order: {str(order["product_group"] or "").lower().replace(" ", "-")},
    "product_tag": lambda order: set(order.get("_product_tags", ())),
    "invoice_status": lambda order: {order["invoice_status"]},
    "mode": lambda order: {order["mode"]},
    "payment_status": lambda order: {order["payment"]["status"]},
    "source": lambda order: {order["source"]},
}
KNOWN = PAGING | set(FLAGS) | set(FACTS) | DAYS | MOMENTS | {"q"}


def conditions(request: Request, switches: ShopSwitches) -> list[Condition]:
    """Return the conditions of a request; raise 422 with every invalid field."""
    errors: dict[str, list[str]] = {}
    found: list[Condition] = []
    for name in request.query:
        value = (request.parameter(name) or "").strip()
        if name in KNOWN and value:
            try:
                found += _condition(name, value, switches)
            except ValueError:
                errors[name] = [f"The selected {name.replace('_', ' ')} is invalid."]
        elif name not in KNOWN and switches.unknown_filter == "refuse":
            errors[name] = [f"The {name} field is unknown."]
    if errors:
        raise validation_error(errors)
    return found + _default_conditions(request, switches)


def _default_conditions(request: Request, switches: ShopSwitches) -> list[Condition]:
    """Return the conditions that apply without a parameter."""
    found: list[Condition] = []
    if not request.parameter("is_deleted"):
        found.append(lambda order: order["deleted_at"] is None)
    if switches.default_mode == "live" and not request.parameter("mode"):
        found.append(lambda order: order["mode"] == "live")
    if switches.default_hidden == "visible" and not request.parameter("is_hidden"):
        found.append(lambda order: not order["is_hidden"])
    return found


def _condition(name: str, value: str, switches: ShopSwitches) -> list[Condition]:
    if name in FLAGS:
        flag, wanted = FLAGS[name], _boolean(value, switches)
        return [lambda order: flag(order) == wanted]
    if name in DAYS:
        return [_day_condition(name, value, switches)] if switches.date_filter != "ignored" else []
    if switches.payment_filters == "ignored" and name in {*MOMENTS, "payment_status"}:
        return []
    if name in MOMENTS:
        return [_paid_condition(name, value, switches)]
    if name == "q":
        return [lambda order: value.lower() in _searched(order)]
    return _fact_condition(name, value, switches)


def _fact_condition(name: str, value: str, switches: ShopSwitches) -> list[Condition]:
    known = name not in ENUMS or set(_parts(name, value)) <= ENUMS[name]
    if not known and switches.bad_enum == "refuse":
        raise ValueError(value)
    if not known or name in PAGING:
        return []
    facts, wanted = FACTS[name], _wanted(name, value)
    return [lambda order: bool(facts(order) & wanted)]


def _parts(name: str, value: str) -> list[str]:
    return [each.strip() for each in value.split(",")] if name in LISTS else [value]


def _wanted(name: str, value: str) -> set[Any]:
    parts = _parts(name, value)
    if name in NUMBERS:
        return {int(each) for each in parts}
    if name == "email":
        return {value.lower()}
    return {each.lower().replace(" ", "-") if name == "product_group" else each for each in parts}


def _boolean(value: str, switches: ShopSwitches) -> bool:
    """Parse a boolean: 1 and 0 are proven, words follow a switch (§6.1, §13.4)."""
    if value in {"0", "1"}:
        return value == "1"
    if switches.boolean_words == "truthy":
        return True
    if switches.boolean_words == "refused" or value not in {"true", "false"}:
        raise ValueError(value)
    return value == "true"


def _day_condition(name: str, value: str, switches: ShopSwitches) -> Condition:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(value)
    limit = date.fromisoformat(value)
    if name.startswith("until"):
        last = limit if switches.until_inclusive else limit - timedelta(days=1)
        return lambda order: (day := _invoice_day(order, switches)) is not None and day <= last
    return lambda order: (day := _invoice_day(order, switches)) is not None and day >= limit


def _invoice_day(order: dict[str, Any], switches: ShopSwitches) -> date | None:
    """Return the day a date filter compares: the invoice date, or by switch the UTC day of that moment (§6.1)."""
    created: str = order["created_at"]
    if order["invoice_date"] is None:
        return local_day(created) if switches.concepts_in_date_filter else None
    day = date.fromisoformat(order["invoice_date"])
    same_moment = day == local_day(created)
    return utc_day(created) if switches.date_filter == "utc" and same_moment else day


def _paid_condition(name: str, value: str, switches: ShopSwitches) -> Condition:
    zone = UTC if switches.paid_at_zone == "utc" else SHOP_ZONE
    limit = datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    until = name.startswith("until")

    def passes(order: dict[str, Any]) -> bool:
        paid_at = order["payment"]["paid_at"]
        if not paid_at:
            return False
        try:
            moment = moment_of(paid_at)
        except ValueError:  # a date of zeros comes first
            return until
        return moment <= limit if until else moment >= limit

    return passes


def _searched(order: dict[str, Any]) -> str:
    contact = order["billing"]["contact"]
    names = [contact[key] for key in ("firstname", "lastname", "company", "email")]
    return " ".join(str(each) for each in [*names, order["invoice_number"], order["id"]] if each).lower()
