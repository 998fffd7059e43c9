"""Billit's debtors, and who of them the Peppol network reaches."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ppbillit import http
from ppbillit.billit import pages
from ppbillit.billit.api import BillitApi, skip
from ppbillit.billit.models import Debtor, Participant
from ppbillit.billit.responses import NotAPage, done, made, row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ppbillit.billit.models import DebtorDraft
    from ppbillit.outcomes import WriteOutcome


class DebtorCalls(BillitApi):
    """What concerns debtors; the promises are said in `gateway`."""

    def debtors(self, modified_since: datetime | None = None) -> list[Debtor]:
        """Give all customers, or those changed since an aware time, and some changed hours before it.

        No order is asked for: by which fields debtors can be sorted is not documented (billit.md §8.6).
        """
        changed = f" and LastModified ge {self.since(modified_since)}" if modified_since else ""
        params: dict[str, str | int] = {
            "$filter": f"PartyType eq 'Customer'{changed}",
            "$top": pages.PER_PAGE,
        }
        return self.whole(
            "debtors",
            lambda: pages.by_position(
                lambda seen: self.page("/v1/parties", Debtor, {**params, **skip(seen)}),
                lambda debtor: debtor.party_id,
            ),
        )

    def create_debtor(self, draft: DebtorDraft, key: str) -> WriteOutcome[int]:
        """Create a debtor; the id is its PartyID (billit.md §8.6)."""
        return self.checked(made(self.post("/v1/parties", draft.body(), key)))

    def debtor(self, party_id: int) -> Debtor | None:
        """Give one debtor in full; None where there is none (any more), or it is not this company's."""
        return self.one("debtor", "/v1/parties/{id}", party_id, Debtor)

    def complete_debtor(
        self, party_id: int, details: Mapping[str, str | None], key: str
    ) -> WriteOutcome[None]:
        """Give a debtor that was just created what it was created without."""
        return self.update_debtor(party_id, details, key)

    def update_debtor(self, party_id: int, changes: Mapping[str, str | None], key: str) -> WriteOutcome[None]:
        """Change these members of a debtor and no others; None empties one (billit.md §8.4)."""
        return self.checked(done(self.tell("PATCH", "/v1/parties/{id}", dict(changes), key, id=party_id)))

    def receiver(self, identifier: str) -> frozenset[str]:
        """Give the types of documents that a VAT or company number takes over Peppol; none: not reachable.

        An identifier that Billit takes for none (400) cannot be reached either (billit.md §7).
        """
        answer = self.transport.read("/v1/peppol/participantInformation/{identifier}", identifier=identifier)
        if isinstance(answer, http.Refused) and answer.status == HTTPStatus.BAD_REQUEST:
            return frozenset()
        try:
            participant = row(self.judged(answer).json(), Participant)
        except NotAPage as error:
            raise self.unreadable("Peppol participant", error) from None
        return frozenset(participant.document_types) if participant.registered else frozenset()
