"""The Dutch of what is written in English elsewhere: words and phrases around reasons, and terms inside facts.

The key is the English text as it is written where it is shown. `--json` shows codes, which are never translated.
"""

from __future__ import annotations

import re
from typing import Any, Literal

Language = Literal["en", "nl"]

# Codes shown as words: outcomes, stages, events of an order, states of a payment.
WORDS: dict[str, str] = {
    "adopted": "overgenomen",
    "checked": "gecontroleerd",
    "closed": "afgesloten",
    "created": "gemaakt",
    "creating": "wordt gemaakt",
    "credited": "gecrediteerd",
    "deleted": "verwijderd",
    "delivered": "afgeleverd",
    "dismissed": "overgeslagen",
    "failed": "mislukt",
    "gone": "er niet meer",
    "held": "tegengehouden",
    "not_updated": "niet bijgewerkt",
    "open": "open",
    "paid": "betaald",
    "parked": "niet gemaakt",
    "payment being written": "betaling wordt overgenomen",
    "payment dismissed": "betaling overgeslagen",
    "payment left alone": "betaling blijft zoals ze is",
    "payment not readable": "betaling niet leesbaar",
    "payment readable": "betaling weer leesbaar",
    "payment refused": "betaling geweigerd",
    "payment reversed": "betaling teruggeboekt",
    "payment written": "betaling overgenomen",
    "pending": "onderweg",
    "processing": "in behandeling",
    "renumbered": "hernummerd",
    "reversed": "teruggeboekt",
    "sending": "wordt verstuurd",
    "sent": "verstuurd",
    "skipped": "overgeslagen",
    "taken up again": "weer opgenomen",
    "tried again": "opnieuw geprobeerd",
    "stuck": "vast",
    "unchanged": "ongewijzigd",
    "unknown": "onbekend",
    "unsent": "niet verstuurd",
    "updated": "bijgewerkt",
    "waiting": "nog een concept",
    # where orders stand of which nothing is reported
    "in Billit and not to be sent": "in Billit en niet te versturen",
    "skipped by hand": "met de hand overgeslagen",
    "never to be made": "nooit te maken",
    "not final yet in Plug&Pay": "nog niet definitief in Plug&Pay",
    # what Billit says of a payment
    "paid in part": "deels betaald",
    "paid, with another total": "betaald, met een ander totaal",
    "open, with another total": "open, met een ander totaal",
    # how a document was sent
    "by e-mail": "per e-mail",
    "by letter": "per brief",
    "over Peppol": "via Peppol",
    # payments: what was written, and where
    "paid, in Plug&Pay": "betaald, in Plug&Pay",
    "paid, in Billit": "betaald, in Billit",
    "unpaid, in Billit": "onbetaald, in Billit",
    # kinds of documents
    "credit note": "creditnota",
    "invoice": "factuur",
}

# Sentences, headings and parts of them; {names} are filled in.
PHRASES: dict[str, str] = {
    # an order and its document
    "order {order_id}, {document}, {total} EUR": "bestelling {order_id}, {document}, {total} EUR",
    "without number": "zonder nummer",
    # a run
    "order": "bestelling",
    "document": "document",
    "would be": "zou worden",
    "is now": "is nu",
    "in Billit": "in Billit",
    "order {order_id} ({outcome}):": "bestelling {order_id} ({outcome}):",
    "{outcome} {order}": "{outcome}: {order}",
    "would be {outcome} {order}": "zou {outcome} worden: {order}",
    "dry run: would be {counted}; nothing was written": "proefrun: {counted}; er is niets geschreven",
    "nothing new": "niets nieuws",
    "{count} in all are stuck: `ppbillit status` lists them": (
        "in totaal zitten er {count} vast: `ppbillit status` somt ze op"
    ),
    # status
    "nothing is stuck": "niets zit vast",
    "nothing to do: the next run takes it up": "niets te doen: de volgende run neemt ze mee",
    "Not made, until something changes": "Niet gemaakt, tot er iets verandert",
    "In Billit with another total than was paid": "In Billit, met een ander totaal dan betaald is",
    "In Billit, not sent": "In Billit, niet verstuurd",
    "In Billit, but sending or delivering it failed": "In Billit, maar versturen of afleveren mislukte",
    "Sent, and not delivered for more than a day": "Verstuurd, en na meer dan een dag niet afgeleverd",
    "Not known yet; the next run looks it up": "Nog niet bekend; de volgende run zoekt het op",
    "Payments on which both sides do not agree": "Betalingen waarover de twee kanten het niet eens zijn",
    "Skipped by hand": "Met de hand overgeslagen",
    "Payments skipped by hand": "Met de hand overgeslagen betalingen",
    "on record: {counted}": "geregistreerd: {counted}",
    "no orders": "geen bestellingen",
    "cut off, or still at work": "afgebroken, of nog bezig",
    "exit code {code}": "exitcode {code}",
    "the next sync looks at orders invoiced from {since} on": (
        "de volgende synchronisatie bekijkt bestellingen die vanaf {since} gefactureerd zijn"
    ),
    " (the long look back, once a day)": " (de lange terugblik, één keer per dag)",
    "{shop} in Plug&Pay, {billit} in Billit": "{shop} in Plug&Pay, {billit} in Billit",
    "nothing yet": "nog niets",
    # history
    "run {run_id}": "run {run_id}",
    "by hand": "met de hand",
    "order {order_id}: {what}": "bestelling {order_id}: {what}",
    "it is {standing}:": "ze is {standing}:",
    "its payment is {sides}:": "haar betaling is {sides}:",
    "known first in": "eerst bekend in",
    "nothing has happened yet": "er is nog niets gebeurd",
    # messages
    "{command} failed (exit code {code})": "{command} is mislukt (exitcode {code})",
    "an order needs you": "een bestelling heeft u nodig",
    "{count} orders need you": "{count} bestellingen hebben u nodig",
    "… and {count} more": "… en nog {count}",
    "unknown to be in Billit or sent": "misschien in Billit of verstuurd, misschien niet",
    "order {order_id} is {stage}": "bestelling {order_id} is {stage}",
    "The same failure is told once a day.": "Dezelfde fout wordt één keer per dag gemeld.",
    "This is told once.": "Dit wordt één keer gemeld.",
    "Orders are told once, the same failure once a day.": (
        "Bestellingen worden één keer gemeld, dezelfde fout één keer per dag."
    ),
}

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

# Facts whose value is either one of these English terms, or a text of somebody else or a figure.
TERMS: dict[str, dict[str, str]] = {
    "by": _DETAILS,
    "kind": _KINDS,
    "kinds": _KINDS,
    "treatment": {
        "VAT of another EU country (OSS)": "belast met btw van een ander EU-land (OSS)",
        "sold outside the EU": "verkocht buiten de EU",
        "reverse charged at home": "verlegd in eigen land",
        "goods to an EU business": "een levering van goederen aan een bedrijf in de EU",
        "a service to an EU business": "een dienst aan een bedrijf in de EU",
        "a rounding difference": "een afrondingsverschil",
    },
    "billit": {"no total": "geen totaal"},
    "total": {"an unknown total": "een onbekend totaal"},
    "day": {"without a date": "zonder datum"},
    "problems": {"Billit gives no reason": "Billit geeft geen reden"},
}

# Facts in which such terms stand in a list, or beside figures and texts of others.
TERMS_WITHIN: dict[str, dict[str, str]] = {
    # what differs on a debtor, or which document has a number
    "what": {**_DETAILS, **_KINDS},
    # readings of an order's amounts
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
    # one figure for each way in which Billit may round
    "made": _OR,
    "difference": {**_OR, "unknown": "onbekend"},
    # why a service gave no sound answer
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


def phrase(english: str, language: Language, **facts: Any) -> str:
    """Return a phrase in a language, filled in. One without a translation stays English."""
    return (PHRASES.get(english, english) if language == "nl" else english).format(**facts)


def word(code: str, language: Language) -> str:
    """Return the word for a code. One without a translation, such as a status of Plug&Pay's, stays as it is."""
    return WORDS.get(code, code) if language == "nl" else code


def fact_in_dutch(name: str, value: str) -> str:
    """Return the value of a fact with our own words in Dutch, and everything else in it unchanged."""
    if name in TERMS:
        return TERMS[name].get(value, value)
    if name in TERMS_WITHIN:
        return _PATTERNS[name].sub(lambda found: TERMS_WITHIN[name][found[0]], value)
    return value


def _pattern(terms: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


_PATTERNS = {name: _pattern(terms) for name, terms in TERMS_WITHIN.items()}
