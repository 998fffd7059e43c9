"""One reason as it stands in the catalogue: its texts in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ppbillit.reasons.words import Language


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The texts of one reason: what is the case, and what a person can do about it.

    {names} are facts, filled in when the reason is made. Every text starts in lower case, ends without a stop, and
    names no person. In Dutch, "klant" is the debtor, and "ze" and "haar" are the order or its invoice.
    """

    message_en: str
    fix_en: str
    message_nl: str
    fix_nl: str

    def texts(self, language: Language) -> tuple[str, str]:
        """Return message and fix in a language, with the facts still open."""
        return (self.message_nl, self.fix_nl) if language == "nl" else (self.message_en, self.fix_en)
