"""Products, order lines and shipping, and the amounts they have in an order (plugandpay.md §7.3, §7.6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from ppbillit_emulator.plugandpay.money import Amount, Money, exact, rate_object, split

CHANGED = "2025-01-10T09:00:00.000000Z"


@dataclass(frozen=True)
class Product:
    """A product, as part of an order line and on /v2/products."""

    id: int
    title: str
    public_title: str
    ledger: str | None = None
    sku: str | None = None
    slug: str | None = None
    group: str | None = None
    type: str = "one_off"
    is_physical: bool = False
    description: str = ""
    deleted_at: str | None = None
    price: Amount | None = None
    """As the seller typed it, gross or net by `gross_led`; None: without price."""
    rate: Amount | None = "21"
    """The VAT rate in per cent; None: a tax profile instead of a rate."""
    country: str | None = "BE"
    gross_led: bool = True
    first_price: Amount | None = None
    tiers: tuple[tuple[int, Amount], ...] = ()
    """Pairs of a quantity and the price from that quantity on."""

    def body(self) -> dict[str, Any]:
        """Return the product as stored; its pricing is a private member, which an order does not show."""
        own = asdict(self)
        deleted_at = own.pop("deleted_at")
        own["_pricing"] = pricing(self)
        for name in ("price", "rate", "country", "gross_led", "first_price", "tiers"):
            del own[name]
        stock = {"stock": {"is_enabled": False}, "created_at": CHANGED, "updated_at": CHANGED}
        return {**own, **stock, "deleted_at": deleted_at}


def pricing(product: Product) -> dict[str, Any]:
    """Return the relation `pricing` (plugandpay.md §9)."""
    rate = exact(product.rate) if product.rate is not None else exact(21)
    taxed = rate_object(product.country, rate)

    def money(typed: Amount | None) -> dict[str, str] | None:
        return split(exact(typed), rate, gross_led=product.gross_led).fields() if typed is not None else None

    price = {
        "id": product.id * 10,
        "interval": "monthly" if product.type == "subscription" else None,
        "nr_of_cycles": None,
        "is_suggested": False,
        "first": money(product.first_price),
        "original": None,
        "regular": money(product.price),
        "tiers": [{"quantity": quantity, **(money(typed) or {})} for quantity, typed in product.tiers],
    }
    profile = {"id": 3, "label": "Standaard", "is_editable": True, "rates": [taxed]}
    return {
        "is_tax_included": product.gross_led,
        "discount_type": None,
        "shipping": None,
        "trial": None,
        "tax": {"profile": profile} if product.rate is None else {"rate": taxed},
        "prices": [price] if product.price is not None else [],
    }


@dataclass(frozen=True)
class Line:
    """One line; the unit price is as the seller typed it, gross or net as all prices of the order."""

    label: str
    price: Amount
    rate: Amount = "21"
    country: str | None = "BE"
    quantity: int = 1
    discount: Amount = 0
    """The discount on the whole line, gross or net as the price."""
    code: str | None = None
    discount_type: str = "promotion"
    product: Product | None = None
    product_id: int | None = None
    type: str | None = "standard"
    interval: str | None = None
    custom_fields: tuple[tuple[int, str, str], ...] = ()
    """Id, label and answer of each question at the checkout."""
    id: int | None = None


@dataclass(frozen=True)
class Shipping:
    """Shipping, which is no item (§7.4) but has amounts like one."""

    price: Amount
    rate: Amount = "21"
    country: str | None = "BE"

    def line(self) -> Line:
        """Return shipping as a line."""
        return Line("Verzendkosten", self.price, self.rate, self.country, type=None)


@dataclass(frozen=True)
class Reading:
    """What the amounts of an order mean: one of the possibilities of §7.6. The default is the most likely one."""

    per_unit: bool = False
    """Whether items have unit prices, not line totals."""
    before_discount: bool = False
    """Whether items have amounts before discounts."""
    shipping_inside: bool = False
    """Whether shipping is one of the items as well."""
    collection_inside: bool = False
    """Whether the total of the order includes the collection costs."""
    loose_units: bool = False
    """With per_unit: unit prices are rounded from line totals, so that unit times quantity may be cents off."""


READINGS = tuple(Reading(*each) for each in product((False, True), repeat=4))
"""Every exact reading, the default first."""


@dataclass(frozen=True)
class Terms:
    """What is the same for all lines of an order."""

    gross_led: bool = True
    reverse: bool = False
    reverse_rate_zero: bool = True
    reading: Reading = Reading()


@dataclass(frozen=True)
class PricedLine:
    """A line with its amounts: as the item shows it, its part of the total, and the discount."""

    line: Line
    rate: dict[str, Any]
    shown: Money
    total: Money
    discount: Money


def price_line(line: Line, terms: Terms) -> PricedLine:
    """Return a line with amounts that add up to the total of the order in the chosen reading."""
    reading, quantity = terms.reading, line.quantity
    price, off = exact(line.price), exact(line.discount)
    before = _money(price * quantity, line, terms)
    after = _money(price * quantity - off, line, terms)
    if reading.per_unit and not reading.loose_units:
        unit = _money(price, line, terms)
        before = unit.times(quantity)
        if not reading.before_discount:
            unit = _money(price - off / quantity, line, terms)
        if not off or not reading.before_discount:
            after = unit.times(quantity)
        shown = unit
    else:
        shown = before if reading.before_discount else after
        shown = shown.per_unit(quantity) if reading.per_unit else shown
    rate = 0 if terms.reverse and terms.reverse_rate_zero else exact(line.rate)
    return PricedLine(line, rate_object(line.country, rate), shown, after, before - after)


def _money(typed: Any, line: Line, terms: Terms) -> Money:
    """Return net and gross; under reverse charge the customer pays the net amount (§9)."""
    both = split(typed, exact(line.rate), gross_led=terms.gross_led)
    return replace(both, gross=both.net) if terms.reverse else both
