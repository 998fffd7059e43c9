"""Billit and the shop in a dry run: reads are real, writes are made in memory, so that it takes the same way."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from ppbillit.billit.models import DebtorDraft, Delivery, Document, DocumentDraft
from ppbillit.mapping.billit_totals import Rounding, predict
from ppbillit.money import ZERO
from ppbillit.outcomes import Done, WriteOutcome
from ppbillit.plugandpay.models import Payment

if TYPE_CHECKING:
    from ppbillit.billit.ports import BillitReader, TransportType
    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.ports import PaymentSource

# By name, so that no write that is added one day gets through.
_READS = frozenset({
    "companies", "partial_document", "documents_by_key", "documents_by_number", "documents_between",
    "documents_modified_since", "all_documents", "deleted_documents", "debtors", "debtor", "receiver",
})  # fmt: skip
_PAYMENT_READS = frozenset({"paid_since", "with_payment", "payment"})


class DryRunBillit:
    """Creates and sends in memory; what it created has a negative id, and the totals that we predict."""

    def __init__(self, reader: BillitReader) -> None:
        self._reader = reader
        self._imagined: dict[int, Document] = {}
        self._ids = count(-1, -1)

    def __getattr__(self, name: str) -> Any:
        """Reads that are not about an imagined document go to Billit, and nothing else does."""
        if name not in _READS:
            raise AttributeError(name)
        return getattr(self._reader, name)

    def document(self, document_id: int) -> Document | None:
        """Return the imagined document, or Billit's."""
        return self._imagined.get(document_id) or self._reader.document(document_id)

    def create_document(self, draft: DocumentDraft, party_id: int, idempotency_key: str) -> WriteOutcome[int]:  # noqa: ARG002
        """Imagine that Billit makes of it what we predict."""
        totals = predict(draft.order_lines, Rounding.KEPT)
        document_id = next(self._ids)
        self._imagined[document_id] = Document(
            order_id=document_id,
            order_number=draft.order_number,
            order_type=draft.order_type,
            external_provider_id=draft.external_provider_id,
            total_excl=totals.net,
            total_vat=totals.vat,
            total_incl=totals.gross,
            paid=bool(draft.paid),
            to_pay=ZERO if draft.paid else totals.gross,
        )
        return Done(document_id)

    def create_debtor(self, draft: DebtorDraft, idempotency_key: str) -> WriteOutcome[int]:  # noqa: ARG002
        """Imagine a new debtor."""
        return Done(next(self._ids))

    def send_document(
        self,
        document_id: int,
        transport: TransportType,  # noqa: ARG002
        idempotency_key: str,  # noqa: ARG002
        *,
        strict: bool,  # noqa: ARG002
    ) -> WriteOutcome[None]:
        """Imagine that Billit takes it."""
        if document_id in self._imagined:
            self._imagined[document_id] = self._imagined[document_id].model_copy(
                update={"is_sent": True, "delivery": Delivery(document_delivery_status="Pending")}
            )
        return Done(None)

    def _imagine(self, *_: object, **__: object) -> WriteOutcome[None]:
        """Imagine that Billit does it."""
        return Done(None)

    mark_paid = mark_unpaid = complete_debtor = update_debtor = _imagine


class DryRunShop:
    """Sets orders to paid in memory; what it reads of them is real."""

    def __init__(self, payments: PaymentSource) -> None:
        self._payments = payments

    def __getattr__(self, name: str) -> Any:
        """Reads go to the shop, and nothing else does."""
        if name not in _PAYMENT_READS:
            raise AttributeError(name)
        return getattr(self._payments, name)

    def set_paid(self, order_id: int) -> WriteOutcome[Payment]:  # noqa: ARG002
        """Imagine that Plug&Pay does it."""
        return Done(Payment(status="paid"))
