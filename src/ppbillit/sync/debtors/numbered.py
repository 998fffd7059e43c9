"""The default debtor before there is a run: who has the number that the owner gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.sync.debtors.mirror import record_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.models import Debtor


def numbered(debtors: Iterable[Debtor], number: str) -> list[int]:
    """Give the debtors with this number as a run's mirror would: read alike, oldest first, which a run takes."""
    records = map(record_of, debtors)
    return sorted(record.party_id for record in records if record.nr == number.strip())
