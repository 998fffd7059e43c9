"""What Billit takes (drafts) and what it says (documents, debtors, companies).

Billit's JSON is PascalCase, its money JSON numbers in euros (exact `Decimal` here), its times have no zone
(Belgian local, billit.md §8.2).  Unset fields of a draft are left out, never sent as null (billit.md §2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import simplejson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_pascal

DocumentType = Literal["Invoice", "CreditNote"]


class BillitModel(BaseModel):
    """Anything on Billit's side of the wire."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_pascal,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


# --- what we post -----------------------------------------------------------------------------


class Draft(BillitModel):
    """Something we would post: `body` is its JSON, `digest` tells two drafts apart."""

    def body(self) -> dict[str, Any]:
        """Give the JSON body with money as `Decimal`, dates as text, unset fields left out."""
        body: dict[str, Any] = _jsonable(self.model_dump(exclude_none=True))
        return body

    def digest(self) -> str:
        """Give the SHA-256 of the canonical body."""
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
    """A line as we post it: net-led (`unit_price_excl`) or gross-led (`incl_leading`, `total_incl`)."""

    description: str
    description_extended: str | None = None
    quantity: Decimal | None = None
    unit_price_excl: Decimal | None = None
    incl_leading: bool | None = None
    total_incl: Decimal | None = None
    vat_percentage: Decimal | None = Field(default=None, alias="VATPercentage")
    ventilation_code: str | None = None
    reference: str | None = None
    account_code: int | None = None


class DocumentDraft(Draft):
    """An invoice or credit note as we would post it; its customer is pinned when it is posted."""

    order_type: DocumentType
    order_direction: Literal["Income"] = "Income"
    order_number: str | None = None
    order_date: date
    expiry_date: date
    currency: Literal["EUR"] = "EUR"
    external_provider_id: str = Field(alias="ExternalProviderID")
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
        """Give the body with the customer pinned by its PartyID, and nothing else about it (billit.md §3.4)."""
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
    """A new debtor as we would post it (billit.md §3.3)."""

    party_type: Literal["Customer"] = "Customer"
    name: str
    contact_first_name: str | None = None
    contact_last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    vat_number: str | None = Field(default=None, alias="VATNumber")
    vat_liable: bool = Field(alias="VATLiable")
    vat_deductable: bool | None = Field(default=None, alias="VATDeductable")
    nr: str | None = None
    external_provider_id: str = Field(alias="ExternalProviderID")
    addresses: tuple[DraftAddress, ...] = ()


# --- what Billit says -------------------------------------------------------------------------


def _optional_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Text = Annotated[str | None, BeforeValidator(_optional_text)]


class Delivery(BillitModel):
    """Where the sending stands (billit.md §6.1); unknown words count as pending."""

    is_document_delivered: bool | None = None
    document_delivery_status: Text = None
    document_refused_reason: Text = Field(default=None, alias="DocumentRefusedReasonTC")
    document_refused_info: Text = None
    document_refused_date: Text = None


class Message(BillitModel):
    """One passing of a document, out or in (billit.md §6.1)."""

    transport_type: Text = None
    success: bool | None = None
    message_direction: Text = None
    creation_date: Text = None


class Identifier(BillitModel):
    """A number that a debtor is known by elsewhere, such as its company number (billit.md §3.3)."""

    identifier_type: Text = None
    identifier: Text = None


class Customer(BillitModel):
    """Who a document is for, as the document shows it."""

    party_id: int | None = Field(default=None, alias="PartyID")
    vat_number: Text = Field(default=None, alias="VATNumber")
    name: Text = None
    contact_first_name: Text = None
    contact_last_name: Text = None
    email: Text = None
    identifiers: tuple[Identifier, ...] | None = None


class Document(BillitModel):
    """An invoice or credit note as Billit holds it; lists give less of it than a single read."""

    order_id: int = Field(alias="OrderID")
    order_number: Text = None
    order_type: Text = None
    order_direction: Text = None
    order_date: datetime | None = None
    external_provider_id: Text = Field(default=None, alias="ExternalProviderID")
    total_excl: Decimal | None = None
    total_vat: Decimal | None = Field(default=None, alias="TotalVAT")
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


class Numbered(BillitModel):
    """As much of a document as can be read of any: its id."""

    order_id: int = Field(alias="OrderID")


@dataclass(frozen=True)
class UnreadableDocument:
    """A document of a list of which no more than the id can be read."""

    order_id: int


class DebtorAddress(BillitModel):
    """An address of a debtor, or the parts of one that stand on the debtor itself."""

    address_type: Text = None
    street: Text = None
    street_number: Text = None
    box: Text = None
    zipcode: Text = None
    city: Text = None
    country_code: Text = None


class Debtor(DebtorAddress):
    """A customer as Billit holds it; `email` may be several, parted by semicolons (billit.md §3.3)."""

    party_id: int = Field(alias="PartyID")
    nr: Text = None
    name: Text = None
    display_name: Text = None
    vat_number: Text = Field(default=None, alias="VATNumber")
    vat_liable: bool | None = Field(default=None, alias="VATLiable")
    email: Text = None
    addresses: tuple[DebtorAddress, ...] | None = None
    identifiers: tuple[Identifier, ...] | None = None
    external_provider_id: Text = Field(default=None, alias="ExternalProviderID")
    last_modified: datetime | None = None


class Participant(BillitModel):
    """What the Peppol directory says of an identifier (billit.md §7)."""

    registered: bool = False
    document_types: tuple[str, ...] = ()


class Features(BillitModel):
    """What is switched on for a company (billit.md §1.4)."""

    gl_accounts: bool | None = Field(default=None, alias="GLAccounts")


def _switched_on(value: Any) -> Any:
    return {} if value is None else value


class Company(BillitModel):
    """A company this key reaches (billit.md §1.4)."""

    party_id: int = Field(alias="PartyID")
    name: Text = None
    vat_number: Text = Field(default=None, alias="VATNumber")
    api_allowed: bool | None = Field(default=None, alias="APIAllowed")
    features: Annotated[Features, BeforeValidator(_switched_on)] = Field(
        default=Features(), alias="APIEnabledFeatures"
    )
