"""The records of the emulated office: documents, debtors, deliveries, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from ppbillit_emulator.billit.arithmetic import Totals


@dataclass
class Party:
    """A debtor; `fields` has the members under Billit's names."""

    party_id: int
    company_id: int
    fields: dict[str, Any]
    created: datetime
    modified: datetime

    @property
    def name(self) -> str:
        """Return the display name."""
        given = [self.fields.get("ContactFirstName", ""), self.fields.get("ContactLastName", "")]
        return self.fields.get("Name") or " ".join(filter(None, given)) or self.fields.get("Contact", "")

    @property
    def vat_number(self) -> str | None:
        """Return the VAT number, None if there is none."""
        return self.fields.get("VATNumber") or None


@dataclass(frozen=True)
class Sending:
    """One entry in the log of everything that was sent."""

    document_id: int
    order_number: str
    transport: str
    destination: str
    when: datetime


@dataclass
class Delivery:
    """The last sending of a document; `outcome` is fixed when it is sent and shown when `ended` is set."""

    transport: str
    destination: str
    queued: datetime
    due: datetime | None
    outcome: str
    ended: datetime | None = None


@dataclass(frozen=True)
class Message:
    """One entry in a document's message list."""

    description: str
    created: datetime
    transport: str
    success: bool
    destination: str
    direction: str = "Outgoing"


@dataclass(frozen=True)
class File:
    """A stored file."""

    file_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass
class Document:
    """An invoice or credit note; `fields` and `lines` are as posted, `totals` as Billit computed them."""

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
    paid_date: datetime | None = None  # zone-less local time, as sent
    is_sent: bool = False
    invoiced: bool = False
    credited: bool = False
    deleted: datetime | None = None
    delivery: Delivery | None = None
    messages: list[Message] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    pdf: File | None = None
    attachments: list[File] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return the OrderType."""
        return str(self.fields["OrderType"])

    @property
    def direction(self) -> str:
        """Return the OrderDirection."""
        return str(self.fields["OrderDirection"])

    @property
    def external_id(self) -> str | None:
        """Return the ExternalProviderID, the client's own key."""
        return self.fields.get("ExternalProviderID")


def invoice_address(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return the invoice address among a party's `Addresses`, None if there is none."""
    addresses: list[dict[str, Any]] = fields.get("Addresses", [])
    return next((each for each in addresses if each.get("AddressType") == "InvoiceAddress"), None)
