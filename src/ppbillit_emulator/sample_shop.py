"""The sample shop of the demo: some forty orders of a Belgian seller of drawing courses and books.

Every kind of sale of a real shop occurs once or twice in the thirty days before `today`, and a few older ones are
there for `export-existing`. One order is meant to be parked: a voucher at 0 % VAT without a reason for it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ppbillit_emulator.plugandpay import samples
from ppbillit_emulator.plugandpay.builder import (
    DIRECT_DEBIT,
    NOTHING_TO_PAY,
    OPEN_TRANSFER,
    Facts,
    Payment,
    build_order,
)
from ppbillit_emulator.plugandpay.lines import Line, Reading, Shipping
from ppbillit_emulator.plugandpay.shop import Shop

if TYPE_CHECKING:
    from ppbillit_emulator.plugandpay.buyers import Buyer
    from ppbillit_emulator.plugandpay.lines import Product

FIRST_ID = 809_310
FIRST_NUMBER = 385
LATE = time(23, 12)  # UTC; in Brussels this is the next day, in winter and in summer
IDEAL = Payment(method="ideal")
CARD = Payment(method="creditcard", provider="stripe")
PAYPAL = Payment(method="paypal")
KLARNA = Payment(method="klarnapaylater")
COLLECTED = Payment(method="directdebit", type="mandate", mandate_id="mdt_h3gAaD5zP")
BY_HAND = Payment(method="banktransfer", provider=None, type="manual")


@dataclass(frozen=True)
class Sale:
    """One order: its age in days, the buyer and the lines."""

    days_ago: int
    buyer: Buyer
    lines: list[Line]
    facts: Facts = field(default_factory=Facts)
    at: time | None = None
    credited_on: int | None = None
    """Days before today on which the whole order was credited."""


def _line(product: Product, price: str, rate: str = "21", country: str = "BE", **more: Any) -> Line:
    return Line(product.public_title, price, rate, country, product=product, **more)


def _older() -> list[Sale]:
    """Return sales of two to three months ago: for export-existing, not for sync."""
    two_days = [
        _line(samples.WORKSHOP, "150.00", quantity=2),
        _line(samples.LUNCH, "22.50", "12", quantity=2),
    ]
    return [
        Sale(88, samples.GREET, [_line(samples.BOOK_LOOKING, "49.00", "6")], {"is_first": True}),
        Sale(81, samples.VOORBEELD, two_days, {"gross_led": False, "source": "admin", "payment": BY_HAND}),
        Sale(74, samples.JOOST, [_line(samples.DRAWING, "97.00", "21", "NL")], {"payment": IDEAL}),
        Sale(67, samples.AN, [_line(samples.WORKBOOK, "29.99", "6")], {"is_first": True}),
        Sale(61, samples.WERKSTATT, [_line(samples.DRAWING, "97.00")], {"payment": PAYPAL}),
    ]


def _consumers() -> list[Sale]:
    """Return sales to consumers in Belgium: 6, 12 and 21 % VAT, discounts, bumps, shipping, a subscription."""
    post = Shipping("4.95", "6")
    herfst = {"code": "HERFST10"}
    mixed = [
        _line(samples.BOOK_LOOKING, "53.00", "6", quantity=2, discount="10.60", **herfst),
        _line(samples.DRAWING, "121.00", type="order-bump", discount="12.10", **herfst),
    ]
    upsold = [
        _line(samples.DRAWING, "97.00"),
        _line(samples.KIT, "79.00", type="order-bump"),
        _line(samples.COACHING, "65.00", type="one-click-upsell"),
    ]
    books = [_line(samples.BOOK_INK, "34.50", "6", quantity=3, discount="10.35", discount_type="tier")]
    club = [_line(samples.CLUB, "29.99", interval="monthly")]
    free = [_line(samples.WORKBOOK, "29.99", "6", discount="29.99", code="PERSEXEMPLAAR")]
    sold_out = [_line(samples.WATERCOLOUR, "297.00", discount="50.00", discount_type="sale")]
    return [
        Sale(29, samples.BRAM, [_line(samples.DRAWING, "97.00")], {"is_first": True}),
        Sale(
            28,
            samples.ELISE,
            [_line(samples.BOOK_LOOKING, "49.00", "6")],
            {"shipping": post, "payment": CARD},
        ),
        Sale(26, samples.TOM, [_line(samples.WATERCOLOUR, "297.00")], {"is_first": True}),
        Sale(25, samples.ONLY_COUNTRY, [_line(samples.WORKBOOK, "29.99", "6")], {"payment": PAYPAL}),
        Sale(23, samples.GREET, upsold, {"shipping": Shipping("6.95")}),
        Sale(22, samples.AN_AGAIN, club, {"source": "recurring", "payment": COLLECTED}),
        Sale(20, samples.ZEYNEP, [_line(samples.DRAWING, "97.00")], {"is_first": True}, credited_on=6),
        Sale(18, samples.TOM, mixed, {"shipping": Shipping("6.05"), "product_group": "boeken"}, at=LATE),
        Sale(15, samples.BRAM, books, {"shipping": post, "product_group": "boeken"}),
        Sale(13, samples.ELISE, free, {"payment": NOTHING_TO_PAY}),
        Sale(11, samples.ZEYNEP, sold_out, {"payment": KLARNA}),
        Sale(9, samples.ONLY_COUNTRY, [_line(samples.VOUCHER, "50.00", "0")], {}),
        Sale(4, samples.GREET, club, {"source": "recurring", "payment": DIRECT_DEBIT}),
        Sale(3, samples.AN, [_line(samples.KIT, "79.00")], {"shipping": Shipping("6.95")}),
        Sale(1, samples.BRAM, [_line(samples.COACHING, "65.00", type="upsell")], {"source": "upsell"}),
    ]


def _abroad() -> list[Sale]:
    """Return sales to consumers abroad: OSS at 21, 19, 9 and 7 % VAT, and outside the EU."""
    both = [_line(samples.DRAWING, "97.00", "21", "NL"), _line(samples.BOOK_INK, "34.50", "9", "NL")]
    german = [
        _line(samples.BOOK_INK, "34.50", "7", "DE", quantity=2),
        _line(samples.WORKBOOK, "29.99", "7", "DE", type="order-bump"),
    ]
    german_post = Shipping("9.95", "7", "DE")
    swiss = [_line(samples.WATERCOLOUR, "297.00", "0", "CH")]
    british = [_line(samples.BOOK_LOOKING, "49.00", "0", "GB")]
    return [
        Sale(27, samples.SANNE, [_line(samples.DRAWING, "49.00", "21", "NL")], {"payment": IDEAL}),
        Sale(24, samples.MIRJAM, both, {"payment": IDEAL, "shipping": Shipping("7.50", "9", "NL")}),
        Sale(21, samples.JUERGEN, [_line(samples.DRAWING, "97.00", "19", "DE")], {"payment": PAYPAL}),
        Sale(17, samples.ANNIKA, german, {"payment": KLARNA, "shipping": german_post}),
        Sale(12, samples.RETO, swiss, {"payment": CARD}),
        Sale(10, samples.FIONA, british, {"payment": CARD, "shipping": Shipping("14.50", "0", "GB")}),
        Sale(5, samples.JOOST, [_line(samples.CLUB, "29.99", "21", "NL")], {"payment": IDEAL}),
        Sale(2, samples.SANNE, [_line(samples.WORKBOOK, "29.99", "9", "NL")], {"payment": IDEAL}),
    ]


def _firms() -> list[Sale]:
    """Return sales to businesses: domestic VAT, reverse charge for goods and services, a purchase order number."""
    ordered = ((4, "PO-nummer", "PO-7781"),)
    team = [_line(samples.WORKSHOP, "150.00", quantity=6, custom_fields=ordered)]
    with_lunch = [
        _line(samples.WORKSHOP, "181.50", quantity=2),
        _line(samples.LUNCH, "24.00", "12", quantity=2),
    ]
    library = [_line(samples.BOOK_LOOKING, "49.00", "9", "NL", quantity=10)]
    net: Facts = {"gross_led": False, "source": "admin"}
    return [
        Sale(28, samples.VOORBEELD, team, {**net, "payment": OPEN_TRANSFER}),
        Sale(25, samples.DOTTED, [_line(samples.DRAWING, "97.00", quantity=4)], {}),
        Sale(
            22, samples.LEERHUIS, [_line(samples.WORKSHOP, "150.00", quantity=3)], {**net, "payment": BY_HAND}
        ),
        Sale(19, samples.BAKERY, with_lunch, {}),
        Sale(16, samples.FLORIST, [_line(samples.WATERCOLOUR, "297.00")], {}),
        Sale(14, samples.LEERHUIS, library, {**net, "payment": OPEN_TRANSFER, "source": "checkout"}),
        Sale(8, samples.NINE_DIGITS, [_line(samples.COACHING, "65.00", quantity=3)], {**net}),
        Sale(7, samples.WERKSTATT, [_line(samples.WATERCOLOUR, "297.00")], {"payment": CARD}),
        Sale(
            6,
            samples.SCHOOL,
            [_line(samples.BOOK_INK, "34.50", "6", quantity=5)],
            {"shipping": Shipping("9.90", "6")},
        ),
        Sale(
            3,
            samples.FREELANCER,
            [_line(samples.COACHING, "65.00")],
            {**net, "source": "checkout", "payment": IDEAL},
        ),
    ]


def _not_for_export() -> list[Sale]:
    """Return a test order, and a concept that is not final yet."""
    offer = [_line(samples.WORKSHOP, "150.00", quantity=8)]
    concept: Facts = {"status": "concept", "gross_led": False, "source": "admin", "payment": OPEN_TRANSFER}
    return [
        Sale(24, samples.AN, [_line(samples.DRAWING, "97.00")], {"mode": "test"}),
        Sale(5, samples.VOORBEELD, offer, concept),
    ]


def sample_orders(today: date, seed: int = 1, reading: Reading | None = None) -> list[dict[str, Any]]:
    """Return the orders, oldest first, for Shop.add; the same for the same day, seed and reading."""
    chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    events = _calendar(today, chance)
    now = [events[0][0]]
    shop = Shop(clock=lambda: now[0], key="", seed=seed)
    made: dict[int, int] = {}
    for when, number, sale in events:
        now[0] = when
        if number in made:
            shop.credit(made[number])
            continue
        facts: Facts = {**sale.facts, "created_at": when, "reading": reading or Reading()}
        # Plug&Pay numbers the orders of all shops in one series, so ids have gaps; invoice numbers have none.
        facts["id"] = max(shop.orders, default=FIRST_ID) + chance.randint(1, 40)
        if not made:
            facts["number"] = f"{when.year}{FIRST_NUMBER:04d}"
        made[number] = shop.add(build_order(sale.lines, sale.buyer, **facts))
    return list(shop.orders.values())


def _calendar(today: date, chance: random.Random) -> list[tuple[datetime, int, Sale]]:
    """Return time, number and sale of every sale and credit; a sale's second occurrence is its credit."""
    events = []
    for number, sale in enumerate(_older() + _consumers() + _abroad() + _firms() + _not_for_export()):
        at = sale.at or time(chance.randint(6, 20), chance.randint(0, 59), chance.randint(0, 59))
        events.append((_moment(today, sale.days_ago, at), number, sale))
        if sale.credited_on is not None:
            at = time(chance.randint(7, 15), chance.randint(0, 59))
            events.append((_moment(today, sale.credited_on, at), number, sale))
    return sorted(events, key=lambda event: event[:2])


def _moment(today: date, days_ago: int, at: time) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), at, UTC)


def sample_existing_parties() -> list[dict[str, Any]]:
    """Return the debtors in Billit before the demo: one to match by VAT number, one by e-mail, one not at all.

    The third has the name of a buyer and another address: a name alone must not match.
    """
    return [
        _party("K-0007", samples.VOORBEELD, Email="directie@voorbeeld.example", DefaultExpiryOffset=30),
        _party("K-0012", samples.TOM, Language="NL"),
        _party("K-0015", samples.SCHOOL, Email="penningmeester@harmonie.example"),
    ]


def _party(nr: str, buyer: Buyer, **more: Any) -> dict[str, Any]:
    """Return a debtor in Billit's member names (billit.md §3.3)."""
    person = f"{buyer.firstname} {buyer.lastname}"
    house, _, box = (buyer.housenumber or "").partition(" bus ")
    address = {
        "AddressType": "InvoiceAddress",
        "Name": buyer.company or person,
        "Street": buyer.street,
        "StreetNumber": house,
        "Zipcode": buyer.zipcode,
        "City": buyer.city,
        "CountryCode": buyer.country,
    }
    party: dict[str, Any] = {
        "PartyType": "Customer",
        "Nr": nr,
        "Name": buyer.company or person,
        "ContactFirstName": buyer.firstname,
        "ContactLastName": buyer.lastname,
        "Email": buyer.email,
        "Language": "NL",
        "VATLiable": buyer.vat_id_number is not None,
        "Addresses": [{**address, "Box": box} if box else address],
    }
    if buyer.vat_id_number:
        party["VATNumber"] = buyer.vat_id_number
    return {**party, **more}


def sample_peppol_participants() -> list[str]:
    """Return the VAT numbers, as Billit writes them, of the businesses that can receive over Peppol."""
    return ["BE0123456749", "BE0999200265", "BE0999400403", "BE0999500569", "NL999900018B01"]
