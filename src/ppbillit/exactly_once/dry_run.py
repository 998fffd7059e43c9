"""A dry run's Billit and shop: reads are real, writes are only imagined, so it takes the same way throughout."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from ppbillit.billit.models import DebtorDraft, Delivery, Document, DocumentDraft
from ppbillit.mapping.billit_totals import Rounding, predict
from ppbillit.money import ZERO
from ppbillit.outcomes import Done, WriteOutcome
from ppbillit.plugandpay.models import Payment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ppbillit.billit.ports import BillitReader, TransportType
    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.ports import PaymentSource

# By name, so that no writing of a later day gets through to Billit.
_READS = frozenset({
    "companies", "outlined", "documents_by_key", "documents_by_number", "documents_between",
    "documents_modified_since", "all_documents", "deleted_documents", "debtors", "debtor", "receiver",
})  # fmt: skip
_DESK_READS = frozenset({"paid_since", "with_payment", "payment"})


class DryRunBillit:
    """Creates and sends in memory; what it made has a negative id, and the totals we predict."""

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
        """Give the imagined document, or Billit's."""
        return self._imagined.get(document_id) or self._reader.document(document_id)

    def create_document(self, draft: DocumentDraft, party_id: int, key: str) -> WriteOutcome[int]:  # noqa: ARG002
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

    def create_debtor(self, draft: DebtorDraft, key: str) -> WriteOutcome[int]:  # noqa: ARG002
        """Imagine a new debtor."""
        return Done(next(self._ids))

    def send(
        self,
        document_id: int,
        transport: TransportType,  # noqa: ARG002
        key: str,  # noqa: ARG002
        *,
        strict: bool,  # noqa: ARG002
    ) -> WriteOutcome[None]:
        """Imagine that Billit takes it."""
        if document_id in self._imagined:
            self._imagined[document_id] = self._imagined[document_id].model_copy(
                update={"is_sent": True, "delivery": Delivery(document_delivery_status="Pending")}
            )
        return Done(None)

    def mark_paid(
        self,
        document_id: int,  # noqa: ARG002
        paid_on: datetime,  # noqa: ARG002
        method: str,  # noqa: ARG002
        key: str,  # noqa: ARG002
    ) -> WriteOutcome[None]:
        """Imagine that Billit does it."""
        return Done(None)

    def mark_unpaid(self, document_id: int, key: str) -> WriteOutcome[None]:  # noqa: ARG002
        """Imagine that Billit does it."""
        return Done(None)

    def complete_debtor(
        self, party_id: int, details: Mapping[str, str | None], key: str
    ) -> WriteOutcome[None]:
        """Imagine that Billit does it."""
        return self.update_debtor(party_id, details, key)

    def update_debtor(
        self,
        party_id: int,  # noqa: ARG002
        changes: Mapping[str, str | None],  # noqa: ARG002
        key: str,  # noqa: ARG002
    ) -> WriteOutcome[None]:
        """Imagine that Billit does it."""
        return Done(None)


class DryRunShop:
    """Sets orders to paid in memory; what is read of them is real."""

    def __init__(self, desk: PaymentSource) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> Any:
        """Reads go to the shop, and nothing else does."""
        if name not in _DESK_READS:
            raise AttributeError(name)
        return getattr(self._desk, name)

    def mark_paid(self, order_id: int) -> WriteOutcome[Payment]:  # noqa: ARG002
        """Imagine that Plug&Pay does it."""
        return Done(Payment(status="paid"))
