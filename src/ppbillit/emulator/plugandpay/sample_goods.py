"""What Atelier Voorbeeld sells: courses, books, and what goes with them, each with its ledger account."""

from __future__ import annotations

from ppbillit.emulator.plugandpay.lines import Product

DRAWING = Product(
    311, "cursus-tekenen", "Online cursus tekenen", "705100", "CUR-01", "cursus-tekenen", price="97.00"
)
WORKSHOP = Product(
    312,
    "workshop-dag",
    "Workshop (per deelnemer)",
    "705200",
    "WS-01",
    "workshop",
    price="150.00",
    gross_led=False,
)
WATERCOLOUR = Product(
    313, "aquarel-gevorderd", "Cursus aquarel voor gevorderden", "705100", "CUR-02", price="297.00"
)
CLUB = Product(
    314, "atelierclub", "Atelierclub, maandelijks", "705300", "CLUB", type="subscription", price="29.99"
)
WORKBOOK = Product(
    315, "werkboek-pdf", "Werkboek schetsen (pdf)", "705400", "PDF-01", price="29.99", rate="6"
)
COACHING = Product(316, "coaching", "Persoonlijke feedback, één uur", "705200", "FB-01", price="65.00")
BOOK_LOOKING = Product(
    320,
    "boek-kijken",
    "Boek 'Leren kijken'",
    "700100",
    "BK-01",
    "leren-kijken",
    "boeken",
    is_physical=True,
    price="49.00",
    rate="6",
)
BOOK_INK = Product(
    321,
    "boek-inkt",
    "Boek 'Inkt & lijn' – 2e druk",
    "700100",
    "BK-02",
    "inkt-lijn",
    "boeken",
    is_physical=True,
    price="34.50",
    rate="6",
    tiers=((3, "31.05"),),
)
KIT = Product(
    322, "materiaalpakket", "Materiaalpakket aquarel", "700200", "MAT-01", is_physical=True, price="79.00"
)
LUNCH = Product(323, "lunch", "Lunch bij de workshop", "700300", price="24.00", rate="12")
VOUCHER = Product(330, "cadeaubon", "Cadeaubon", None, "BON", price="50.00", rate="0")
