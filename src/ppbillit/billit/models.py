"""Drafts to post to Billit, and documents, debtors and companies as Billit returns them.

Billit's JSON is PascalCase, its money JSON numbers in euros (exact `Decimal` here), its times have no zone
(Belgian local, billit.md §8.2).  Unset members of a draft are left out, never sent as null (billit.md §2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import simplejson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

DocumentType = Literal["Invoice", "CreditNote"]
_ACRONYMS = {"api", "gl", "id", "vat"}


def _alias(name: str) -> str:
    """Return Billit's name of a member: `party_id` is "PartyID"."""
    return "".join(part.upper() if part in _ACRONYMS else part.capitalize() for part in name.split("_"))


class BillitModel(BaseModel):
    """Base of everything sent to or read from Billit."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=_alias,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


# --- what is posted ---------------------------------------------------------------------------


class Draft(BillitModel):
    """Something to post."""

    def body(self) -> dict[str, Any]:
        """Return the JSON body with money as `Decimal`, dates as text, without unset members."""
        body: dict[str, Any] = _jsonable(self.model_dump(exclude_none=True))
        return body

    def digest(self) -> str:
        """Return the SHA-256 of the canonical body, which identifies the draft."""
        text = simplejson.dumps(self.body(), use_decimal=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    return value


class DraftLine(Draft):
    """A line, led by net (`unit_price_excl`) or by gross (`incl_leading`, `total_incl`)."""

    description: str
    description_extended: str | None = None
    quantity: Decimal | None = None
    unit_price_excl: Decimal | None = None
    incl_leading: bool | None = None
    total_incl: Decimal | None = None
    vat_percentage: Decimal | None = None
    ventilation_code: str | None = None
    reference: str | None = None
    account_code: int | None = None


class DocumentDraft(Draft):
    """An invoice or credit note to post; the debtor is added when it is posted."""

    order_type: DocumentType
    order_direction: Literal["Income"] = "Income"
    order_number: str | None = None
    order_date: date
    expiry_date: date
    currency: Literal["EUR"] = "EUR"
    external_provider_id: str
    reference: str | None = None
    about_invoice_number: str | None = None
    payment_reference: str | None = None
    ventilation_code: str | None = None
    payment_method: str | None = None
    paid: bool | None = None
    paid_date: datetime | None = None
    comments: str | None = None
    order_lines: tuple[DraftLine, ...]

    def body_for(self, party_id: int) -> dict[str, Any]:
        """Return the body with the debtor as its PartyID and nothing else (billit.md §3.4)."""
        return {**self.body(), "Customer": {"PartyID": party_id}}


class DraftAddress(Draft):
    """The invoice address of a new debtor."""

    address_type: Literal["InvoiceAddress"] = "InvoiceAddress"
    name: str | None = None
    street: str | None = None
    street_number: str | None = None
    box: str | None = None
    zipcode: str | None = None
    city: str | None = None
    country_code: str | None = None


class DebtorDraft(Draft):
    """A new debtor to post (billit.md §3.3)."""

    party_type: Literal["Customer"] = "Customer"
    name: str
    contact_first_name: str | None = None
    contact_last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    vat_number: str | None = None
    vat_liable: bool
    vat_deductable: bool | None = None
    nr: str | None = None
    external_provider_id: str
    addresses: tuple[DraftAddress, ...] = ()


# --- what Billit returns ----------------------------------------------------------------------


def _optional_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Text = Annotated[str | None, BeforeValidator(_optional_text)]


class Delivery(BillitModel):
    """The state of delivery (billit.md §6.1); an unknown status counts as pending."""

    is_document_delivered: bool | None = None
    document_delivery_status: Text = None
    document_refused_reason: Text = Field(default=None, alias="DocumentRefusedReasonTC")
    document_refused_info: Text = None
    document_refused_date: Text = None


class Message(BillitModel):
    """One transmission of a document, out or in (billit.md §6.1)."""

    transport_type: Text = None
    success: bool | None = None
    message_direction: Text = None
    creation_date: Text = None


class Identifier(BillitModel):
    """A number of a debtor, such as its company number (billit.md §3.3)."""

    identifier_type: Text = None
    identifier: Text = None


class Customer(BillitModel):
    """The debtor as a document shows it."""

    party_id: int | None = None
    vat_number: Text = None
    name: Text = None
    contact_first_name: Text = None
    contact_last_name: Text = None
    email: Text = None
    identifiers: tuple[Identifier, ...] | None = None


class Document(BillitModel):
    """An invoice or credit note in Billit; lists give fewer members than a single read."""

    order_id: int
    order_number: Text = None
    order_type: Text = None
    order_direction: Text = None
    order_date: datetime | None = None
    external_provider_id: Text = None
    total_excl: Decimal | None = None
    total_vat: Decimal | None = None
    total_incl: Decimal | None = None
    paid: bool | None = None
    paid_date: datetime | None = None
    to_pay: Decimal | None = None
    order_status: Text = None
    is_sent: bool | None = None
    delivery: Delivery | None = Field(default=None, alias="CurrentDocumentDeliveryDetails")
    messages: tuple[Message, ...] | None = None
    customer: Customer | None = None
    last_modified: datetime | None = None


class NumberedDocument(BillitModel):
    """The id of a document of which nothing else can be read."""

    order_id: int


@dataclass(frozen=True)
class UnreadableDocument:
    """A document of a list of which only the id can be read."""

    order_id: int


class DebtorAddress(BillitModel):
    """An address of a debtor; the debtor itself has the same members."""

    address_type: Text = None
    street: Text = None
    street_number: Text = None
    box: Text = None
    zipcode: Text = None
    city: Text = None
    country_code: Text = None


class Debtor(DebtorAddress):
    """A debtor in Billit; `email` may be several, separated by semicolons (billit.md §3.3)."""

    party_id: int
    nr: Text = None
    name: Text = None
    display_name: Text = None
    vat_number: Text = None
    vat_liable: bool | None = None
    email: Text = None
    addresses: tuple[DebtorAddress, ...] | None = None
    identifiers: tuple[Identifier, ...] | None = None
    external_provider_id: Text = None
    last_modified: datetime | None = None


class Participant(BillitModel):
    """An identifier in the Peppol directory (billit.md §7)."""

    registered: bool = False
    document_types: tuple[str, ...] = ()


class Features(BillitModel):
    """Features that are enabled for a company (billit.md §1.4)."""

    gl_accounts: bool | None = None


def _null_as_missing(value: Any) -> Any:
    return {} if value is None else value


class Company(BillitModel):
    """A company that the key gives access to (billit.md §1.4)."""

    party_id: int
    name: Text = None
    vat_number: Text = None
    api_allowed: bool | None = None
    features: Annotated[Features, BeforeValidator(_null_as_missing)] = Field(
        default=Features(), alias="APIEnabledFeatures"
    )
