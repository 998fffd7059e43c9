"""Time passing in the office: deliveries end, the daily auto-send strikes (billit sheet §6, §6.1)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ppbillit.emulator.billit.records import Message
from ppbillit.emulator.clock import BRUSSELS, stamp, to_brussels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit.emulator.billit.records import Delivery, Document
    from ppbillit.emulator.billit.store import BillitOffice
    from ppbillit.emulator.billit.switches import BillitSwitches

AUTO_SEND_AT: Final = time(9, 0)
_CONFAC_WORDS: Final = {"Delivered": "Sent", "Error": "Failed"}


def delivery_details(document: Document, switches: BillitSwitches) -> dict[str, Any]:
    """Give CurrentDocumentDeliveryDetails: never sent, pending, delivered or failed (§6.1)."""
    delivery = document.delivery
    if delivery is None:
        return {"IsDocumentDelivered": False}
    status = delivery.outcome if delivery.settled else "Pending"
    if switches.delivery_words == "confac":
        status = _CONFAC_WORDS.get(status, status)
    if switches.unknown_enums and delivery.settled is None:
        status = "HandedToCarrierPigeon"
    details: dict[str, Any] = {
        "IsDocumentDelivered": delivery.settled is not None and delivery.outcome == "Delivered",
        "DocumentDeliveryStatus": status,
    }
    if delivery.settled is None:
        return details
    when = stamp(to_brussels(delivery.settled))
    if delivery.outcome == "Delivered":
        return details | {"DocumentDeliveryDate": when, "DocumentDeliveryInfo": switches.delivery_info}
    return details | {
        "DocumentRefusedDate": when,
        "DocumentRefusedReasonTC": switches.refused_reason,
        **({"DocumentRefusedInfo": switches.refused_info} if switches.refused_info else {}),
    }


def settle(office: BillitOffice, auto_send: Callable[[Document], None]) -> None:
    """Catch up with the clock: called before each request is handled."""
    now = office.clock.now()
    if office.switches.auto_send and _nine_o_clock_between(office.last_settled, now):
        for document in office.live:
            if not document.is_sent and document.direction == "Income":
                auto_send(document)
    for document in office.live:
        delivery = document.delivery
        if delivery and not delivery.settled and delivery.due is not None and delivery.due <= now:
            _settle(office, document, delivery)
    office.last_settled = now


def _settle(office: BillitOffice, document: Document, delivery: Delivery) -> None:
    delivery.settled = delivery.due
    delivered = delivery.outcome == "Delivered"
    if delivery.transport == "Peppol":
        answer = office.switches.delivery_info if delivered else office.switches.refused_reason
        document.messages.append(
            Message(
                answer, delivery.settled or office.clock.now(), "Peppol", delivered, delivery.destination,
                "Incoming",
            )
        )  # fmt: skip
    if not delivered and not office.switches.error_keeps_sent:
        document.is_sent = False
    office.touch(document)


def _nine_o_clock_between(before: datetime, now: datetime) -> bool:
    """Say whether it became 09:00 in Brussels since `before`."""
    day = to_brussels(before).date()
    while day <= to_brussels(now).date():
        if before < datetime.combine(day, AUTO_SEND_AT, BRUSSELS) <= now:
            return True
        day += timedelta(days=1)
    return False
