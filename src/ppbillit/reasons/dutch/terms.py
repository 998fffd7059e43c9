"""Words of ours inside a fact, in Dutch, by the fact they stand in.

What a fact holds of others' words (a product's name, Billit's own text) is in a fact that is not here, or stays
between our words as it is.
"""

from __future__ import annotations

import re

_DETAILS = {
    "VAT number": "btw-nummer",
    "e-mail address": "e-mailadres",
    "name": "naam",
    "street": "straat",
    "postcode": "postcode",
    "city": "gemeente",
    "country": "land",
    "number": "nummer",
    "key": "sleutel",
    "and": "en",
}
_KINDS = {
    "a credit note": "een creditnota",
    "an invoice": "een factuur",
    "credit notes": "creditnota's",
    "credit note": "creditnota",
    "invoices": "facturen",
    "invoice": "factuur",
}
_SETTLED = {
    "amounts are per unit": "bedragen zijn per stuk",
    "amounts are per line": "bedragen zijn per regel",
    "discounts are taken off": "kortingen zijn er al af",
    "discounts are to take off": "kortingen moeten er nog af",
    "discounts are on the order": "kortingen gelden voor de hele bestelling",
    "shipping is extra": "verzendkosten komen erbij",
    "shipping is inside": "verzendkosten zijn inbegrepen",
    "collection costs are outside": "inningskosten zijn niet inbegrepen",
    "collection costs are inside": "inningskosten zijn inbegrepen",
    "tax.amount is the VAT": "tax.amount is de btw",
    "tax.amount is the base": "tax.amount is de maatstaf van heffing",
    "invoice_date is not given": "invoice_date ontbreekt",
    "invoice_date is a date": "invoice_date is een datum",
    "invoice_date is a timestamp": "invoice_date is een tijdstip",
}
_OR = {"or": "of"}

TERMS: dict[str, dict[str, str]] = {
    # whom a debtor was recognised by, what differs, or which document has a number
    "by": _DETAILS,
    "what": {**_DETAILS, **_KINDS},
    "kind": _KINDS,
    "kinds": _KINDS,
    # how a line is taxed
    "treatment": {
        "VAT of another EU country (OSS)": "belast met btw van een ander EU-land (OSS)",
        "sold outside the EU": "verkocht buiten de EU",
        "reverse charged at home": "verlegd in eigen land",
        "goods to an EU business": "een levering van goederen aan een bedrijf in de EU",
        "a service to an EU business": "een dienst aan een bedrijf in de EU",
        "a rounding difference": "een afrondingsverschil",
    },
    # how amounts can be read
    "tried": {
        "amounts per unit": "bedragen per stuk",
        "amounts per line": "bedragen per regel",
        "discounts taken off": "kortingen er al af",
        "discounts to take off": "kortingen er nog af te halen",
        "discounts on the order": "kortingen op de hele bestelling",
        "shipping extra": "verzendkosten erbij",
        "shipping inside": "verzendkosten inbegrepen",
        "collection costs outside": "inningskosten niet inbegrepen",
        "collection costs inside": "inningskosten inbegrepen",
        "net": "excl. btw",
        "gross": "incl. btw",
    },
    "here": _SETTLED,
    "settled": _SETTLED,
    # totals, or none
    "made": _OR,
    "billit": {"no total": "geen totaal"},
    "total": {"an unknown total": "een onbekend totaal"},
    "difference": {**_OR, "unknown": "onbekend"},
    "day": {"without a date": "zonder datum"},
    # what a service said or did instead of answering
    "problems": {"Billit gives no reason": "Billit geeft geen reden"},
    "why": {
        "the last run was cut off": "de vorige run is afgebroken",
        "an earlier attempt was not answered": "op een eerdere poging kwam geen antwoord",
        "its new debtor is not complete yet": "de nieuwe klant is nog niet volledig",
        "says that this attempt was made before": "zegt dat deze poging al eens gedaan is",
        "it says that this attempt was made before": "het zegt dat deze poging al eens gedaan is",
        "takes no more requests for now": "neemt nu geen verzoeken meer aan",
        "was not asked again, since the run was stopped": "is niet meer gevraagd, omdat de run gestopt werd",
        "does not accept the key": "aanvaardt de sleutel niet",
        "answered with a web page instead of data": "antwoordde met een webpagina in plaats van gegevens",
        "answered with a web page instead of a reason": "antwoordde met een webpagina in plaats van een reden",
        "sent an answer that breaks off half-way": "stuurde een antwoord dat halverwege afbreekt",
        "answered with a redirect": "antwoordde met een omleiding",
        "as to a login page, instead of data": "als naar een aanmeldpagina, in plaats van met gegevens",
        "has trouble of its own (answer": "heeft zelf een storing (antwoord",
        "could not be reached": "kon niet bereikt worden",
        "could not be asked": "kon niet gevraagd worden",
        "did not answer within": "antwoordde niet binnen",
        "did not finish its answer within": "maakte zijn antwoord niet af binnen",
        "broke off the connection": "brak de verbinding af",
        "was not asked": "is niet gevraagd",
        "answered 403 without a reason": "antwoordde 403 zonder reden",
        "said yes, but gave no id": "zei ja, maar gaf geen nummer",
        "said yes, and errors with it": "zei ja, met fouten erbij",
    },
}


def _pattern(terms: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


_PATTERNS = {fact: _pattern(terms) for fact, terms in TERMS.items()}


def in_dutch(fact: str, value: str) -> str:
    """Put our own words in a fact into Dutch."""
    if fact not in TERMS:
        return value
    return _PATTERNS[fact].sub(lambda found: TERMS[fact][found[0]], value)
