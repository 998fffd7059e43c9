"""An explanation as text, section by section; texts from the shop are printed as they are, on one line each."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import simplejson
from rich.text import Text

from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.document_texts import clean
from ppbillit.mapping.mapper import Mapped
from ppbillit.money import euros_text
from ppbillit.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from ppbillit.cli.commands.explain.explanation import Explanation
    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.line_forms import FormName
    from ppbillit.plugandpay.models import Discount, Item, Order
    from ppbillit.state import Channel

_KINDS = {"invoice": "invoice", "credit_note": "credit note"}
_STAGES = {
    "waiting": "not final in the shop; it is read again on every run",
    "parked": "not made until something changes",
    "skipped": "never made, as things are",
    "creating": "an attempt was not answered soundly; the next run looks it up first",
    "created": "not yet compared with what the customer paid",
    "held": "its total is not what the customer paid, so it is not sent",
    "checked": "its total is what the customer paid, to the cent",
    "sending": "a sending was not answered soundly; the next run looks first",
    "sent": "Billit took it for sending",
    "delivered": "it arrived",
    "failed": "not sent, or it did not arrive",
    "deleted": "was in Billit once; not made again",
}
_CHANNELS: dict[Channel, str] = {
    "none": "not be sent",
    "auto": "be sent over Peppol if its debtor can be reached by it, else by e-mail",
    "peppol": "be sent over Peppol, once its debtor can be reached by it",
    "email": "be sent by e-mail",
    "letter": "be sent as a letter",
}
# The names of the forms of lines in texts; JSON has the keys.
FORMS: dict[FormName, str] = {
    "net lines": "lines priced without VAT",
    "gross-led lines": "lines priced with VAT",
    "one gross-led line per rate": "one line priced with VAT for each rate",
    "net lines and a rounding line": "lines priced without VAT, and a line for rounding",
}
IF_IT = {
    Rounding.KEPT: "if Billit keeps amounts with VAT as they are",
    Rounding.RECOMPUTED: "if it works out the VAT again from amounts without",
}


def explanation_lines(explained: Explanation, facts: dict[str, Any]) -> list[Text]:
    """Return the lines to print, made from the `facts` of the JSON document."""
    sections = {
        "The order, as Plug&Pay gives it": _order(explained),
        "Why it is not made": _reasons(facts["reasons"]),
        **(_decision_sections(explained, facts["decisions"]) if facts["decisions"] else {}),
        "Remarks": _reasons(facts["notes"]),
        "Where it stands": _standing(explained, facts),
        "What would be posted": _posted(explained, facts),
    }
    lines = [Text(printable(_headline(explained)), style="bold")]
    for title, section in sections.items():
        if texts := list(section):
            lines += [Text(), Text(title, style="bold"), *(Text(f"  {printable(each)}") for each in texts)]
    return lines


def _headline(explained: Explanation) -> str:
    name = f"Order {explained.order_id}"
    mapping, record = explained.mapping, explained.record
    if explained.is_in_billit and record:
        document = f"{_KINDS[record.kind]} {record.number or 'without number'}"
        if record.stage == "deleted":
            return f"{name} was {document}, which was deleted in Billit; it is not made again"
        return (
            f"{name} is {document} over {euros_text(record.total)} EUR: document {record.billit_id} in Billit"
        )
    if mapping is None:
        return f"{name} is parked: it cannot be read"
    number, total = mapping.number or "without number yet", euros_text(mapping.total)
    document = f"{_KINDS[mapping.kind]} {number} over {total} EUR"
    return {
        "document": f"{name} becomes {document}",
        "parked": f"{name} should become {document}, and is parked",
        "waiting": f"{name} is to become {document}, and waits",
        "ignored": f"{name} never becomes a document",
        "unreadable": f"{name} is parked",
    }[explained.verdict]


def _reasons(reasons: list[dict[str, str]]) -> Iterator[str]:
    for each in reasons:
        yield clean(each["message"])
        yield f"→ {clean(each['fix'])}"


# --- the order ----------------------------------------------------------------------------------


def _order(explained: Explanation) -> Iterator[str]:
    order = explained.order
    if order is None:
        return
    yield f"invoice    {clean(order.invoice_number) or 'no number'}, {clean(order.invoice_status) or 'no status'}"
    yield f"from       {clean(order.source) or 'unknown'}, mode {clean(order.mode)}"
    yield f"dated      {clean(order.invoice_date) or 'no invoice_date'}"
    yield f"placed     {_moment(order.created_at, explained)}"
    yield f"changed    {_moment(order.updated_at, explained)}"
    if order.deleted_at:
        yield f"deleted    {_moment(order.deleted_at, explained)}"
    led = {True: "with VAT", False: "without VAT", None: "unknown"}[order.is_tax_included]
    yield f"total      {_money(order)}; prices typed {led}"
    payment = order.payment
    paid = f" on {_moment(payment.paid_at, explained)}" if payment.paid_at else ""
    yield f"payment    {clean(payment.status) or 'unknown'}{paid}, by {clean(payment.method) or 'nothing named'}"
    yield from _buyer(order)
    yield from chain.from_iterable(_item(item) for item in order.items)
    if order.shipping:
        rates = ", ".join(_rate(tax.rate) for tax in order.shipping.taxes) or "no rate"
        yield f"shipping   {_money(order.shipping)}, {rates}"
    for cost in order.collection_costs:
        if cost.amount is not None and cost.amount_with_tax is not None:
            yield f"reminder   {_money(cost)}"
    yield from (f"discount   in all: {_discount(each)}" for each in order.total_discounts)
    for related in order.related_orders:
        yield f"related    order {related.id}, invoice {clean(related.invoice_number) or 'without number'}"


def _buyer(order: Order) -> Iterator[str]:
    contact, address = order.billing.contact, order.billing.address
    person = " ".join(filter(None, (contact.firstname, contact.lastname)))
    emails = dict.fromkeys((contact.email, contact.invoice_email))
    yield f"buyer      {_row(contact.company, person, *emails, contact.telephone) or 'nobody named'}"
    street = " ".join(filter(None, (address.street, address.housenumber)))
    town = " ".join(filter(None, (address.zipcode, address.city)))
    yield f"address    {_row(street, town, address.country) or 'none'}"
    exempt = clean(contact.tax_exempt) or "unknown"
    yield f"VAT number {clean(contact.vat_id_number) or 'none'}; tax_exempt {exempt}"


def _item(item: Item) -> Iterator[str]:
    rate = _rate(item.tax.rate) if item.tax else "no rate"
    product = f", product {item.product_id}" if item.product_id is not None else ""
    yield f"line       {item.quantity:f} × {clean(item.label) or 'without label'}: {_money(item)}, {rate}{product}"
    yield from (f"             discount {_discount(each)}" for each in item.discounts)
    yield from (
        f"             {clean(each.label)} {clean(each.input)}" for each in item.custom_fields if each.input
    )


def _discount(discount: Discount) -> str:
    return f"{clean(discount.code or discount.type) or 'without code'}, {_money(discount)}"


def _money(priced: Any) -> str:
    return f"{priced.amount:f} net, {priced.amount_with_tax:f} gross"


def _rate(rate: Any) -> str:
    return f"{rate.percentage:f} % of {clean(rate.country) or 'no country'}" if rate else "no rate"


def _row(*parts: str | None) -> str:
    return ", ".join(filter(None, (clean(part) for part in parts)))


def _moment(moment: datetime | None, explained: Explanation) -> str:
    if moment is None:
        return "unknown"
    zone = explained.rules.zone
    try:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z} ({zone.key})"
    except (OverflowError, ValueError):
        return moment.isoformat()


# --- the decisions ------------------------------------------------------------------------------


def _decision_sections(explained: Explanation, decisions: dict[str, Any]) -> dict[str, Iterator[str]]:
    return {
        "The document": _document(explained, decisions),
        "Its amounts": _amounts(explained),
        "VAT of each line": _vat(explained.findings.parts, decisions["vat"]),
        "Ledger account of each line": _accounts(explained.findings.parts, decisions["ledger"]),
        "Its debtor in Billit": _debtor(explained),
        "Form of the lines, and the total Billit should make of it": _forms(decisions["form"]),
    }


def _document(explained: Explanation, decisions: dict[str, Any]) -> Iterator[str]:
    kind, day, number = decisions["kind"], decisions["invoice_day"], decisions["number"]
    yield f"kind       {_KINDS[kind['value']]}: {kind['because']}"
    if day["value"]:
        yield f"day        {day['value']}: {day['because']}"
    yield f"number     {clean(number['value']) or 'none'}: {number['because']}"
    mapping = explained.mapping
    if not isinstance(mapping, Mapped):
        return
    draft = mapping.draft
    if mapping.kind == "credit_note":
        yield f"credits    {_credited(decisions['original'])}"
    if draft.paid:
        yield f"paid       on {draft.paid_date}, as {draft.payment_method}: so says the order's payment"
    due = (
        "paid or given back, so at once" if draft.expiry_date == mapping.invoice_day else "payment_term_days"
    )
    yield f"due        {draft.expiry_date}: {due}"
    yield f"reference  {clean(draft.reference)}"


def _credited(original: dict[str, Any] | None) -> str:
    if original is None:
        return "an invoice that is not known here, so it names none"
    return f"order {original['order_id']}, invoice {clean(original['number']) or 'without number'}"


def _amounts(explained: Explanation) -> Iterator[str]:
    amounts = explained.findings.amounts
    if amounts:
        yield f"read as    {amounts.reading}"
    if not explained.order or not explained.tried:
        return
    total = _money(explained.order)
    if len(explained.tried) == 1 and amounts:
        yield f"because    every reading gives the same, which meets the order's total ({total})"
        return
    yield f"because    of what each reading gives, beside the order's total ({total})"
    for tried in explained.tried:
        fits = "meets it" if tried.fits else "does not"
        yield f"             {euros_text(tried.net)} net, {euros_text(tried.gross)} gross, {fits}: {tried.reading}"


def _vat(parts: Sequence[Part], lines: list[dict[str, Any]]) -> Iterator[str]:
    for part, line in zip(parts, lines, strict=bool(lines)):
        yield f"{line['quantity']} × {_name(part)} ({line['net']} net, {line['gross']} gross): {_treatment(line)}"
        yield f"    rule: {line['rule']}"
        yield f"    because {_evidence(line['because'].items())}"
        if others := [fact for fact in line["evidence"].items() if fact not in line["because"].items()]:
            yield f"    beside that: {_evidence(others)}"


def _treatment(line: dict[str, Any]) -> str:
    if line["reason"]:
        return f"parked, since {clean(line['reason']['message'])}"
    treatment = line["treatment"]
    of_country = f" of {treatment['country']}" if treatment["country"] else ""
    code = f", ventilation code {treatment['code']}" if treatment["code"] else ""
    return f"{treatment['percentage']} % VAT{of_country}{code}"


def _evidence(facts: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {clean(value)}" for name, value in facts)


def _name(part: Part) -> str:
    return clean(part.label) or part.origin


def _accounts(parts: Sequence[Part], lines: list[dict[str, Any]]) -> Iterator[str]:
    for part, line in zip(parts, lines, strict=bool(lines)):
        account = "none" if line["account"] is None else line["account"]
        yield f"{_name(part)}: {account}: {clean(line['because'])}"


def _debtor(explained: Explanation) -> Iterator[str]:
    buyer, debtor = explained.buyer, explained.debtor
    if buyer is None or debtor is None:
        return
    yield f"buyer      a {buyer.kind}"
    if buyer.vat_number_given:
        yield f"VAT number {buyer.vat_number or 'not valid, so it is left off'}"
    if debtor.is_missing:
        yield "debtor     none: the default debtor is not in Billit"
    elif debtor.party_id:
        yield f"debtor     {debtor.party_id}, recognised by {clean(debtor.by)}; it is left as it is"
    else:
        tried = [buyer.vat_number, *buyer.emails, buyer.key]
        yield f"debtor     made new: none in Billit has {' or '.join(clean(each) for each in tried if each)}"


def _forms(form: dict[str, Any]) -> Iterator[str]:
    for tried in form["tried"]:
        yield f"{FORMS[tried['name']]}: {_predicted(tried['predicted'])}"
    if form["chosen"]:
        grouped = " (lines added up, as group_lines says)" if form["grouped"] else ""
        yield f"chosen: {FORMS[form['chosen']]}{grouped}: {_predicted(form['predicted'])}"
        yield f"    because: {form['because']}"


def _predicted(predicted: dict[str, dict[str, str]]) -> str:
    totals = [
        (f"{each['gross']} ({each['net']} + {each['vat']} VAT)", key) for key, each in predicted.items()
    ]
    if len({text for text, _ in totals}) == 1:
        return totals[0][0]
    return ", ".join(f"{text} {IF_IT[Rounding[key.upper()]]}" for text, key in totals)


# --- where it stands ----------------------------------------------------------------------------


def _standing(explained: Explanation, facts: dict[str, Any]) -> Iterator[str]:
    record, state = explained.record, facts["state"]
    if record is None:
        yield "not on record: no run has taken it up yet"
    else:
        place = f", document {record.billit_id} in Billit" if record.billit_id else ""
        yield f"{record.stage}{place}: {_STAGES[record.stage]}"
        if record.reasons and record.reasons == explained.reasons:
            yield "for the reasons above"
        else:
            yield from _reasons(state["reasons"])
        if state["made_as_it_would_be_now"] is False:
            yield "the order or the config has changed since: today it would become another document"
    if explained.is_in_billit:
        return
    if explained.is_backfill:
        yield f"before the go-live date {explained.settings.go_live}: only `ppbillit export-existing` takes it"
        yield "it will not be sent"
    elif explained.verdict == "document" and (buyer := explained.buyer):
        settings = explained.settings
        key = "businesses" if buyer.kind == "business" else "consumers"
        if explained.debtor and explained.debtor.is_default:
            yield "it will not be sent, since its debtor is not the buyer"
        else:
            yield f"it will {_CHANNELS[settings.channel_for(buyer.kind)]} ([sending] {key})"


def _posted(explained: Explanation, facts: dict[str, Any]) -> Iterator[str]:
    draft, debtor_draft = facts["draft"], facts["debtor_draft"]
    if draft is None:
        return
    if explained.is_in_billit:
        yield "Nothing, since it has been made. As things are, it would be this:"
    elif explained.verdict == "parked":
        yield "Nothing, as long as it is parked; then this:"
    elif explained.debtor and explained.debtor.is_missing:
        yield "Nothing, as long as the default debtor is missing."
        return
    if debtor_draft:
        yield "POST /v1/parties"
        yield from _json(debtor_draft)
        yield "then, with the PartyID that Billit gives as Customer,"
    yield "POST /v1/orders"
    yield from _json(draft)


def _json(body: dict[str, Any]) -> list[str]:
    text: str = simplejson.dumps(body, use_decimal=True, ensure_ascii=False, indent=2)
    # Not splitlines, which also breaks at characters that JSON leaves inside its strings.
    return text.split("\n")
