"""Orders and products for the emulated shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.billit.documents import enter_by_hand
from ppbillit_emulator.plugandpay.builder import build_order
from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE, FIRM_NL, NO_ADDRESS
from ppbillit_emulator.plugandpay.lines import Line, Product, Shipping
from support.world import World, today

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.buyers import Buyer
    from ppbillit_emulator.plugandpay.money import Amount

FIRST = 810_001


def noon(days_ago: int) -> datetime:
    """Return noon of that many days ago: the same day in every zone that matters here."""
    return datetime.combine(today() - timedelta(days=days_ago), time(12), UTC)


def sell(
    world: World, price: str = "97.00", buyer: Buyer = CONSUMER_BE, *, days_ago: int = 3, **facts: Any
) -> int:
    """Sell one course; return the order's id, one more than the last."""
    return sell_lines(world, [Line("Tekencursus", price)], buyer, days_ago=days_ago, **facts)


def sell_lines(world: World, lines: list[Line], buyer: Buyer, *, days_ago: int = 3, **facts: Any) -> int:
    """Sell these lines."""
    shop = world.emulator.shop
    facts = {"id": max(shop.orders, default=FIRST - 1) + 1, "created_at": noon(days_ago), **facts}
    return shop.add(build_order(lines, buyer, **facts))


def sell_net(world: World, *, days_ago: int = 3) -> int:
    """Sell to a Belgian firm that Peppol reaches, at prices without VAT."""
    world.emulator.office.peppol.add(str(FIRM_BE.vat_id_number))
    lines = [Line("Workshop", "150.00", quantity=2), Line("Lunch", "22.50", "12", quantity=2)]
    return sell_lines(world, lines, FIRM_BE, days_ago=days_ago, gross_led=False)


def sell_mixed(world: World, *, days_ago: int = 3) -> int:
    """Sell a book and a course, at two rates, with shipping and a code, to somebody without an address."""
    lines = [Line("Boek", "34.50", "6", quantity=3, discount="10.35", code="HERFST"), Line("Cursus", "29.99")]
    buyer = replace(NO_ADDRESS, country="BE")
    return sell_lines(world, lines, buyer, days_ago=days_ago, shipping=Shipping("4.95", "6"))


def sell_abroad(world: World, *, days_ago: int = 3) -> int:
    """Sell to a Dutch firm that Peppol reaches, VAT reverse charged."""
    world.emulator.office.peppol.add(str(FIRM_NL.vat_id_number))
    return sell_lines(world, [Line("Workshop", "297.00")], FIRM_NL, days_ago=days_ago)


def credit(world: World, order_id: int) -> int:
    """Credit a whole order, today."""
    return world.emulator.shop.credit(order_id)


def three_documents(world: World, days_ago: int = 3) -> list[int]:
    """Fill the shop: a consumer's order, a firm's, and the credit of the first; two debtors."""
    first = sell(world, days_ago=days_ago)
    return [first, sell_net(world, days_ago=days_ago), credit(world, first)]


def six_documents(world: World, days_ago: int = 3) -> list[int]:
    """Fill the shop: the three, and a mixed basket, a reverse charge, and a second order of the first buyer."""
    return [
        *three_documents(world, days_ago),
        sell_mixed(world, days_ago=days_ago),
        sell_abroad(world, days_ago=days_ago),
        sell(world, "49.00", days_ago=days_ago),
    ]


def day(days_ago: int) -> str:
    """Write a day for a flag."""
    wanted: date = today() - timedelta(days=days_ago)
    return wanted.isoformat()


def enter_document_by_hand(
    world: World, number: str, kind: str = "Invoice", *, days_ago: int = 3, own_key: str | None = None
) -> int:
    """Make a document as a person does in Billit's own screens; return its OrderID."""
    return enter_by_hand(
        world.emulator.office,
        {
            "OrderType": kind,
            "OrderDirection": "Income",
            "OrderNumber": number,
            "OrderDate": day(days_ago),
            "ExpiryDate": day(-14),
            **({"ExternalProviderID": own_key} if own_key else {}),
            "Customer": {"Name": "An Peeters", "PartyType": "Customer"},
            "OrderLines": [
                {
                    "Quantity": Decimal(1),
                    "UnitPriceExcl": Decimal(100),
                    "Description": "met de hand",
                    "VATPercentage": Decimal(21),
                }
            ],
        },
    )


def first_run_of_a_day(world: World) -> None:
    """Let the next run take the long look back."""
    world.write("UPDATE meta SET value = '2000-01-01' WHERE name = 'deep_read'")


def stock(world: World, *prices: tuple[Amount, str | None], **more: Any) -> list[int]:
    """Put products with these gross prices and rates into the shop; return their ids."""
    first = max(world.emulator.shop.products, default=300) + 1
    products = [
        Product(first + number, f"p{number}", f"Product {number}", price=price, rate=rate, **more)
        for number, (price, rate) in enumerate(prices)
    ]
    for product in products:
        sell_lines(world, [Line(product.public_title, "10.00", product=product)], CONSUMER_BE)
    return [product.id for product in products]


def sell_unexplained(world: World) -> int:
    """Sell something that is parked."""
    return sell_lines(world, [Line("Cadeaubon", "50.00", "0")], CONSUMER_BE)
