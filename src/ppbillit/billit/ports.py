"""The parts of Billit that the core uses.  Who is given only one of them cannot do more.

`export-existing` is given a reader and a creator but no sender, so that it cannot send anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    """Reads.  Every method may raise KeysRefused, Unavailable and TryLater.

    Lists hold summaries: no lines, perhaps no ExternalProviderID, little about delivery (billit.md §8.1).  Values
    of a row that cannot be read are left out, unless they identify whose row it is: then the read fails.
    """

    def companies(self) -> list[Company]:
        """Return the companies that the key gives access to."""

    def document(self, document_id: int) -> Document | None:
        """Return one document in full; None if it does not exist (any more) or belongs to another company."""

    def partial_document(self, document_id: int) -> Document | None:
        """Return one document like `document`, without the values that cannot be read."""

    def documents_by_key(self, external_id: str) -> list[Document]:
        """Return the documents with exactly this ExternalProviderID."""

    def documents_by_number(self, *numbers: str) -> list[Document]:
        """Return the sales documents with exactly one of these OrderNumbers."""

    def documents_between(self, since: date, until: date) -> list[Document]:
        """Return the sales documents dated from `since` to `until`, and a day more on both sides, by OrderID."""

    def documents_modified_since(self, moment: datetime | None) -> list[Document | UnreadableDocument]:
        """Return the sales documents changed since an aware time (and some changed hours before), or all."""

    def all_documents(self) -> list[Document]:
        """Return all sales documents, by OrderID."""

    def deleted_documents(self) -> list[Document]:
        """Return the deleted documents, of all directions and types."""

    def debtors(self, modified_since: datetime | None = None) -> list[Debtor]:
        """Return all debtors, or those changed since an aware time (and some changed hours before)."""

    def debtor(self, party_id: int) -> Debtor | None:
        """Return one debtor in full; None if it does not exist (any more) or belongs to another company."""

    def receiver(self, identifier: str) -> frozenset[str]:
        """Return the document types that a VAT or company number accepts over Peppol; empty: not reachable."""


class DocumentCreator(Protocol):
    """Creates.  May raise KeysRefused and TryLater: then nothing was done.  All else is in the outcome.

    `idempotency_key` consists of letters and digits.
    """

    def create_document(self, draft: DocumentDraft, party_id: int, idempotency_key: str) -> WriteOutcome[int]:
        """Create a document for the debtor `party_id`; the value is its OrderID."""

    def create_debtor(self, draft: DebtorDraft, idempotency_key: str) -> WriteOutcome[int]:
        """Create a debtor; the value is its PartyID."""

    def complete_debtor(
        self, party_id: int, details: Mapping[str, str | None], idempotency_key: str
    ) -> WriteOutcome[None]:
        """Add details to a debtor that was just created without them."""


class DocumentSender(Protocol):
    """Sends; raises as DocumentCreator does."""

    def send_document(
        self, document_id: int, transport: TransportType, idempotency_key: str, *, strict: bool
    ) -> WriteOutcome[None]:
        """Queue one document for sending by `transport`.  Done means accepted and not delivered.

        `strict` forbids Billit to use another channel instead.
        """


class PaymentMarker(Protocol):
    """Marks documents as paid or unpaid; raises as DocumentCreator does."""

    def mark_paid(
        self, document_id: int, paid_on: datetime, method: str, idempotency_key: str
    ) -> WriteOutcome[None]:
        """Mark one document as paid in full; `paid_on` is a local time without a zone."""

    def mark_unpaid(self, document_id: int, idempotency_key: str) -> WriteOutcome[None]:
        """Mark one document as unpaid again."""


class DebtorUpdater(Protocol):
    """Changes existing debtors, which only happens on request of a person; raises as DocumentCreator does."""

    def update_debtor(
        self, party_id: int, changes: Mapping[str, str | None], idempotency_key: str
    ) -> WriteOutcome[None]:
        """Change only these members of a debtor; None empties one."""
