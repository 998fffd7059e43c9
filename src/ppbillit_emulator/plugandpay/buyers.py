"""Buyers for tests: invented people, and businesses whose VAT numbers have right check digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Buyer:
    """The buyer of an order; vary a preset with dataclasses.replace."""

    firstname: str = "An"
    lastname: str = "Peeters"
    email: str = "an.peeters@example.be"
    country: str | None = "BE"
    street: str | None = "Veldstraat"
    housenumber: str | None = "5"
    zipcode: str | None = "9000"
    city: str | None = "Gent"
    company: str | None = None
    vat_id_number: str | None = None
    tax_exempt: Literal["none", "reverse", "unknown"] = "none"
    telephone: str | None = None
    website: str | None = None
    invoice_email: str | None = None
    external_reference: str | None = None

    def billing(self) -> dict[str, Any]:
        """Return the relation `billing` (plugandpay.md §7.2)."""
        address = ("city", "country", "street", "housenumber", "zipcode")
        contact = (
            *("company", "email", "firstname", "invoice_email", "lastname"),
            *("tax_exempt", "telephone", "website", "vat_id_number"),
        )
        return {
            "address": {name: getattr(self, name) for name in address},
            "contact": {name: getattr(self, name) for name in contact},
            "external_reference": self.external_reference,
        }


CONSUMER_BE = Buyer()
"""A Belgian consumer."""

CONSUMER_NL = Buyer(
    *("Sanne", "de Boer", "sanne@example.org", "NL", "Oudegracht", "12 A", "3511AB", "Utrecht"),
    telephone="+31612345678",
)
"""A Dutch consumer, the buyer of sample A (§11): OSS for a Belgian seller."""

CONSUMER_DE = Buyer(
    "Jürgen", "Müller", "j.mueller@example.de", "DE", "Königsallee", "27", "40212", "Düsseldorf"
)
"""A German consumer with umlauts: OSS at 19 or 7 %."""

CONSUMER_CH = Buyer("Reto", "Bürgi", "reto@example.ch", "CH", "Bahnhofstrasse", "8", "8001", "Zürich")
"""A Swiss consumer: outside the EU."""

CONSUMER_GB = Buyer("Fiona", "Hughes", "fiona@example.co.uk", "GB", "High Street", "41", "BS1 2AW", "Bristol")
"""A British consumer: outside the EU."""

NO_ADDRESS = Buyer(
    *("Noor", "Jacobs", "noor@example.be", None),
    street=None,
    housenumber=None,
    zipcode=None,
    city=None,
)
"""The buyer of a digital product, without any address (§13.16)."""

FIRM_BE = Buyer(
    *("Lies", "Peeters", "lies@voorbeeld.example", "BE", "Kouter", "7", "9000", "Gent"),
    company="Voorbeeld BV",
    vat_id_number="BE0123456749",
    invoice_email="facturen@voorbeeld.example",
)
"""A Belgian business: domestic VAT for a Belgian seller, with or without VAT number (§13.14)."""

FIRM_BE_WITHOUT_VAT = Buyer(
    *("Wouter", "Claes", "bestuur@harmonie.example", "BE", "Dorpsplein", "1", "3360", "Bierbeek"),
    company="Koninklijke Harmonie De Ware Vrienden vzw",
)
"""An association: a company name without a VAT number."""

FIRM_NL = Buyer(
    *("Joost", "van Dijk", "inkoop@leerhuis.example", "NL", "Wibautstraat", "131 D", "1091GL", "Amsterdam"),
    company="Leerhuis Wibaut B.V.",
    vat_id_number="NL999900018B01",
    tax_exempt="reverse",
)
"""A Dutch business: reverse charge for a Belgian seller."""

FIRM_DE = Buyer(
    *("Katrin", "Schäfer", "buchhaltung@werkstatt.example", "DE", "Torstraße", "140", "10119", "Berlin"),
    company="Werkstatt Schäfer GmbH",
    vat_id_number="DE999123455",
    tax_exempt="reverse",
)
"""A German business: reverse charge."""
