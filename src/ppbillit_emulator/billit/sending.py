"""Sending documents: the send command, the choice of a transport, deliveries, auto-send (billit.md §6, §6.1)."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.changes import get_document
from ppbillit_emulator.billit.errors import BillitError, generic_error, refusal
from ppbillit_emulator.billit.peppol import CREDIT_NOTE, INVOICE
from ppbillit_emulator.billit.records import Delivery, Message, Sending
from ppbillit_emulator.billit.request_body import SEND, TRANSPORTS, bind
from ppbillit_emulator.billit.times import BRUSSELS, stamp, to_brussels
from ppbillit_emulator.billit.vat import REVERSED_CODES

if TYPE_CHECKING:
    from ppbillit_emulator.billit.records import Document, Party
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches

Channel = tuple[str, str]  # transport, destination
_ADDRESS: Final = re.compile(r"[^@\s;]+@[^@\s;]+\.[^@\s;.]+")
_ALREADY: Final = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"
_AUTO_SEND_AT: Final = time(9, 0)
_CONFAC_WORDS: Final = {"Delivered": "Sent", "Error": "Failed"}


def send(office: BillitOffice, raw: dict[str, Any], company: int, *, strict: bool) -> None:
    """Queue documents for sending; success means accepted, not delivered."""
    sent = bind(raw, SEND, office.switches)
    transport = sent.get("TransportType")
    ids = sent.get("OrderIDs", [])
    if not ids or not all(isinstance(each, int) and not isinstance(each, bool) for each in ids):
        raise generic_error("Data is Required")
    if transport is not None and transport not in TRANSPORTS:
        raise generic_error(f"The transport type '{transport}' is invalid.")
    documents = [get_document(office, each, company) for each in dict.fromkeys(ids)]
    if office.switches.batch == "one_by_one":
        for document in documents:
            _queue(office, document, _choose_channel(office, document, transport, strict=strict))
        return
    channels = [_choose_channel(office, each, transport, strict=strict) for each in documents]
    for document, channel in zip(documents, channels, strict=True):
        _queue(office, document, channel)


def auto_send(office: BillitOffice, document: Document) -> None:
    """Send a document as the daily run at 09:00 does: over any channel, without an error if there is none."""
    try:
        channel = _choose_channel(office, document, None, strict=False)
    except BillitError:
        return
    _record_sending(office, document, channel)


# --- channels ---------------------------------------------------------------------------------


def _choose_channel(
    office: BillitOffice, document: Document, transport: str | None, *, strict: bool
) -> Channel:
    """Return transport and destination; an error leaves the document unchanged."""
    if document.direction != "Income":
        raise generic_error("Only income documents can be sent.")
    if not office.switches.account_verified:
        raise generic_error("Your account is not verified yet.")
    _refuse_repetition(office, document)
    match transport:
        case None:
            return _first_channel(office, document, strict=strict)
        case "Peppol":
            try:
                return _by_peppol(office, document)
            except BillitError:
                if strict or not office.switches.peppol_falls_back:
                    raise
                return _by_email(office, document)
        case "SMTP":
            return _by_email(office, document)
        case "Letter":
            return _by_letter(office, document)
    raise generic_error(f"The transport type '{transport}' is not available for this customer.")


def _first_channel(office: BillitOffice, document: Document, *, strict: bool) -> Channel:
    """Return Peppol, else e-mail, else (by switch) a letter; if strict, Peppol or an error."""
    channels = [_by_peppol]
    if not strict:
        channels += [_by_email, _by_letter] if office.switches.letter_fallback else [_by_email]
    first: BillitError | None = None
    for channel in channels:
        try:
            return channel(office, document)
        except BillitError as error:
            first = first or error
    raise first or generic_error("There is no way to send this.")


def _by_peppol(office: BillitOffice, document: Document) -> Channel:
    party = office.parties[document.party_id]
    if party.vat_number in office.switches.po_number_vats and not document.fields.get("Reference"):
        raise refusal("PleaseSupplyAValidPONumberInTheFieldYourReference")
    identifier, document_types = office.peppol.of_party(party, office.switches)
    if document_types is None:
        raise refusal("TheCustomerIsNotActiveOnPeppol")
    if (CREDIT_NOTE if document.kind == "CreditNote" else INVOICE) not in document_types:
        raise refusal("TheCustomerDoesNotSupportPeppolForType_0")
    _check_peppol_rules(office, document)
    return "Peppol", identifier


def _check_peppol_rules(office: BillitOffice, document: Document) -> None:
    """Check a few of Peppol's rules, which Billit does at sending and not at creating (§4)."""
    if not office.switches.peppol_rules:
        return
    party = office.parties[document.party_id]
    if not _first_address(party).get("CountryCode"):
        raise generic_error("[BR-11]-The Buyer postal address shall contain a Buyer country code.")
    codes = {group.code for group in document.totals.groups}
    if codes & REVERSED_CODES and not party.vat_number:
        raise generic_error("[BR-IC-02]-An Invoice with reversed VAT shall contain the Buyer VAT identifier.")
    if "22" in codes and len(codes) > 1:
        raise generic_error(
            "[BR-O-11]-An Invoice that is not subject to VAT shall not contain other VAT breakdowns."
        )


def _by_email(office: BillitOffice, document: Document) -> Channel:
    addresses = office.parties[document.party_id].fields.get("Email", "").split(";")
    if not all(_ADDRESS.fullmatch(each.strip()) for each in addresses):
        raise refusal("TheCustomer_0_DoesNotHaveAValidEmailAddress")
    if not office.switches.sender_email_validated:
        raise generic_error("The e-mail address of your company is not validated yet.")
    return "SMTP", ";".join(each.strip() for each in addresses)


def _by_letter(office: BillitOffice, document: Document) -> Channel:
    if office.switches.environment == "sandbox":
        raise generic_error("Letters are disabled on this environment.")
    party = office.parties[document.party_id]
    address = _first_address(party)
    parts = [address.get(name, "") for name in ("Street", "StreetNumber", "Zipcode", "City", "CountryCode")]
    if not all(parts):
        raise generic_error("The customer has no complete address.")
    return "Letter", f"{party.name}, " + " ".join(parts)


def _first_address(party: Party) -> dict[str, Any]:
    address: dict[str, Any] = next(iter(party.fields.get("Addresses", [])), party.fields)
    return address


def _refuse_repetition(office: BillitOffice, document: Document) -> None:
    delivery = document.delivery
    if delivery is None:
        return
    quiet = timedelta(minutes=office.switches.resend_minutes)
    if delivery.ended is None or office.clock.now() - delivery.queued < quiet:
        raise refusal(_ALREADY)


def _queue(office: BillitOffice, document: Document, channel: Channel) -> None:
    _record_sending(office, document, channel)
    office.revision += 1


def _record_sending(office: BillitOffice, document: Document, channel: Channel) -> None:
    """Log a sending; this log is the evidence for "sent once"."""
    switches, now = office.switches, office.clock.now()
    transport, destination = channel
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
    office.deliveries.append(Sending(document.order_id, document.number, transport, destination, now))
    office.touch(document)


# --- deliveries -------------------------------------------------------------------------------


def delivery_details(document: Document, switches: BillitSwitches) -> dict[str, Any]:
    """Return CurrentDocumentDeliveryDetails: never sent, pending, delivered or failed (§6.1)."""
    delivery = document.delivery
    if delivery is None:
        return {"IsDocumentDelivered": False}
    status = delivery.outcome if delivery.ended else "Pending"
    if switches.delivery_words == "confac":
        status = _CONFAC_WORDS.get(status, status)
    if switches.unknown_enums and delivery.ended is None:
        status = "HandedToCarrierPigeon"
    details: dict[str, Any] = {
        "IsDocumentDelivered": delivery.ended is not None and delivery.outcome == "Delivered",
        "DocumentDeliveryStatus": status,
    }
    if delivery.ended is None:
        return details
    when = stamp(to_brussels(delivery.ended))
    if delivery.outcome == "Delivered":
        return details | {"DocumentDeliveryDate": when, "DocumentDeliveryInfo": switches.delivery_info}
    return details | {
        "DocumentRefusedDate": when,
        "DocumentRefusedReasonTC": switches.refused_reason,
        **({"DocumentRefusedInfo": switches.refused_info} if switches.refused_info else {}),
    }


def advance_deliveries(office: BillitOffice) -> None:
    """Do what is due by now: the daily auto-send, and the end of deliveries. Called before each request."""
    now = office.clock.now()
    if office.switches.auto_send and _nine_o_clock_between(office.advanced_at, now):
        for document in office.live:
            if not document.is_sent and document.direction == "Income":
                auto_send(office, document)
    for document in office.live:
        delivery = document.delivery
        if delivery and not delivery.ended and delivery.due is not None and delivery.due <= now:
            _end_delivery(office, document, delivery, delivery.due)
    office.advanced_at = now


def _end_delivery(office: BillitOffice, document: Document, delivery: Delivery, when: datetime) -> None:
    delivery.ended = when
    delivered = delivery.outcome == "Delivered"
    if delivery.transport == "Peppol":
        text = office.switches.delivery_info if delivered else office.switches.refused_reason
        document.messages.append(
            Message(text, when, "Peppol", delivered, delivery.destination, direction="Incoming")
        )
    if not delivered and not office.switches.error_keeps_sent:
        document.is_sent = False
    office.touch(document)


def _nine_o_clock_between(before: datetime, now: datetime) -> bool:
    """Check whether it became 09:00 in Brussels after `before`."""
    day = to_brussels(before).date()
    while day <= to_brussels(now).date():
        if before < datetime.combine(day, _AUTO_SEND_AT, BRUSSELS) <= now:
            return True
        day += timedelta(days=1)
    return False
