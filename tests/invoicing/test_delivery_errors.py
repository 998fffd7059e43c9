"""Each reason why Billit did not send or deliver a document, in words with a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.billit.models import Delivery, Document
from ppbillit.invoicing.delivery_errors import ALREADY_SENT, NOT_ON_PEPPOL, why_not_delivered, why_not_sent
from ppbillit.outcomes import Problem, Refused
from ppbillit.reasons.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = 810001


def refused(*problems: tuple[str, str], status: int = 400) -> Refused:
    return Refused(status, tuple(Problem(code, text) for code, text in problems))


def undelivered(info: str | None = None, code: str | None = None) -> Document:
    delivery = Delivery(
        is_document_delivered=False,
        document_delivery_status="Error",
        document_refused_reason=code,
        document_refused_info=info,
    )
    return Document(order_id=1, delivery=delivery)


KNOWN = {
    "TheCustomer_0_DoesNotHaveAValidEmailAddress": "send_no_email",
    "PleaseSupplyAValidPONumberInTheFieldYourReference": "send_po_number_missing",
    "TheCustomerIsNotActiveOnPeppol": "send_no_network",
    "TheCustomerDoesNotSupportPeppolForType_0": "send_no_network",
    "SomethingOfTomorrow": "send_refused",
    "GenericError": "send_refused",
}
RULES = {
    "[BR-11]-The Buyer postal address (BG-8) shall contain a Buyer country code (BT-55).": "rule_country",
    "BR-AE-02: an Invoice with reverse charge shall contain the Buyer VAT identifier.": "rule_vat_number",
    "[BR-IC-02]-An Invoice that contains an intra-community line shall contain …": "rule_vat_number",
    "[BR-CO-09]-The Buyer VAT identifier (BT-48) shall have a prefix in accordance with …": "rule_vat_number",
    "PEPPOL-EN16931-R003: A buyer reference or purchase order reference MUST be provided.": "rule_reference",
    "peppol-en16931-r003: een referentie van de koper is verplicht.": "rule_reference",
    "BR-S-08: the VAT category taxable amount does not add up": "rule_broken",
    "[BR-CO-26]-In order for the buyer to automatically identify a supplier …": "rule_broken",
    "[UBL-CR-001]-A UBL invoice should not include extensions": "rule_broken",
    "PEPPOL-EN16931-P0112 something": "rule_broken",
    "De br-omzet is niet gekend": "send_refused",
    "Levering in ABR-11 mislukt": "send_refused",
}


@pytest.mark.parametrize("code", KNOWN)
@pytest.mark.parametrize("spelled", [str, str.lower, str.upper])
def test_a_known_code_has_words_of_its_own_in_whatever_case(code: str, spelled: Callable[[str], str]) -> None:
    found = why_not_sent(refused((spelled(code), "In het Nederlands.")), ORDER, ())
    assert found.code == KNOWN[code]


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_known_by_its_name_in_whatever_language(text: str) -> None:
    assert why_not_sent(refused(("GenericError", text)), ORDER, ()).code == RULES[text]


@pytest.mark.parametrize("text", [text for text, code in RULES.items() if code.startswith("rule")])
def test_a_rule_that_the_receiver_names_is_known_too(text: str) -> None:
    assert why_not_delivered(undelivered(text, "InvalidInvoice"), ORDER, ()).code == RULES[text]


def test_the_most_telling_of_several_codes_is_told() -> None:
    both = refused(("GenericError", "Er ging iets mis."), ("TheCustomer_0_DoesNotHaveAValidEmailAddress", ""))
    assert why_not_sent(both, ORDER, ()).code == "send_no_email"


@pytest.mark.parametrize(
    "refusal, named",
    [
        (refused(("SomethingOfTomorrow", "Kan niet.")), "Kan niet. (SomethingOfTomorrow)"),
        (refused(("SomethingOfTomorrow", "")), "SomethingOfTomorrow"),
        (refused(("One", ""), ("Other", "")), "One; Other"),
        (refused(status=403), "HTTP 403"),
    ],
)
def test_an_unknown_refusal_is_told_in_billits_words(refusal: Refused, named: str) -> None:
    assert named in why_not_sent(refusal, ORDER, ()).message


@pytest.mark.parametrize(
    "document, named",
    [
        (undelivered("Onbekende koper", "Unknown"), "Onbekende koper Unknown"),
        (undelivered("Onbekende koper"), "Onbekende koper"),
        (undelivered(None, "InvalidInvoice"), "InvalidInvoice"),
        (undelivered("", ""), "Billit gives no reason"),
        (undelivered(), "Billit gives no reason"),
        (Document(order_id=1), "Billit gives no reason"),
    ],
)
def test_an_unknown_failure_of_a_delivery_is_told_in_billits_words(document: Document, named: str) -> None:
    found = why_not_delivered(document, ORDER, ())
    assert (found.code, named in found.message) == ("delivery_failed", True)


def test_what_was_sent_is_not_said_to_be_unsent() -> None:
    """Otherwise: the owner believes that the customer has seen nothing of it."""
    for text, code in RULES.items():
        if code.startswith("rule"):
            assert not why_not_delivered(undelivered(text), ORDER, ()).message.startswith("it was not sent")


def test_every_refused_sending_says_how_it_goes_on() -> None:
    """It is not repeated by itself, so the fix has to name the command that does it."""
    reasons = [
        *(why_not_sent(refused((code, "")), ORDER, ()) for code in KNOWN),
        *(why_not_sent(refused(("GenericError", text)), ORDER, ()) for text in RULES),
        *(why_not_delivered(undelivered(text), ORDER, ()) for text in (*RULES, "", None)),
    ]
    for found in reasons:
        assert f"`ppbillit retry {ORDER}`" in found.fix, found
        assert found.code in CATALOGUE


def test_the_codes_that_are_no_refusals_are_those_of_the_reference() -> None:
    assert ALREADY_SENT == "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue"
    assert set(NOT_ON_PEPPOL) == {
        "TheCustomerIsNotActiveOnPeppol",
        "TheCustomerDoesNotSupportPeppolForType_0",
    }
