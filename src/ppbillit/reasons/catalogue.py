"""The catalogue: every reason by its code, from the topics in the order of `docs/reasons.md`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ppbillit.reasons.amounts import AMOUNTS
from ppbillit.reasons.debtors import DEBTORS
from ppbillit.reasons.delivery import DELIVERY
from ppbillit.reasons.documents import DOCUMENTS
from ppbillit.reasons.orders import ORDERS
from ppbillit.reasons.payments import PAYMENTS
from ppbillit.reasons.vat import VAT

if TYPE_CHECKING:
    from ppbillit.reasons.entry import Entry
    from ppbillit.reasons.words import Language


@dataclass(frozen=True)
class Topic:
    """A module of reasons, with its title on the pages."""

    title_en: str
    title_nl: str
    entries: dict[str, Entry]

    def title(self, language: Language) -> str:
        """Return the title in a language."""
        return self.title_nl if language == "nl" else self.title_en


TOPICS = (
    Topic("The order itself", "De bestelling zelf", ORDERS),
    Topic("Amounts", "Bedragen", AMOUNTS),
    Topic("VAT", "Btw", VAT),
    Topic(
        "Ledger account, buyer, credited invoice", "Grootboekrekening, koper, gecrediteerde factuur", DEBTORS
    ),
    Topic("In Billit", "In Billit", DOCUMENTS),
    Topic("Sending", "Versturen", DELIVERY),
    Topic("Payments", "Betalingen", PAYMENTS),
)
CATALOGUE: dict[str, Entry] = {code: entry for topic in TOPICS for code, entry in topic.entries.items()}
