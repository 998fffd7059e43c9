"""An explanation as the members of a JSON document; amounts are text, but for what is posted as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ppbillit.cli.commands.explain.explanation import (
    is_made_as_now,
    why_account,
    why_day,
    why_form,
    why_kind,
    why_number,
)
from ppbillit.mapping.mapper import Mapped
from ppbillit.money import euros_text
from ppbillit.reasons import Reason

if TYPE_CHECKING:
    from ppbillit.cli.commands.explain.explanation import Explanation
    from ppbillit.mapping.amounts import Part, Reading
    from ppbillit.mapping.line_forms import LineForm
    from ppbillit.mapping.vat_table import Decision


def as_members(explained: Explanation) -> dict[str, Any]:
    """Give the members, but for those every document has."""
    mapping = explained.mapping
    return {
        "verdict": explained.verdict,
        "kind": mapping.kind if mapping else None,
        "number": mapping.number if mapping else None,
        "total": euros_text(mapping.total) if mapping else None,
        "reasons": [each.json() for each in explained.told(explained.reasons)],
        "notes": [each.json() for each in explained.told(explained.notes)],
        "order": explained.order.model_dump(mode="json") if explained.order else None,
        "decisions": _decisions(explained),
        "state": _state(explained),
        **_drafts(explained),
    }


def _decisions(explained: Explanation) -> dict[str, Any]:
    order, mapping, found = explained.order, explained.mapping, explained.findings
    if order is None or mapping is None:
        return {}
    rules = explained.rules
    day = mapping.invoice_day.isoformat() if mapping.invoice_day else None
    original = explained.original
    return {
        "kind": {"value": mapping.kind, "because": why_kind(order)},
        "invoice_day": {"value": day, "because": why_day(order, rules) if day else None},
        "number": {"value": mapping.number, "because": why_number(rules)},
        "original": vars(original) if original else None,
        "amounts": _amounts(explained),
        "vat": [
            _vat(explained, *each) for each in zip(found.parts, found.decisions, strict=bool(found.decisions))
        ],
        "ledger": [
            {
                "line": part.label or part.origin,
                "account": None if isinstance(account, Reason) else account,
                "because": why_account(part, account, explained),
            }
            for part, account in zip(found.parts, found.accounts, strict=bool(found.accounts))
        ],
        "debtor": _debtor(explained),
        "form": _form(explained),
    }


def _amounts(explained: Explanation) -> dict[str, Any]:
    amounts = explained.findings.amounts
    return {
        "reading": _reading(amounts.reading) if amounts else None,
        "tried": [
            {
                "reading": _reading(tried.reading),
                "net": euros_text(tried.net),
                "gross": euros_text(tried.gross),
                "meets_the_total": tried.fits,
            }
            for tried in explained.tried
        ],
    }


def _reading(reading: Reading) -> dict[str, str]:
    return {**vars(reading)}


def _vat(explained: Explanation, part: Part, decision: Decision) -> dict[str, Any]:
    outcome = decision.outcome
    treatment = None if isinstance(outcome, Reason) else outcome
    refusals = explained.told([outcome]) if isinstance(outcome, Reason) else ()
    return {
        "line": part.label or part.origin,
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
        "reason": next((each.json() for each in refusals), None),
        "rule": decision.rule,
        "because": dict(decision.because),
        "evidence": dict(decision.evidence.told()),
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
        "because": why_form(chosen, mapping.total) if chosen and mapping else None,
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
        "reasons": [each.json() for each in explained.told(record.reasons)],
        "made_as_it_would_be_now": is_made_as_now(explained),
    }


def _drafts(explained: Explanation) -> dict[str, Any]:
    """Give the exact bodies: `draft` with its customer where that is known, else the debtor to be made first."""
    mapping, debtor = explained.mapping, explained.debtor
    if not isinstance(mapping, Mapped) or debtor is None:
        return {"draft": None, "debtor_draft": None}
    if debtor.party_id is None:
        return {"draft": mapping.draft.body(), "debtor_draft": mapping.buyer.draft.body()}
    return {"draft": mapping.draft.body_for(debtor.party_id), "debtor_draft": None}
