"""Sample products with their ledger accounts, and sample buyers.

Names, addresses and VAT numbers are invented; the check digits are right.
"""

from __future__ import annotations

from dataclasses import replace

from ppbillit_emulator.plugandpay.buyers import (
    CONSUMER_BE,
    CONSUMER_CH,
    CONSUMER_DE,
    CONSUMER_GB,
    CONSUMER_NL,
    FIRM_BE,
    FIRM_BE_WITHOUT_VAT,
    FIRM_DE,
    FIRM_NL,
    Buyer,
)
from ppbillit_emulator.plugandpay.lines import Product

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


AN = replace(CONSUMER_BE, telephone="+32470123456")
AN_AGAIN = replace(AN, email="An.Peeters@example.be")
"""The same buyer, with capitals in her e-mail address."""
TOM = Buyer("Tom", "Maes", "tom@example.net", "BE", "Naamsestraat", "100 bus 2", "3000", "Leuven")
ELISE = Buyer(
    "Élise", "Fournier-Noël", "elise@example.fr", "BE", "Rue de la Régence", "44/3", "1000", "Bruxelles"
)
BRAM = Buyer(
    "Bram", "D'Hondt", "bram.dhondt@example.be", "BE", "Sint-Annaplein", "12 bus 0301", "2060", "Antwerpen"
)
GREET = Buyer("Greet", "Van den Broeck", "greet@example.be", "BE", "Stationsstraat", "88", "2800", "Mechelen")
ZEYNEP = Buyer("Zeynep", "Öztürk", "zeynep@example.be", "BE", "Vennestraat", "19", "3600", "Genk")
ONLY_COUNTRY = Buyer("Noor", "Jacobs", "noor@example.be", "BE", None, None, None, None)
"""The buyer of a digital product, without an address (§13.16)."""
SANNE = replace(CONSUMER_NL, telephone=None)
JOOST = Buyer("Joost", "van 't Hof", "joost@example.nl", "NL", "Grote Markt", "3-II", "2011RD", "Haarlem")
MIRJAM = Buyer("Mirjam", "Çelik", "mirjam@example.nl", "NL", "Coolsingel", "101", "3012AG", "Rotterdam")
JUERGEN = CONSUMER_DE
ANNIKA = Buyer("Annika", "Groß", "annika@example.de", "DE", "Domstraße", "4a", "50668", "Köln")
RETO = CONSUMER_CH
FIONA = CONSUMER_GB

VOORBEELD = FIRM_BE
DOTTED = Buyer(
    *("Karel", "Wouters", "karel@drukkerij.example", "BE", "Industrielaan", "5 bus 1", "8500", "Kortrijk"),
    company="Drukkerij Wouters & Zonen NV",
    vat_id_number="BE 0999.200.265",
)
"""A VAT number with spaces and dots (§7.2)."""
NINE_DIGITS = Buyer(
    *("Ingrid", "Lemmens", "ingrid@lemmens.example", "BE", "Markt", "22", "3500", "Hasselt"),
    company="Lemmens Architecten",
    vat_id_number="999.300.334",
)
"""A VAT number in the old form: nine digits, no prefix."""
BAKERY = Buyer(
    *("Stijn", "Aerts", "boekhouding@kantoor.example", "BE", "Bruul", "60", "2800", "Mechelen"),
    company="Bakkerij Aerts BV",
    vat_id_number="BE0999400403",
)
FLORIST = Buyer(
    *("Nele", "Goossens", "boekhouding@kantoor.example", "BE", "Leopoldstraat", "9", "2800", "Mechelen"),
    company="Bloemen Goossens BV",
    vat_id_number="BE0999500569",
)
"""Two businesses with the e-mail address of the same bookkeeper (§13.27)."""
SCHOOL = FIRM_BE_WITHOUT_VAT
LEERHUIS = FIRM_NL
FREELANCER = Buyer(
    *("Femke", "Visser", "femke@visserillustratie.example", "NL", "Havenkade", "7", "1973AK", "IJmuiden"),
    company="Visser Illustratie",
    vat_id_number="NL999123456B41",
    tax_exempt="reverse",
)
WERKSTATT = FIRM_DE
