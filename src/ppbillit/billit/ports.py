"""What the rest of the house may ask of Billit, in parts: who gets only one of them cannot do more.

`export-existing` is given a reader and a creator and no sender, so that it cannot send anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from ppbillit.billit.models import (
        Company,
        Debtor,
        DebtorDraft,
        Document,
        DocumentDraft,
        UnreadableDocument,
    )
    from ppbillit.outcomes import WriteOutcome

TransportType = Literal["Peppol", "SMTP", "Letter"]


class BillitReader(Protocol):
    """Reads; every method may raise KeysRefused, Unavailable and TryLater.

    Lists hold summaries: no lines, perhaps no ExternalProviderID, little about delivery (billit.md §8.1).  What is
    odd in a row is left out of it, except that by which it is told whose it is: without that, nothing is given.
    """

    def companies(self) -> list[Company]:
        """Give the companies that the key reaches."""

    def document(self, document_id: int) -> Document | None:
        """Give one document in full; None where there is none (any more), or it is not this company's."""

    def outlined(self, document_id: int) -> Document | None:
        """Give one document as far as it can be read: whose it is, and what else is not odd."""

    def documents_by_key(self, external_id: str) -> list[Document]:
        """Give the documents that carry this ExternalProviderID, exactly."""

    def documents_by_number(self, *numbers: str) -> list[Document]:
        """Give the sales documents with any of these OrderNumbers, exactly."""

    def documents_between(self, since: date, until: date) -> list[Document]:
        """Give the sales documents dated from `since` to `until`, and of a day on either side, by OrderID."""

    def documents_modified_since(self, moment: datetime | None) -> list[Document | UnreadableDocument]:
        """Give the sales documents changed since an aware time, and some changed hours before it; or all."""

    def all_documents(self) -> Iterator[Document]:
        """Give all sales documents there are, by OrderID."""

    def deleted_documents(self) -> list[Document]:
        """Give the documents that were deleted, of all directions and types."""

    def debtors(self, modified_since: datetime | None = None) -> list[Debtor]:
        """Give all customers, or those changed since an aware time, and some changed hours before it."""

    def debtor(self, party_id: int) -> Debtor | None:
        """Give one debtor in full; None where there is none (any more), or it is not this company's."""

    def receiver(self, identifier: str) -> frozenset[str]:
        """Give the types of documents that a VAT or company number takes over Peppol; none: not reachable."""


class DocumentCreator(Protocol):
    """Creates.  May raise KeysRefused and TryLater: then nothing was done; all else is in the outcome.

    `key` is the idempotency key, letters and digits.
    """

    def create_document(self, draft: DocumentDraft, party_id: int, key: str) -> WriteOutcome[int]:
        """Create a document for the debtor `party_id`; the id is its OrderID."""

    def create_debtor(self, draft: DebtorDraft, key: str) -> WriteOutcome[int]:
        """Create a debtor; the id is its PartyID."""

    def complete_debtor(
        self, party_id: int, details: Mapping[str, str | None], key: str
    ) -> WriteOutcome[None]:
        """Give a debtor that was just created what it was created without."""


class DocumentSender(Protocol):
    """Sends; raises as a creator does."""

    def send(
        self, document_id: int, transport: TransportType, key: str, *, strict: bool
    ) -> WriteOutcome[None]:
        """Put one document in the queue of that channel; Accepted does not mean delivered.

        `strict`: Billit is told never to take another channel by itself.
        """


class PaymentMarker(Protocol):
    """Marks documents as paid, and as unpaid again; raises as a creator does."""

    def mark_paid(self, document_id: int, paid_on: datetime, method: str, key: str) -> WriteOutcome[None]:
        """Mark one document as paid in full; `paid_on` is a local time without a zone."""

    def mark_unpaid(self, document_id: int, key: str) -> WriteOutcome[None]:
        """Take that back."""


class DebtorUpdater(Protocol):
    """Changes debtors that are there, which only a person asks for; raises as a creator does."""

    def update_debtor(self, party_id: int, changes: Mapping[str, str | None], key: str) -> WriteOutcome[None]:
        """Change these members of a debtor and no others; None empties one."""
