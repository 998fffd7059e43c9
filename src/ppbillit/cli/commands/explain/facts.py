"""The facts of an explanation, as the members of the JSON document; the text is made from the same facts.

Amounts are texts in euros, except in the drafts, which are the exact JSON that is posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.ledger import account_for
from ppbillit.mapping.mapper import Mapped
from ppbillit.money import euros_text
from ppbillit.reasons import Reason, translate
from ppbillit.state import IN_BILLIT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ppbillit.cli.commands.explain.explanation import Explanation
    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.line_forms import LineForm
    from ppbillit.mapping.rules import Rules
    from ppbillit.mapping.vat_table import Decision
    from ppbillit.plugandpay.models import Order


def facts_of(explained: Explanation) -> dict[str, Any]:
    """Return the members of the JSON document that only `explain` has."""
    mapping = explained.mapping
    return {
        "verdict": explained.verdict,
        "kind": mapping.kind if mapping else None,
        "number": mapping.number if mapping else None,
        "total": euros_text(mapping.total) if mapping else None,
        "reasons": _reasons(explained, explained.reasons),
        "notes": _reasons(explained, explained.notes),
        "order": explained.order.model_dump(mode="json") if explained.order else None,
        "decisions": _decisions(explained),
        "state": _state(explained),
        **_drafts(explained),
    }


def _reasons(explained: Explanation, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [each.json() for each in translate(reasons, explained.language)]


def _decisions(explained: Explanation) -> dict[str, Any]:
    order, mapping, found = explained.order, explained.mapping, explained.findings
    if order is None or mapping is None:
        return {}
    rules = explained.rules
    day = mapping.invoice_day.isoformat() if mapping.invoice_day else None
    line_names = [part.label or part.origin for part in found.parts]
    original = explained.original
    return {
        "kind": {"value": mapping.kind, "because": _why_kind(order)},
        "invoice_day": {"value": day, "because": _why_day(order, rules) if day else None},
        "number": {"value": mapping.number, "because": _why_number(rules)},
        "original": vars(original) if original else None,
        "amounts": _amounts(explained),
        "vat": [
            {"line": name, **_vat(explained, part, decision)}
            for name, part, decision in zip(
                line_names, found.parts, found.decisions, strict=bool(found.decisions)
            )
        ],
        "ledger": [
            {
                "line": name,
                "account": None if isinstance(account, Reason) else account,
                "because": _why_account(part, account, explained),
            }
            for name, part, account in zip(
                line_names, found.parts, found.accounts, strict=bool(found.accounts)
            )
        ],
        "debtor": _debtor(explained),
        "form": _form(explained),
    }


def _amounts(explained: Explanation) -> dict[str, Any]:
    amounts = explained.findings.amounts
    return {
        "reading": {**vars(amounts.reading)} if amounts else None,
        "tried": [
            {
                "reading": {**vars(tried.reading)},
                "net": euros_text(tried.net),
                "gross": euros_text(tried.gross),
                "meets_the_total": tried.fits,
            }
            for tried in explained.tried
        ],
    }


def _vat(explained: Explanation, part: Part, decision: Decision) -> dict[str, Any]:
    outcome = decision.outcome
    treatment = None if isinstance(outcome, Reason) else outcome
    return {
        "quantity": f"{part.quantity:f}",
        "net": euros_text(part.net),
        "gross": euros_text(part.gross),
        "treatment": {
            "name": treatment.name,
            "percentage": f"{treatment.percentage:f}",
            "code": treatment.code,
            "country": treatment.country,
        }
        if treatment
        else None,
        "reason": _reasons(explained, [outcome])[0] if isinstance(outcome, Reason) else None,
        "rule": decision.rule,
        "because": dict(decision.because),
        "evidence": dict(decision.facts.as_words()),
    }


def _debtor(explained: Explanation) -> dict[str, Any] | None:
    buyer, debtor = explained.buyer, explained.debtor
    if buyer is None or debtor is None:
        return None
    return {
        "buyer": buyer.kind,
        "vat_number": buyer.vat_number,
        "party_id": debtor.party_id,
        "recognised_by": debtor.by or None,
        "made_new": debtor.party_id is None,
    }


def _form(explained: Explanation) -> dict[str, Any]:
    mapping = explained.mapping
    chosen = mapping.form if isinstance(mapping, Mapped) else None
    return {
        "chosen": chosen.name if chosen else None,
        "grouped": chosen.grouped if chosen else None,
        "because": _why_form(chosen, mapping.total) if chosen and mapping else None,
        "predicted": _predicted(chosen) if chosen else None,
        "tried": [{"name": form.name, "predicted": _predicted(form)} for form in explained.findings.forms],
    }


def _predicted(form: LineForm) -> dict[str, Any]:
    return {
        rounding.name.lower(): {
            "net": euros_text(totals.net),
            "vat": euros_text(totals.vat),
            "gross": euros_text(totals.gross),
        }
        for rounding, totals in form.predicted.items()
    }


def _state(explained: Explanation) -> dict[str, Any] | None:
    record = explained.record
    if record is None:
        return None
    return {
        "stage": record.stage.value,
        "billit_id": record.billit_id,
        "number": record.number,
        "adopted": record.adopted,
        "reasons": _reasons(explained, record.reasons),
        "made_as_it_would_be_now": _is_made_as_now(explained),
    }


def _drafts(explained: Explanation) -> dict[str, Any]:
    """Return the bodies to be posted: `draft` with its customer if that is known, else also `debtor_draft`."""
    mapping, debtor = explained.mapping, explained.debtor
    if not isinstance(mapping, Mapped) or debtor is None:
        return {"draft": None, "debtor_draft": None}
    if debtor.party_id is None:
        return {"draft": mapping.draft.body(), "debtor_draft": mapping.buyer.draft.body()}
    return {"draft": mapping.draft.body_for(debtor.party_id), "debtor_draft": None}


# --- why it was decided so ----------------------------------------------------------------------


def _why_kind(order: Order) -> str:
    """Return why the document is an invoice or a credit note."""
    if order.payment.status == "credit_invoice":
        return "its payment status is credit_invoice"
    if order.amount_with_tax < 0:
        return "its total is negative"
    return "its total is not negative, and its payment status is not credit_invoice"


def _why_day(order: Order, rules: Rules) -> str:
    """Return where the date of the document comes from."""
    if order.invoice_date and len(order.invoice_date) == len("2026-10-05"):
        return "the order's invoice_date"
    zone = rules.zone.key
    if order.invoice_date:
        return f"the day of the order's invoice_date {order.invoice_date} in {zone}"
    return f"the order has no invoice_date; it was placed on that day in {zone}"


def _why_number(rules: Rules) -> str:
    """Return where the number of the document comes from."""
    source = {
        "invoice_number": "the order's invoice number",
        "order_number": "the order's own number",
        "billit": "Billit gives it one",
    }[rules.number]
    return f'{source} ([invoice] number = "{rules.number}")'


def _why_account(part: Part, account: int | Reason | None, explained: Explanation) -> str:
    """Return where the ledger account of a line comes from."""
    rules = explained.rules
    if isinstance(account, Reason):
        return _reasons(explained, [account])[0]["message"]
    if account != account_for(part, rules.ledger):
        return "as of the lines it is taken off"
    if account is None:
        return "neither the product nor [ledger] names one: Billit books it as it is set up there"
    if part.product_id is not None and part.product_id in rules.ledger.products:
        return f"[ledger.products] names it for product {part.product_id}"
    if rules.ledger.from_product and part.product and part.product.ledger:
        return f"the ledger code of product {part.product.id} in Plug&Pay"
    return "default in [ledger]"


def _why_form(form: LineForm, total: Decimal) -> str:
    """Return why the lines are written this way."""
    if form.name == "net lines and a rounding line":
        return (
            "no form is sure to give the total, whichever way Billit rounds, "
            'and on_cent_difference = "rounding_line"'
        )
    right = [rounding for rounding in Rounding if form.hits(total, rounding)]
    if len(right) == len(Rounding):
        return "the plainest form that gives the total, whichever way Billit rounds"
    if right:
        how = {
            Rounding.KEPT: "keeps amounts with VAT as they are",
            Rounding.RECOMPUTED: "works out the VAT again from amounts without",
        }[right[0]]
        return f"no form is sure to give the total; this is the plainest that does if Billit {how}"
    return 'no form gives the total; this one comes closest, and on_cent_difference = "accept"'


def _is_made_as_now(explanation: Explanation) -> bool | None:
    """Check whether the document in Billit is what would be made now; None where that is not on record."""
    record, mapping = explanation.record, explanation.mapping
    if record is None or record.stage not in IN_BILLIT or record.digest is None:
        return None
    return isinstance(mapping, Mapped) and record.digest == mapping.digest()
