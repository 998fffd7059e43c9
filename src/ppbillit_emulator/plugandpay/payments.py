"""Changing the status and type of a payment (plugandpay.md §8.3)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay.responses import validation_error
from ppbillit_emulator.plugandpay.times import stamp

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.shop import Shop

STATUSES = {"credit_invoice", "credited", "open", "paid", "processing", "reversed"}
TYPES = {"mail", "mandate", "manual", "unknown"}
CREDITS = {"credited", "credit_invoice"}


def change_payment(shop: Shop, order: dict[str, Any], body: dict[str, Any], path: str) -> None:
    """Check and apply a change; `paid` triggers the shop's rules. Other members of the body are ignored."""
    payment = order["payment"]
    before = payment["status"]
    status, kind = body.get("status"), body.get("type")
    _check(shop, before, status, kind)
    if status == "paid" and before != "paid":
        shop.mark_paid(order["id"], kind or "manual")
    else:
        payment["status"] = status or before
        payment["type"] = kind or payment["type"]
        if status == "open":
            payment.update(paid_at=None, transaction_status=None)
        shop.touch(order["id"])
    log_write(shop, order, path, body, before)


def log_write(shop: Shop, order: dict[str, Any], path: str, body: dict[str, Any], before: str) -> None:
    """Log an accepted write."""
    entry = {"order_id": order["id"], "path": path, "body": copy.deepcopy(body), "before": before}
    shop.patches.append({**entry, "after": order["payment"]["status"], "at": stamp(shop.now())})


def _check(shop: Shop, before: str, status: Any, kind: Any) -> None:
    errors: dict[str, list[str]] = {}
    if status is None and kind is None:
        errors["status"] = ["The status field is required."]
    if status is not None and status not in STATUSES:
        errors["status"] = ["The selected status is invalid."]
    if kind is not None and kind not in TYPES:
        errors["type"] = ["The selected type is invalid."]
    refuses_credits = shop.switches.patch_credited == "refuse"
    if not errors and refuses_credits and CREDITS & {before, status}:
        errors["status"] = ["The payment of a credited order cannot be changed."]
    if not errors and before == "processing" and shop.switches.patch_processing == "refuse":
        errors["status"] = ["The payment is being processed."]
    if errors:
        raise validation_error(errors)
