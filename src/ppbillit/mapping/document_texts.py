"""The few words we put on a customer's document, in the customer's language."""

from __future__ import annotations

import unicodedata
from typing import Literal

Language = Literal["NL", "FR", "DE", "EN"]

# Billit writes its mails and PDFs in the debtor's language (billit.md §3.3), and an order does not say in
# which it was placed: the country decides, in Belgium the postcode.
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

# Wallonia, and in it the German-speaking municipalities; Brussels has both languages, and Plug&Pay is Dutch.
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

# For Description and DescriptionExtended alike (billit.md §3.2), counted as UTF-16 does: Billit is a .NET
# program, where an emoji is two characters.
LINE_TEXT_LIMIT = 512


def language_of(country: str | None, zipcode: str | None = None) -> Language:
    """Give the language for a buyer's country; Dutch where the country is not known, English elsewhere."""
    if country == "BE" and zipcode and zipcode.isascii() and zipcode.isdigit():
        for postcodes, language in _BELGIAN_POSTCODES:
            if int(zipcode) in postcodes:
                return language
    return "NL" if country is None else _LANGUAGE_OF.get(country, "EN")


def word(name: str, language: Language) -> str:
    """Give one of our words in a language."""
    return _WORDS[name][language]


def clean(text: str | None) -> str:
    """Give a text on one line, without the characters that no XML, and so no e-invoice, can hold."""
    on_one_line = " ".join((text or "").split())
    return "".join(char for char in on_one_line if unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def fitted(text: str, limit: int = LINE_TEXT_LIMIT) -> str:
    """Cut a text to what Billit takes, with an ellipsis where something was cut."""
    text = clean(text)
    if _length(text) <= limit:
        return text
    units = text.encode("utf-16-le")
    return units[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore").rstrip() + "…"


def listed(texts: list[str], language: Language) -> str:
    """Put texts in a row, as many as Billit takes, and say how many more there are."""
    for shown in range(len(texts), 0, -1):
        row = _row(texts[:shown], len(texts) - shown, language)
        if _length(row) <= LINE_TEXT_LIMIT:
            return row
    # Not even the first fits beside that remark.
    remark = _length(_row([""], len(texts) - 1, language))
    return _row([fitted(texts[0], LINE_TEXT_LIMIT - remark)], len(texts) - 1, language)


def _row(texts: list[str], left_out: int, language: Language) -> str:
    row = ", ".join(texts)
    return f"{row} … +{left_out} {word('more', language)}" if left_out else row


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
