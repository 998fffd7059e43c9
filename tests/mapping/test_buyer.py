"""The buyer of an order: kind, VAT number, e-mail addresses, street, and the debtor made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.mapping.buyer import Buyer, country_of, iso_country, read_buyer, split_street, valid_vat_number
from ppbillit.mapping.document_texts import language_of
from ppbillit.reasons import Reason
from support.order_json import RULES, line, mapped, order

if TYPE_CHECKING:
    from ppbillit.mapping.rules import Rules


def buyer(rules: Rules = RULES, order_id: int = 810001, **of: Any) -> Buyer:
    found = read_buyer(order(line("10.00", "12.10"), id=order_id, **of), rules)
    assert isinstance(found, Buyer), found
    return found


NOBODY = {"email": "", "firstname": "", "lastname": "", "company": ""}


@pytest.mark.parametrize(
    "given, country, normal",
    [
        ("BE0123456749", None, "BE0123456749"),
        ("be 0123.456.749", "BE", "BE0123456749"),
        ("0123456749", "BE", "BE0123456749"),
        ("123.456.749", "BE", "BE0123456749"),
        ("BE123456749", None, "BE0123456749"),
        ("BTW BE 0123.456.749", None, "BE0123456749"),
        ("TVA: 0123.456.749", "BE", "BE0123456749"),
        ("btw-nr. BE0123456749", "NL", "BE0123456749"),
        ("NL000099998B57", "BE", "NL000099998B57"),
        ("EL094259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("094259216", "GR", "EL094259216"),
        ("DE 136 695 976", "DE", "DE136695976"),
        ("XI980780684", "GB", "XI980780684"),
    ],
)
def test_a_vat_number_is_normalised(given: str, country: str | None, normal: str) -> None:
    assert valid_vat_number(given, country) == normal


@pytest.mark.parametrize(
    "given, country",
    [
        (None, "BE"),
        ("", "BE"),
        ("nvt", "BE"),
        ("-", "BE"),
        ("BTW", "BE"),
        ("BE0123456788", "BE"),
        ("0123456749", None),
        ("0123456749", "NL"),
        ("GB980780684", "GB"),
        ("CHE107787577", "CH"),
        ("123", "XX"),
    ],
)
def test_what_is_no_vat_number_of_an_eu_country_is_none(given: str | None, country: str | None) -> None:
    assert valid_vat_number(given, country) is None


def test_the_country_of_a_vat_number_is_an_iso_code() -> None:
    assert [country_of(number) for number in ("EL094259216", "XI980780684", "BE0123456749")] == [
        "GR",
        "GB",
        "BE",
    ]


@pytest.mark.parametrize(
    "given, code",
    [
        ("BE", "BE"),
        ("be", "BE"),
        ("EL", "GR"),
        ("UK", "GB"),
        ("Belgium", None),
        ("B", None),
        ("ßß", None),
        (None, None),
    ],
)
def test_a_country_is_two_letters_or_unknown(given: str | None, code: str | None) -> None:
    assert iso_country(given) == code


@pytest.mark.parametrize(
    "street, number, parted",
    [
        ("Kerkstraat", "12", ("Kerkstraat", "12", None)),
        ("Naamsestraat", "100 bus 2", ("Naamsestraat", "100", "2")),
        ("Naamsestraat", "100 A, bus 2", ("Naamsestraat", "100 A", "2")),
        ("Rue de la Loi", "16 bte. 4", ("Rue de la Loi", "16", "4")),
        ("Rue de la Loi", "16 Boîte B4", ("Rue de la Loi", "16", "B4")),
        ("Oudegracht", "12 A", ("Oudegracht", "12 A", None)),
        ("Kerkstraat 12", None, ("Kerkstraat", "12", None)),
        ("Rue de la Loi 16 bte 4", None, ("Rue de la Loi", "16", "4")),
        ("Kerkstraat 12", "12", ("Kerkstraat 12", "12", None)),
        ("Place du 4 septembre", None, ("Place du 4 septembre", None, None)),
        ("17 rue Nationale", None, ("17 rue Nationale", None, None)),
        ("Kerkstraat", None, ("Kerkstraat", None, None)),
        (None, "12", (None, "12", None)),
        (None, None, (None, None, None)),
    ],
)
def test_a_street_is_parted_from_its_number_and_box(
    street: str | None, number: str | None, parted: tuple[str | None, str | None, str | None]
) -> None:
    assert split_street(street, number) == parted


def test_a_person_is_a_consumer_not_liable_to_vat() -> None:
    found = buyer(contact={"lastname": "Peeters"})
    assert found.kind == "consumer"
    assert found.draft.body()["VATLiable"] is False
    assert found.draft.body()["VATDeductable"] is False
    assert found.draft.name == "An Peeters"


@pytest.mark.parametrize(
    "what", [{"company": "Zaak"}, {"vat_id_number": "BE0123456749"}, {"vat_id_number": "typo"}]
)
def test_a_company_name_or_a_vat_number_makes_a_business(what: dict[str, str]) -> None:
    found = buyer(contact=what)
    assert found.kind == "business"
    assert found.draft.body()["VATLiable"] is True
    assert "VATDeductable" not in found.draft.body()


def test_an_invalid_vat_number_is_kept_as_typed_but_not_used() -> None:
    found = buyer(contact={"vat_id_number": "BE0123456788"})
    assert (found.vat_number, found.vat_number_given, found.vat_country) == (None, "BE0123456788", None)
    assert "VATNumber" not in found.draft.body()


def test_the_name_is_the_company_else_the_person_else_the_email() -> None:
    assert buyer(contact={"company": "Zaak"}).draft.name == "Zaak"
    assert buyer(contact={"firstname": None, "lastname": "Peeters"}).draft.name == "Peeters"
    assert buyer(contact={"firstname": ""}).draft.name == "an@example.be"


def test_a_buyer_of_no_name_at_all_is_refused() -> None:
    found = read_buyer(order(line("10.00", "12.10"), contact=NOBODY), RULES)
    assert isinstance(found, Reason)
    assert found.code == "buyer_nameless"


def test_mail_goes_to_the_invoice_address_and_both_addresses_recognise_the_buyer() -> None:
    found = buyer(contact={"email": "An@Example.be", "invoice_email": "BOEK@example.be"})
    assert found.draft.email == "BOEK@example.be"
    assert found.emails == ("an@example.be", "boek@example.be")


def test_the_same_address_twice_is_one() -> None:
    assert buyer(contact={"email": "An@Example.be", "invoice_email": "an@example.BE"}).emails == (
        "an@example.be",
    )


def test_one_debtor_per_vat_number_else_per_email_else_per_order() -> None:
    business = {"company": "Zaak", "vat_id_number": "BE0123456749"}
    assert buyer(contact=business).key == buyer(contact=business | {"email": "b@example.be"}).key
    assert buyer().key == buyer(order_id=2, contact={"email": "AN@example.be"}).key
    assert buyer().key != buyer(contact=business).key
    nobody = NOBODY | {"firstname": "An"}
    assert buyer(order_id=1, contact=nobody).key != buyer(order_id=2, contact=nobody).key


def test_a_key_holds_the_shop_and_no_name_or_address() -> None:
    found = buyer()
    assert found.key.startswith("plugandpay-4711-debtor-")
    assert "an" not in found.key.removeprefix("plugandpay-4711-debtor-").lower() or "@" not in found.key
    assert found.draft.nr is not None
    assert found.key.rpartition("-")[2].startswith(found.draft.nr.removeprefix("PP-"))
    assert buyer(replace(RULES, tenant_id="9")).key != found.key


def test_an_email_address_with_half_a_character_still_gives_a_key() -> None:
    assert buyer(contact={"email": "\ud800@example.be"}).key


def test_the_country_comes_from_the_address_else_from_the_vat_number() -> None:
    number = {"vat_id_number": "NL000099998B57"}
    assert buyer(address={"country": "be"}, contact=number).country == "BE"
    assert buyer(address={"country": None}, contact=number).country == "NL"
    assert buyer(address={"country": None}, contact={"vat_id_number": "EL094259216"}).country == "GR"
    assert buyer(address={"country": None}).country is None


def test_no_address_is_no_address() -> None:
    assert buyer(address={"country": None}).draft.addresses == ()
    assert buyer(address={"country": None, "city": "Gent"}).draft.body()["Addresses"] == [
        {"AddressType": "InvoiceAddress", "Name": "An", "City": "Gent"}
    ]


def test_an_address_in_a_country_that_is_no_code_is_sent_without_it() -> None:
    [address] = buyer(address={"country": "Belgium", "city": "Gent"}).draft.addresses
    assert address.country_code is None


@pytest.mark.parametrize(
    "tax_exempt, reversed_", [("reverse", True), ("none", False), ("unknown", False), (None, False)]
)
def test_only_the_word_reverse_is_a_reverse_charge(tax_exempt: str | None, reversed_: bool) -> None:
    assert buyer(contact={"tax_exempt": tax_exempt}).reverse_charged is reversed_


# --- telephone and language ---------------------------------------------------------------------


def test_a_debtor_has_the_telephone_and_the_language_of_the_buyer() -> None:
    sold = order(
        line("100.00", "121.00"),
        address={"country": "BE", "zipcode": "5000"},
        contact={"telephone": "+32475123456"},
    )
    mapping = mapped(sold)
    assert (mapping.buyer.draft.phone, mapping.buyer.draft.language) == ("+32475123456", "FR")
    assert language_of("BE", "5000") == "FR"
    assert mapping.draft.comments == "Commande 810001"
