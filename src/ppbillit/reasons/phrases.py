"""The few words around reasons, in the language of who reads: headings, outcomes, where an order stands.

The English is written where it is said, and is the key; in `--json` there are codes, which are no phrases.
"""

from __future__ import annotations

from typing import Any, Literal

# `reasons` itself has it too; it imports nothing from here, nor this from there.
Language = Literal["en", "nl"]

# Codes that are words as well: outcomes, stages, what happened to an order, what either side says of a payment.
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
    # how a document went
    "by e-mail": "per e-mail",
    "by letter": "per brief",
    "over Peppol": "via Peppol",
    # what was written of a payment, and where
    "paid, in Plug&Pay": "betaald, in Plug&Pay",
    "paid, in Billit": "betaald, in Billit",
    "unpaid, in Billit": "onbetaald, in Billit",
    # kinds of documents
    "credit note": "creditnota",
    "invoice": "factuur",
}

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
    "in Billit and not to be sent": "in Billit en niet te versturen",
    "skipped by hand": "met de hand overgeslagen",
    "never to be made": "nooit te maken",
    "not final yet in Plug&Pay": "nog niet definitief in Plug&Pay",
    "cut off, or still at work": "afgebroken, of nog bezig",
    "exit code {code}": "exitcode {code}",
    "the next sync looks at orders invoiced from {since} on": (
        "de volgende synchronisatie bekijkt bestellingen die vanaf {since} gefactureerd zijn"
    ),
    " (the long look back, once a day)": " (de lange terugblik, één keer per dag)",
    "{shop} in Plug&Pay, {billit} in Billit": "{shop} in Plug&Pay, {billit} in Billit",
    "nothing yet": "nog niets",
    "paid in part": "deels betaald",
    "paid, with another total": "betaald, met een ander totaal",
    "open, with another total": "open, met een ander totaal",
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


def phrase(english: str, language: Language, **facts: Any) -> str:
    """Say one of the phrases, filled in; one that is not in the list stays English, for want of better."""
    return (PHRASES.get(english, english) if language == "nl" else english).format(**facts)


def word(code: str, language: Language) -> str:
    """Say a code; one that has no word stays what it is, as what a service itself calls something."""
    return WORDS.get(code, code) if language == "nl" else code
