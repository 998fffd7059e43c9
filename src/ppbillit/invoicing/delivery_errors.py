"""Why Billit did not send or deliver a document: a reason with what to do, by Billit's codes (billit.md §6, §9.4).

Billit's texts are in the user's language and are only shown.  Peppol's rules come without a code of Billit; the id
of the rule in the text is the same in every language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ppbillit.billit.responses import has_code
from ppbillit.debtors.redact import redact, redacted_problems
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.billit.models import Document
    from ppbillit.outcomes import Refused

ALREADY_SENT = "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"
NOT_ON_PEPPOL = ("TheCustomerIsNotActiveOnPeppol", "TheCustomerDoesNotSupportPeppolForType_0")
_NO_EMAIL = "TheCustomer_0_DoesNotHaveAValidEmailAddress"
_NO_PO_NUMBER = "PleaseSupplyAValidPONumberInTheFieldYourReference"

# Ids of the rules of EN 16931 and Peppol: BR-11, BR-S-08, BR-CO-26, PEPPOL-EN16931-R003, UBL-CR-001.
_RULE = re.compile(r"\b(?:PEPPOL-EN16931-[A-Z0-9]+|UBL-[A-Z]+-\d+|BR(?:-[A-Z]+)*-\d+)\b")

# BR-11: the buyer's country is missing.  BR-AE-02, BR-IC-02 to -04, BR-CO-09: the buyer's VAT number is missing or
# malformed.  PEPPOL-EN16931-R003: a buyer reference or an order reference is missing.
_COUNTRY_RULES = {"BR-11"}
_VAT_NUMBER_RULES = {"BR-AE-02", "BR-AE-03", "BR-AE-04", "BR-IC-02", "BR-IC-03", "BR-IC-04", "BR-CO-09"}
_REFERENCE_RULES = {"PEPPOL-EN16931-R003"}


def why_not_sent(refused: Refused, order_id: int, names: Sequence[str]) -> Reason:
    """Return why a sending was refused, without any of these names."""
    if has_code(refused, ALREADY_SENT):
        return reason("send_too_soon", order_id=order_id)
    if has_code(refused, _NO_EMAIL):
        return reason("send_no_email", order_id=order_id)
    if has_code(refused, _NO_PO_NUMBER):
        return reason("send_po_number_missing", order_id=order_id)
    if has_code(refused, *NOT_ON_PEPPOL):
        return reason("send_no_network", problems=redacted_problems(refused, names), order_id=order_id)
    if rule := _rule_in(redacted_problems(refused, ())):
        return _broken_rule(rule, redacted_problems(refused, names), order_id)
    return reason("send_refused", problems=redacted_problems(refused, names), order_id=order_id)


def why_not_delivered(document: Document, order_id: int, names: Sequence[str]) -> Reason:
    """Return why Billit gave up delivering a document or its receiver refused it, without any of these names."""
    delivery = document.delivery
    texts = (delivery.document_refused_info, delivery.document_refused_reason) if delivery else ()
    text = " ".join(filter(None, texts))
    problems = redact(text, names) or "Billit gives no reason"
    if rule := _rule_in(text):
        return _broken_rule(rule, problems, order_id)
    return reason("delivery_failed", problems=problems, order_id=order_id)


def _rule_in(text: str) -> str | None:
    found = _RULE.search(text.upper())
    return found[0] if found else None


def _broken_rule(rule: str, problems: str, order_id: int) -> Reason:
    if rule in _COUNTRY_RULES:
        return reason("rule_country", rule=rule, order_id=order_id)
    if rule in _VAT_NUMBER_RULES:
        return reason("rule_vat_number", rule=rule, order_id=order_id)
    if rule in _REFERENCE_RULES:
        return reason("rule_reference", rule=rule, order_id=order_id)
    return reason("rule_broken", rule=rule, problems=problems, order_id=order_id)
