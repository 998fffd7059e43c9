"""Orders, products and payments as Plug&Pay's API v2 returns them, typed and otherwise unchanged.

Strict about what an invoice needs, tolerant about everything else: unknown keys are ignored, unknown values of
enumerations stay text, and a relation that was not requested is `None` like one that is null (plugandpay.md §7.1).
All amounts are euros as exact `Decimal`; all times are aware, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def _amount(value: Any) -> Any:
    """Accept "49.00" and, from a JSON number, int or Decimal."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("is not an amount")  # noqa: TRY004  (pydantic turns ValueError into its own)
    return value


def _text(value: Any) -> Any:
    """Convert numbers to text (ledger codes come as either, plugandpay.md §9), and empty text to None.

    A lone surrogate, which JSON can express and no file can store, becomes a question mark.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().strip() or None


def _answer(value: Any) -> Any:
    """Drop an answer that is neither text nor a number, such as a tick or a list."""
    return _text(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None


def _utc(value: Any) -> Any:
    """Read a time without a zone as UTC, like all others (plugandpay.md §6.1); empty text is None (§8.1)."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _paid_at(value: Any) -> Any:
    """Drop a time that cannot be read: the status says that the order was paid."""
    try:
        moment = _utc(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.year in _YEARS else None


def _custom_fields(value: Any) -> Any:
    """Drop what does not have the shape of an answered question: no invoice depends on one."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list | tuple) else ()


_YEARS = range(2000, 2100)

# Far above any order, and far below what Decimal's 28 digits can hold to the cent.
_LIMIT = Decimal(10) ** 12

T = TypeVar("T")
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(allow_inf_nan=False, gt=-_LIMIT, lt=_LIMIT)]
Quantity = Annotated[Amount, BeforeValidator(lambda value: 1 if value is None else value)]
Text = Annotated[str | None, BeforeValidator(_text)]
Answer = Annotated[str | None, BeforeValidator(_answer)]
Moment = Annotated[AwareDatetime | None, BeforeValidator(_utc)]
# Null is like a missing value (plugandpay.md §7.1).
Many = Annotated[tuple[T, ...], BeforeValidator(lambda value: () if value is None else value)]
NotNull = Annotated[T, BeforeValidator(lambda value: {} if value is None else value)]


class ShopModel(BaseModel):
    """Base of everything read from the shop; immutable."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Address(ShopModel):
    """Billing address; every part may be missing, as digital checkouts ask for none (plugandpay.md §7.2)."""

    street: Text = None
    housenumber: Text = None
    zipcode: Text = None
    city: Text = None
    country: Text = None


class Contact(ShopModel):
    """The buyer.  `tax_exempt` is none, reverse or unknown; absent means unknown."""

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

    address: NotNull[Address] = Address()
    contact: NotNull[Contact] = Contact()


class Rate(ShopModel):
    """A VAT rate in percent ("21.0") and the country that levies it, if given."""

    country: Text = None
    percentage: Amount


class Tax(ShopModel):
    """Tax on a line.  `amount` is for display only: whether it is base or VAT is unknown (plugandpay.md §7.5)."""

    amount: Amount | None = None
    rate: Rate | None = None


class Money(ShopModel):
    """An amount without and with VAT."""

    amount: Amount
    amount_with_tax: Amount


class Discount(Money):
    """A discount, as positive euros."""

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
    quantity: Quantity = Decimal(1)
    amount: Amount
    amount_with_tax: Amount
    type: Text = None
    discounts: Many[Discount] = ()
    tax: Tax | None = None
    product: Product | None = None
    custom_fields: Annotated[tuple[CustomField, ...], BeforeValidator(_custom_fields)] = ()


class Shipping(Money):
    """Shipping is not an item (plugandpay.md §7.4)."""

    taxes: Many[Tax] = ()


class CollectionCost(ShopModel):
    """A reminder fee; whether it enters the order's total is unknown (plugandpay.md §7.4)."""

    amount: Amount | None = None
    amount_with_tax: Amount | None = None


class RelatedOrder(ShopModel):
    """The credit invoice of a credited invoice, or the other way round."""

    id: int
    invoice_number: Text = None


class Payment(ShopModel):
    """A payment.

    `status`: open, processing, paid, credited, credit_invoice, reversed, or other text (plugandpay.md §8.2).
    """

    status: Text = None
    method: Answer = None
    paid_at: Annotated[Moment, BeforeValidator(_paid_at)] = None


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
    billing: NotNull[Billing] = Billing()
    items: Many[Item] = ()
    total_discounts: Many[Discount] = ()
    taxes: Many[Tax] = ()
    shipping: Shipping | None = None
    collection_costs: Many[CollectionCost] = ()
    related_orders: Many[RelatedOrder] = ()
    payment: NotNull[Payment] = Payment()

    @property
    def kind(self) -> Literal["invoice", "credit_note"]:
        """A credit invoice is a separate order, recognised by payment status or sign (plugandpay.md §8.4)."""
        is_credit = self.payment.status == "credit_invoice" or self.amount_with_tax < 0
        return "credit_note" if is_credit else "invoice"

    def invoice_day(self, zone: ZoneInfo) -> date | None:
        """Return the calendar day of the invoice in the shop's zone; None if the order has no date at all.

        That is `invoice_date`, a date or a timestamp, or else the day of `created_at` (plugandpay.md §7.1, §13.7).
        Raise ValueError if it is neither, or not in a plausible year.
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
    """The shop whose orders the key gives access to."""

    tenant_id: str
    name: str
    plan: str | None = None


# --- products and their prices (plugandpay.md §9) -----------------------------------------------------


class Tier(Money):
    """The price from a quantity on."""

    quantity: Quantity = Decimal(1)


class Price(ShopModel):
    """A price of a product; `first` is that of a subscription's first period."""

    interval: Text = None
    first: Money | None = None
    regular: Money | None = None
    tiers: Many[Tier] = ()


class PricingTax(ShopModel):
    """A rate, or instead a profile with rates by country."""

    rate: Rate | None = None
    profile: Any = None


class Pricing(ShopModel):
    """A product's prices; `is_tax_included` says which amount of a price the seller entered."""

    is_tax_included: bool | None = None
    tax: PricingTax | None = None
    prices: Many[Price] = ()


class PricedProduct(ShopModel):
    """A product with its prices."""

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
