"""The few words of ours on a customer's document, in the customer's language."""

from __future__ import annotations

import unicodedata
from typing import Literal

Language = Literal["NL", "FR", "DE", "EN"]

# Billit writes its mails and PDFs in the debtor's language (billit.md §3.3). An order does not name one, so the
# country decides, and in Belgium the postcode.
_LANGUAGE_OF: dict[str, Language] = {
    "BE": "NL",
    "NL": "NL",
    "FR": "FR",
    "LU": "FR",
    "MC": "FR",
    "DE": "DE",
    "AT": "DE",
    "CH": "DE",
    "LI": "DE",
}

# Wallonia, and the German-speaking municipalities in it. Brussels has two languages, and Plug&Pay is Dutch.
_BELGIAN_POSTCODES: tuple[tuple[range, Language], ...] = (
    (range(4700, 4792), "DE"),
    (range(1300, 1500), "FR"),
    (range(4000, 8000), "FR"),
)

_WORDS: dict[str, dict[Language, str]] = {
    "shipping": {"NL": "Verzendkosten", "FR": "Frais d'envoi", "DE": "Versandkosten", "EN": "Shipping"},
    "collection": {
        "NL": "Herinneringskosten",
        "FR": "Frais de rappel",
        "DE": "Mahngebühr",
        "EN": "Reminder fee",
    },
    "item": {"NL": "Artikel", "FR": "Article", "DE": "Artikel", "EN": "Item"},
    "discount": {"NL": "Korting", "FR": "Remise", "DE": "Rabatt", "EN": "Discount"},
    "rounding": {"NL": "Afronding", "FR": "Arrondi", "DE": "Rundung", "EN": "Rounding"},
    "more": {"NL": "meer", "FR": "autres", "DE": "weitere", "EN": "more"},
    "order": {"NL": "Bestelling", "FR": "Commande", "DE": "Bestellung", "EN": "Order"},
}

# For Description and DescriptionExtended (billit.md §3.2). Counted in UTF-16 units, as Billit's .NET does: an
# emoji is two.
LINE_TEXT_LIMIT = 512


def language_of(country: str | None, zipcode: str | None = None) -> Language:
    """Return the language of a buyer's country: Dutch if the country is unknown, English if it is not listed."""
    if country == "BE" and zipcode and zipcode.isascii() and zipcode.isdigit():
        for postcodes, language in _BELGIAN_POSTCODES:
            if int(zipcode) in postcodes:
                return language
    return "NL" if country is None else _LANGUAGE_OF.get(country, "EN")


def word(name: str, language: Language) -> str:
    """Return one of our words in a language."""
    return _WORDS[name][language]


def clean(text: str | None) -> str:
    """Return a text on one line, without the characters that XML, and so an e-invoice, cannot hold."""
    on_one_line = " ".join((text or "").split())
    return "".join(char for char in on_one_line if unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def fitted(text: str, limit: int = LINE_TEXT_LIMIT) -> str:
    """Return a text that is no longer than Billit takes, with an ellipsis if it was cut."""
    text = clean(text)
    if _length(text) <= limit:
        return text
    units = text.encode("utf-16-le")
    return units[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore").rstrip() + "…"


def listed(texts: list[str], language: Language) -> str:
    """Return as many texts as Billit takes, with commas between, and how many more there are."""
    for shown in range(len(texts), 0, -1):
        row = _row(texts[:shown], len(texts) - shown, language)
        if _length(row) <= LINE_TEXT_LIMIT:
            return row
    # Not even the first fits beside that number.
    rest = _length(_row([""], len(texts) - 1, language))
    return _row([fitted(texts[0], LINE_TEXT_LIMIT - rest)], len(texts) - 1, language)


def _row(texts: list[str], left_out: int, language: Language) -> str:
    row = ", ".join(texts)
    return f"{row} … +{left_out} {word('more', language)}" if left_out else row


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
