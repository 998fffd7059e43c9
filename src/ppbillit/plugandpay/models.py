"""What the shop says: orders as Plug&Pay's API v2 gives them, typed and otherwise untouched.

Strict about what an invoice is made of, tolerant about everything else: unknown keys are ignored, unknown
values of enumerations stay text, and a relation that was not asked for is `None` like one that is null
(plugandpay.md §7.1).  All amounts are euros as exact `Decimal`; all times are aware, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def _amount(value: Any) -> Any:
    """Accept "49.00" and, from a JSON number, 49 or Decimal; anything else is not money."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("is not an amount")  # noqa: TRY004  (pydantic turns ValueError into its own)
    return value


def _text(value: Any) -> Any:
    """Numbers become text (ledger codes come as either, plugandpay.md §9); empty text is no text.

    Half a character, which JSON can spell and nothing can store, becomes a question mark.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().strip() or None


def _answer(value: Any) -> Any:
    """An answer that is neither text nor a number (a tick, a list) is none that we could use."""
    return _text(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None


def _utc(value: Any) -> Any:
    """A time without a zone is UTC, like all others (plugandpay.md §6.1); empty text is no time (§8.1)."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _when_paid(value: Any) -> Any:
    """A moment that cannot be read is none: that it was paid is what counts."""
    try:
        moment = _utc(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.year in _YEARS else None


def _many(value: Any) -> Any:
    return () if value is None else value


def _fields(value: Any) -> Any:
    """Keep what has the shape of an answered question; no invoice fails for want of one."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else ()


def _nothing(value: Any) -> Any:
    """Null is like missing (plugandpay.md §7.1)."""
    return {} if value is None else value


_YEARS = range(2000, 2100)

# Far beyond any order, and far below what Decimal's 28 digits can hold to the cent.
_LIMIT = Decimal(10) ** 12
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(allow_inf_nan=False, gt=-_LIMIT, lt=_LIMIT)]


def _once(value: Any) -> Any:
    return 1 if value is None else value


Text = Annotated[str | None, BeforeValidator(_text)]
Answer = Annotated[str | None, BeforeValidator(_answer)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(_utc)]


class ShopModel(BaseModel):
    """Anything the shop says; read, compared, never changed."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Address(ShopModel):
    """Billing address; every part may be missing (digital checkouts ask for none, plugandpay.md §7.2)."""

    street: Text = None
    housenumber: Text = None
    zipcode: Text = None
    city: Text = None
    country: Text = None


class Contact(ShopModel):
    """Who bought.  `tax_exempt` is none, reverse or unknown; absent means unknown."""

    email: Text = None
    invoice_email: Text = None
    firstname: Text = None
    lastname: Text = None
    company: Text = None
    telephone: Text = None
    vat_id_number: Text = None
    tax_exempt: Text = None


class Billing(ShopModel):
    """Address and contact of the buyer."""

    address: Annotated[Address, BeforeValidator(_nothing)] = Address()
    contact: Annotated[Contact, BeforeValidator(_nothing)] = Contact()


class Rate(ShopModel):
    """A VAT rate in percent ("21.0") and the country that levies it, where the shop says so."""

    country: Text = None
    percentage: Amount


class Tax(ShopModel):
    """Tax on a line.  `amount` is kept for display only: base or VAT, nobody knows (plugandpay.md §7.5)."""

    amount: Amount | None = None
    rate: Rate | None = None


class Discount(ShopModel):
    """A discount, as positive euros."""

    amount: Amount
    amount_with_tax: Amount
    code: Text = None
    type: Text = None


class Product(ShopModel):
    """The product behind a line; `ledger` is the seller's ledger account code."""

    id: int
    ledger: Text = None
    sku: Text = None
    is_physical: bool | None = None


class CustomField(ShopModel):
    """A question of the checkout, and the buyer's answer (plugandpay.md §7.3)."""

    label: Answer = None
    input: Answer = None


class Item(ShopModel):
    """An order line.  Whether `amount` is per unit or per line is unproven (plugandpay.md §7.6)."""

    id: int
    product_id: int | None = None
    label: Text = None
    quantity: Annotated[Amount, BeforeValidator(_once)] = Decimal(1)
    amount: Amount
    amount_with_tax: Amount
    type: Text = None
    discounts: Annotated[tuple[Discount, ...], BeforeValidator(_many)] = ()
    tax: Tax | None = None
    product: Product | None = None
    custom_fields: Annotated[tuple[CustomField, ...], BeforeValidator(_fields)] = ()


class Shipping(ShopModel):
    """Shipping is not an item (plugandpay.md §7.4)."""

    amount: Amount
    amount_with_tax: Amount
    taxes: Annotated[tuple[Tax, ...], BeforeValidator(_many)] = ()


class CollectionCost(ShopModel):
    """A reminder fee; whether it enters the order's total is unknown (plugandpay.md §7.4)."""

    amount: Amount | None = None
    amount_with_tax: Amount | None = None


class RelatedOrder(ShopModel):
    """The other half of an original and its credit invoice."""

    id: int
    invoice_number: Text = None


class Payment(ShopModel):
    """A payment: open, processing, paid, credited, credit_invoice, reversed, or new words (plugandpay.md §8.2)."""

    status: Text = None
    method: Answer = None
    paid_at: Annotated[Moment, BeforeValidator(_when_paid)] = None


# How setting an order to paid ended; `why` goes on where "Plug&Pay …" left off.


class Order(ShopModel):
    """One order of the shop, final or not, sale or credit."""

    id: int
    invoice_number: Text = None
    invoice_status: Text = None
    invoice_date: Text = None
    amount: Amount
    amount_with_tax: Amount
    is_tax_included: bool | None = None
    mode: Text = None
    source: Text = None
    created_at: Moment = None
    updated_at: Moment = None
    deleted_at: Moment = None
    billing: Annotated[Billing, BeforeValidator(_nothing)] = Billing()
    items: Annotated[tuple[Item, ...], BeforeValidator(_many)] = ()
    total_discounts: Annotated[tuple[Discount, ...], BeforeValidator(_many)] = ()
    taxes: Annotated[tuple[Tax, ...], BeforeValidator(_many)] = ()
    shipping: Shipping | None = None
    collection_costs: Annotated[tuple[CollectionCost, ...], BeforeValidator(_many)] = ()
    related_orders: Annotated[tuple[RelatedOrder, ...], BeforeValidator(_many)] = ()
    payment: Annotated[Payment, BeforeValidator(_nothing)] = Payment()

    @property
    def kind(self) -> Literal["invoice", "credit_note"]:
        """A credit invoice is an order of its own, known by payment status or sign (plugandpay.md §8.4)."""
        is_credit = self.payment.status == "credit_invoice" or self.amount_with_tax < 0
        return "credit_note" if is_credit else "invoice"

    def invoice_day(self, zone: ZoneInfo) -> date | None:
        """Give the calendar day of the invoice in the shop's zone, None where the order has no date at all.

        `invoice_date` leads where it is there, as a date or as a timestamp; else the day of `created_at`
        (plugandpay.md §7.1, §13.7).  Raises ValueError where it is neither, or of no year a shop could mean.
        """
        day = self._day(zone)
        if day and day.year not in _YEARS:
            raise ValueError
        return day

    def _day(self, zone: ZoneInfo) -> date | None:
        if self.invoice_date and len(self.invoice_date) == len("2026-10-05"):
            return date.fromisoformat(self.invoice_date)
        moment = _utc(self.invoice_date) if self.invoice_date else self.created_at
        try:
            return moment.astimezone(zone).date() if moment else None
        except OverflowError:
            raise ValueError from None


@dataclass(frozen=True)
class UnreadableOrder:
    """An order whose JSON does not hold what an invoice needs; `problem` names the field, not its value."""

    id: int
    problem: str


@dataclass(frozen=True)
class Shop:
    """Whose orders the key opens."""

    tenant_id: str
    name: str
    plan: str | None = None


# --- products and their prices (plugandpay.md §9) -----------------------------------------------------


class Money(ShopModel):
    """A price, without and with VAT."""

    amount: Amount
    amount_with_tax: Amount


class Tier(Money):
    """The price from a quantity on."""

    quantity: Annotated[Amount, BeforeValidator(_once)] = Decimal(1)


class Price(ShopModel):
    """What a product costs; `first` is that of a subscription's first period."""

    interval: Text = None
    first: Money | None = None
    regular: Money | None = None
    tiers: Annotated[tuple[Tier, ...], BeforeValidator(_many)] = ()


class PricingTax(ShopModel):
    """A rate, or a profile with rates by country in its place."""

    rate: Rate | None = None
    profile: Any = None


class Pricing(ShopModel):
    """A product's prices; `is_tax_included` tells which of a price's amounts was typed."""

    is_tax_included: bool | None = None
    tax: PricingTax | None = None
    prices: Annotated[tuple[Price, ...], BeforeValidator(_many)] = ()


class PricedProduct(ShopModel):
    """A product as the shop lists it."""

    id: int
    title: Text = None
    public_title: Text = None
    ledger: Text = None
    pricing: Pricing | None = None


@dataclass(frozen=True)
class UnreadableProduct:
    """A product whose prices cannot be read; `problem` names the field, not its value."""

    id: int
    problem: str
