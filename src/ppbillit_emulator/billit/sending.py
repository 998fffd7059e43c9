"""The send command: which way a document goes, and the log of what left the office (billit sheet §6)."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.changes import get_document
from ppbillit_emulator.billit.errors import BillitError, generic, refuse
from ppbillit_emulator.billit.peppol import CREDIT_NOTE, INVOICE
from ppbillit_emulator.billit.records import Delivery, Message, Sent
from ppbillit_emulator.billit.request_body import SEND, TRANSPORTS, bind
from ppbillit_emulator.billit.vat import REVERSED_CODES
from ppbillit_emulator.clock import BRUSSELS, stamp, to_brussels

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator.billit.records import Document
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches


Way = tuple[str, str]  # transport, destination
_ADDRESS: Final = re.compile(r"[^@\s;]+@[^@\s;]+\.[^@\s;.]+")
_ALREADY: Final = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"


def send(office: BillitOffice, raw: dict[str, Any], company: int, *, strict: bool) -> None:
    """Queue documents for sending; success means accepted, not delivered."""
    sent = bind(raw, SEND, office.switches)
    transport = sent.get("TransportType")
    ids = sent.get("OrderIDs", [])
    if not ids or not all(isinstance(each, int) and not isinstance(each, bool) for each in ids):
        raise generic("Data is Required")
    if transport is not None and transport not in TRANSPORTS:
        raise generic(f"The transport type '{transport}' is invalid.")
    documents = [get_document(office, each, company) for each in dict.fromkeys(ids)]
    if office.switches.batch == "one_by_one":
        for document in documents:
            send_one(office, document, transport, strict=strict)
        return
    ways = [_way(office, document, transport, strict=strict) for document in documents]
    for document, way in zip(documents, ways, strict=True):
        _queue(office, document, way)


def send_one(office: BillitOffice, document: Document, transport: str | None, *, strict: bool) -> None:
    """Send one document, or say why not."""
    _queue(office, document, _way(office, document, transport, strict=strict))


def auto_send(office: BillitOffice, document: Document) -> None:
    """Send as the daily 09:00 run does: by whatever way there is, and quietly not where there is none."""
    try:
        way = _way(office, document, None, strict=False)
    except BillitError:
        return
    _log(office, document, way)


def _way(office: BillitOffice, document: Document, transport: str | None, *, strict: bool) -> Way:
    """Choose transport and destination; a refusal leaves the document as it was."""
    if document.direction != "Income":
        raise generic("Only income documents can be sent.")
    if not office.switches.account_verified:
        raise generic("Your account is not verified yet.")
    _refuse_repetition(office, document)
    match transport:
        case None:
            return _any_way(office, document, strict=strict)
        case "Peppol":
            try:
                return _by_peppol(office, document)
            except BillitError:
                if strict or not office.switches.peppol_falls_back:
                    raise
                return _by_mail(office, document)
        case "SMTP":
            return _by_mail(office, document)
        case "Letter":
            return _by_letter(office, document)
    raise generic(f"The transport type '{transport}' is not available for this customer.")


def _any_way(office: BillitOffice, document: Document, *, strict: bool) -> Way:
    """No transport asked for: the network, else e-mail, else (by switch) paper. Strict: the network or nothing."""
    ways = [_by_peppol]
    if not strict:
        ways += [_by_mail, _by_letter] if office.switches.letter_fallback else [_by_mail]
    first: BillitError | None = None
    for way in ways:
        try:
            return way(office, document)
        except BillitError as error:
            first = first or error
    raise first or generic("There is no way to send this.")


def _by_peppol(office: BillitOffice, document: Document) -> Way:
    party = office.parties[document.party_id]
    if party.vat_number in office.switches.po_number_vats and not document.fields.get("Reference"):
        raise refuse("PleaseSupplyAValidPONumberInTheFieldYourReference")
    identifier, document_types = office.peppol.of_party(party, office.switches)
    if document_types is None:
        raise refuse("TheCustomerIsNotActiveOnPeppol")
    if (CREDIT_NOTE if document.kind == "CreditNote" else INVOICE) not in document_types:
        raise refuse("TheCustomerDoesNotSupportPeppolForType_0")
    _check_rules(office, document)
    return "Peppol", identifier


def _check_rules(office: BillitOffice, document: Document) -> None:
    """Check a few of Peppol's rules: that happens at sending, not at creating (§4)."""
    if not office.switches.peppol_rules:
        return
    fields = office.parties[document.party_id].fields
    address = next(iter(fields.get("Addresses", [])), fields)
    if not address.get("CountryCode"):
        raise generic("[BR-11]-The Buyer postal address shall contain a Buyer country code.")
    codes = {group.code for group in document.totals.groups}
    if codes & REVERSED_CODES and not fields.get("VATNumber"):
        raise generic("[BR-IC-02]-An Invoice with reversed VAT shall contain the Buyer VAT identifier.")
    if "22" in codes and len(codes) > 1:
        raise generic(
            "[BR-O-11]-An Invoice that is not subject to VAT shall not contain other VAT breakdowns."
        )


def _by_mail(office: BillitOffice, document: Document) -> Way:
    addresses = office.parties[document.party_id].fields.get("Email", "").split(";")
    if not all(_ADDRESS.fullmatch(each.strip()) for each in addresses):
        raise refuse("TheCustomer_0_DoesNotHaveAValidEmailAddress")
    if not office.switches.sender_email_validated:
        raise generic("The e-mail address of your company is not validated yet.")
    return "SMTP", ";".join(each.strip() for each in addresses)


def _by_letter(office: BillitOffice, document: Document) -> Way:
    if office.switches.environment == "sandbox":
        raise generic("Letters are disabled on this environment.")
    party = office.parties[document.party_id]
    address = next(iter(party.fields.get("Addresses", [])), party.fields)
    parts = [address.get(name, "") for name in ("Street", "StreetNumber", "Zipcode", "City", "CountryCode")]
    if not all(parts):
        raise generic("The customer has no complete address.")
    return "Letter", f"{party.name}, " + " ".join(parts)


def _refuse_repetition(office: BillitOffice, document: Document) -> None:
    delivery = document.delivery
    if delivery is None:
        return
    quiet = timedelta(minutes=office.switches.resend_minutes)
    if delivery.settled is None or office.clock.now() - delivery.queued < quiet:
        raise refuse(_ALREADY)


def _queue(office: BillitOffice, document: Document, way: Way) -> None:
    _log(office, document, way)
    office.changed("sends")


def _log(office: BillitOffice, document: Document, way: Way) -> None:
    """Note that something left: this log is what "sent once" is proved with."""
    switches, now = office.switches, office.clock.now()
    transport, destination = way
    ends = switches.delivery_result != "never"
    document.delivery = Delivery(
        transport=transport,
        destination=destination,
        queued=now,
        due=now + timedelta(seconds=switches.delivery_seconds) if ends else None,
        outcome=switches.delivery_result,
    )
    document.is_sent = True
    document.messages.append(Message("", now, transport, success=True, destination=destination))
    office.deliveries.append(Sent(document.order_id, document.number, transport, destination, now))
    office.touch(document)


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
