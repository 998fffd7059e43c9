"""Every write that ppbillit makes at Plug&Pay and Billit, as a value: what is written, and the port that does it.

Nothing else calls a port that writes; a test of the architecture holds that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ppbillit.billit.models import DebtorDraft, DocumentDraft
    from ppbillit.billit.ports import (
        DebtorUpdater,
        DocumentCreator,
        DocumentSender,
        PaymentMarker,
        TransportType,
    )
    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.models import Payment
    from ppbillit.plugandpay.ports import PaymentSource

T_co = TypeVar("T_co", covariant=True)


class Write(Protocol[T_co]):
    """One write.  May raise KeysRefused, TryLater and Stopped: then nothing was done."""

    service: ClassVar[str]

    def perform(self, idempotency_key: str) -> WriteOutcome[T_co]:
        """Make the request, once."""
        ...


@dataclass(frozen=True)
class CreateDocument:
    """Create an invoice or credit note for a debtor; done: its id."""

    service: ClassVar[str] = "Billit"
    port: DocumentCreator
    draft: DocumentDraft
    party_id: int

    def perform(self, idempotency_key: str) -> WriteOutcome[int]:
        """Make the request."""
        return self.port.create_document(self.draft, self.party_id, idempotency_key)


@dataclass(frozen=True)
class CreateDebtor:
    """Create a debtor; done: its PartyID."""

    service: ClassVar[str] = "Billit"
    port: DocumentCreator
    draft: DebtorDraft

    def perform(self, idempotency_key: str) -> WriteOutcome[int]:
        """Make the request."""
        return self.port.create_debtor(self.draft, idempotency_key)


@dataclass(frozen=True)
class CompleteDebtor:
    """Complete a debtor that was just created without anything that could be matched."""

    service: ClassVar[str] = "Billit"
    port: DocumentCreator
    party_id: int
    details: Mapping[str, str | None]

    def perform(self, idempotency_key: str) -> WriteOutcome[None]:
        """Make the request."""
        return self.port.complete_debtor(self.party_id, self.details, idempotency_key)


@dataclass(frozen=True)
class UpdateDebtor:
    """Change a debtor, as a person asked for with --update-debtors."""

    service: ClassVar[str] = "Billit"
    port: DebtorUpdater
    party_id: int
    changes: Mapping[str, str | None]

    def perform(self, idempotency_key: str) -> WriteOutcome[None]:
        """Make the request."""
        return self.port.update_debtor(self.party_id, self.changes, idempotency_key)


@dataclass(frozen=True)
class SendDocument:
    """Have Billit send a document by one channel."""

    service: ClassVar[str] = "Billit"
    port: DocumentSender
    document_id: int
    transport: TransportType
    strict: bool

    def perform(self, idempotency_key: str) -> WriteOutcome[None]:
        """Make the request."""
        return self.port.send_document(self.document_id, self.transport, idempotency_key, strict=self.strict)


@dataclass(frozen=True)
class MarkPaid:
    """Mark an invoice as paid in full; `paid_on` is a local time without a zone."""

    service: ClassVar[str] = "Billit"
    port: PaymentMarker
    document_id: int
    paid_on: datetime
    method: str

    def perform(self, idempotency_key: str) -> WriteOutcome[None]:
        """Make the request."""
        return self.port.mark_paid(self.document_id, self.paid_on, self.method, idempotency_key)


@dataclass(frozen=True)
class MarkUnpaid:
    """Mark an invoice as unpaid again."""

    service: ClassVar[str] = "Billit"
    port: PaymentMarker
    document_id: int

    def perform(self, idempotency_key: str) -> WriteOutcome[None]:
        """Make the request."""
        return self.port.mark_unpaid(self.document_id, idempotency_key)


@dataclass(frozen=True)
class SetOrderPaid:
    """Set an order of the shop to paid; done: its payment.  Plug&Pay knows no idempotency keys."""

    service: ClassVar[str] = "Plug&Pay"
    port: PaymentSource
    order_id: int

    def perform(self, idempotency_key: str) -> WriteOutcome[Payment]:  # noqa: ARG002
        """Make the request."""
        return self.port.set_paid(self.order_id)
