"""What the emulated office keeps: documents, debtors, deliveries, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from ppbillit_emulator.billit.arithmetic import Totals


@dataclass
class Party:
    """A debtor; `fields` are the members as Billit spells them."""

    party_id: int
    company_id: int
    fields: dict[str, Any]
    created: datetime
    modified: datetime

    @property
    def name(self) -> str:
        """Give the name it is shown by."""
        given = [self.fields.get("ContactFirstName", ""), self.fields.get("ContactLastName", "")]
        return self.fields.get("Name") or " ".join(filter(None, given)) or self.fields.get("Contact", "")

    @property
    def vat_number(self) -> str | None:
        """Give the VAT number, if it has one."""
        return self.fields.get("VATNumber") or None


@dataclass(frozen=True)
class Sent:
    """One line of the log of everything that left the office."""

    document_id: int
    order_number: str
    transport: str
    destination: str
    when: datetime


@dataclass
class Delivery:
    """How the last sending of a document fares; `outcome` was fixed when it was sent."""

    transport: str
    destination: str
    queued: datetime
    due: datetime | None
    outcome: str
    settled: datetime | None = None


@dataclass(frozen=True)
class Message:
    """One entry of a document's message list."""

    description: str
    created: datetime
    transport: str
    success: bool
    destination: str
    direction: str = "Outgoing"


@dataclass(frozen=True)
class File:
    """A file in the office."""

    file_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass
class Document:
    """An invoice or credit note; `fields` and `lines` are the members as posted, `totals` as booked."""

    order_id: int
    company_id: int
    party_id: int
    number: str
    fields: dict[str, Any]
    lines: list[dict[str, Any]]
    totals: Totals
    created: datetime
    modified: datetime
    to_pay: Decimal
    external_provider: str | None = "APIFeed"
    paid: bool = False
    paid_date: datetime | None = None  # zone-less local time, as it came
    is_sent: bool = False
    invoiced: bool = False
    credited: bool = False
    deleted: datetime | None = None
    delivery: Delivery | None = None
    messages: list[Message] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    pdf: File | None = None
    attachments: list[File] = field(default_factory=list)
    posted: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> str:
        """Give the OrderType."""
        return str(self.fields["OrderType"])

    @property
    def direction(self) -> str:
        """Give the OrderDirection."""
        return str(self.fields["OrderDirection"])

    @property
    def external_id(self) -> str | None:
        """Give the client's own key."""
        return self.fields.get("ExternalProviderID")
