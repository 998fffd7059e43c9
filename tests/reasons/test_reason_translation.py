"""Reasons in Dutch: translated if the catalogue can, else as they were stored; the texts of others stay."""

from __future__ import annotations

import pytest

from ppbillit.reasons import Reason, reason, translate
from ppbillit.reasons.catalogue import CATALOGUE


@pytest.mark.parametrize("label", ["invoice", "a credit note or an invoice", "VAT number", "name", "unknown"])
def test_the_name_of_a_product_is_not_translated(label: str) -> None:
    """Otherwise: the shop owner looks for a product that does not exist."""
    [dutch] = translate([reason("vat_zero_unexplained", line=label)], "nl")
    assert dutch.message == f'op de regel "{label}" staat geen btw, en niets in de bestelling zegt waarom'


def test_the_words_of_billit_or_of_a_person_are_not_translated() -> None:
    said = "the VAT number and the name are unknown (Invoice_Number)"
    for made in (reason("billit_refused", problems=said), reason("dismissed", words=said, order_id=1)):
        [dutch] = translate([made], "nl")
        assert said in dutch.message


def test_the_words_of_the_operating_system_are_not_translated() -> None:
    why = "could not be reached ([Errno -3] Temporary failure in name resolution)"
    [dutch] = translate([reason("not_sent_to_billit", why=why)], "nl")
    assert dutch.message == (
        "Billit kon niet bereikt worden ([Errno -3] Temporary failure in name resolution), "
        "dus is ze nog niet gemaakt"
    )


def test_a_reason_that_was_stored_without_its_facts_stays_english() -> None:
    stored = Reason("vat_code_missing", "the message as it was", "the fix as it was")
    assert translate([stored], "nl") == (stored,)


def test_a_reason_that_was_stored_without_facts_and_needs_none_is_translated() -> None:
    [dutch] = translate([Reason("test_order", "it is a test order", "nothing to do")], "nl")
    assert (dutch.message, dutch.fix) == CATALOGUE["test_order"].texts("nl")


def test_a_reason_of_a_later_version_stays_as_it_was_stored() -> None:
    stored = Reason("not_known_here", "something", "do something")
    assert translate([stored], "nl") == (stored,)


def test_a_reason_equals_itself_without_its_facts() -> None:
    """Otherwise: after an update every stuck order is news again."""
    made = reason("original_unsettled", original=12)
    assert made == Reason(made.code, made.message, made.fix)


def test_reasons_in_english_are_as_they_were_made() -> None:
    made = reason("totals_differ", billit="no total", shop="97.00", difference="unknown")
    assert translate([made], "en") == (made,)
    [dutch] = translate([made], "nl")
    assert dutch.message == (
        "Billit maakte er geen totaal van, de klant betaalde 97.00 (verschil onbekend): ze wordt niet verstuurd"
    )
