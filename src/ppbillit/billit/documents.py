"""Billit's documents: reading, creating and sending them, and marking them as paid."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING

from ppbillit.billit import pages
from ppbillit.billit.api import BillitApi, skip
from ppbillit.billit.models import Document
from ppbillit.billit.responses import as_far_as_readable, documents, done, made, rows
from ppbillit.outcomes import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from ppbillit.billit.models import DocumentDraft, UnreadableDocument
    from ppbillit.billit.ports import TransportType
    from ppbillit.http import Answered
    from ppbillit.outcomes import WriteOutcome

INCOME = "OrderDirection eq 'Income'"
NUMBERS_PER_QUESTION = 40  # so that the address stays far below the 2,000 characters everybody takes


class DocumentCalls(BillitApi):
    """What concerns documents; the promises are said in `gateway`."""

    def document(self, document_id: int) -> Document | None:
        """Give one document in full; None where there is none (any more), or it is not this company's."""
        return self.one("document", "/v1/orders/{id}", document_id, Document)

    def outlined(self, document_id: int) -> Document | None:
        """Give one document as far as it can be read: whose it is, and what else is not odd."""
        return self.one("document", "/v1/orders/{id}", document_id, Document, as_far_as_readable)

    def documents_by_key(self, external_id: str) -> list[Document]:
        """Give the documents that carry this ExternalProviderID.

        What carries another one is dropped, in case the filter is not as exact as it should be; what does not
        show any is kept, since summaries may lack it.
        """
        found = self._documents(f"ExternalProviderID eq {pages.text(external_id)}")
        return [each for each in found if each.external_provider_id in {None, external_id}]

    def documents_by_number(self, *numbers: str) -> list[Document]:
        """Give the sales documents with any of these OrderNumbers, exactly."""
        found: list[Document] = []
        for some in _batched(dict.fromkeys(numbers), NUMBERS_PER_QUESTION):
            wanted = " or ".join(f"OrderNumber eq {pages.text(number)}" for number in some)
            found += self._documents(f"{INCOME} and ({wanted})")
        return [each for each in found if each.order_number in numbers]

    def documents_between(self, since: date, until: date) -> list[Document]:
        """Give the sales documents dated from `since` to `until`, both included, by OrderID.

        And some of the days next to them: in which zone Billit keeps its dates is a guess (billit.md §8.2).
        """
        first, after = pages.day(since - timedelta(days=1)), pages.day(until + timedelta(days=2))
        return self._documents(f"{INCOME} and OrderDate ge {first} and OrderDate lt {after}")

    def documents_modified_since(self, moment: datetime | None) -> list[Document | UnreadableDocument]:
        """Give the sales documents changed since an aware time, and some changed hours before it; or all.

        Also those that cannot be read: what is not ours must not keep us from ours.
        """
        wanted = f"{INCOME} and LastModified ge {self.since(moment)}" if moment else INCOME
        return self.whole("documents", lambda: pages.by_id(lambda last: documents(self._page(wanted, last))))

    def all_documents(self) -> Iterator[Document]:
        """Give all sales documents there are, by OrderID."""
        return iter(self._documents(INCOME))

    def deleted_documents(self) -> list[Document]:
        """Give the documents that were deleted, of all directions and types (billit.md §8.5)."""
        return self.whole(
            "deleted documents",
            lambda: pages.by_position(
                lambda seen: self.page("/v1/orders/deleted", Document, skip(seen)),
                lambda document: document.order_id,
            ),
        )

    def create_document(self, draft: DocumentDraft, party_id: int, key: str) -> WriteOutcome[int]:
        """Create a document for the debtor `party_id`; the id is its OrderID (billit.md §3.5)."""
        return self.checked(made(self.post("/v1/orders", draft.body_for(party_id), key)))

    def send(
        self, document_id: int, transport: TransportType, key: str, *, strict: bool
    ) -> WriteOutcome[None]:
        """Put one document in the queue of that channel, and strictly of no other (billit.md §6).

        One at a time: what half a batch means is not documented.
        """
        body = {"TransportType": transport, "OrderIDs": [document_id]}
        headers = {"StrictTransportType": "true"} if strict else {}
        return self.checked(done(self.post("/v1/orders/commands/send", body, key, headers)))

    def mark_paid(self, document_id: int, paid_on: datetime, method: str, key: str) -> WriteOutcome[None]:
        """Mark one document as paid in full; `paid_on` is a local time without a zone.

        Billit's page of what can be changed does not name the method, its page of methods does (billit.md §8.4):
        where it is refused, the payment is marked without it, under a key of its own: a key may be used up by a
        refusal, or be good for one body only (billit.md §9.1).
        """
        paid = {"Paid": True, "PaidDate": paid_on.isoformat(timespec="seconds")}
        outcome = self._change(document_id, {**paid, "PaymentMethod": method}, key)
        if isinstance(outcome, Refused) and outcome.status == HTTPStatus.BAD_REQUEST:
            return self._change(document_id, paid, sha256(f"{key} without method".encode()).hexdigest())
        return outcome

    def mark_unpaid(self, document_id: int, key: str) -> WriteOutcome[None]:
        """Take that back; null is in production use (billit.md §8.4)."""
        return self._change(document_id, {"Paid": False, "PaidDate": None}, key)

    def _change(self, document_id: int, changes: Mapping[str, object], key: str) -> WriteOutcome[None]:
        return self.checked(done(self.tell("PATCH", "/v1/orders/{id}", changes, key, id=document_id)))

    def _documents(self, wanted: str) -> list[Document]:
        return self.whole(
            "documents", lambda: pages.by_id(lambda last: rows(self._page(wanted, last), Document)[0])
        )

    def _page(self, wanted: str, last: int) -> Answered:
        where = f"({wanted}) and OrderID gt {last}" if last else wanted
        params: dict[str, str | int] = {"$filter": where, "$orderby": "OrderID asc", "$top": pages.PER_PAGE}
        return self.judged(self.transport.read("/v1/orders", params))


def _batched(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """Give the values in lists of at most `size` (itertools has this from Python 3.12 on)."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
