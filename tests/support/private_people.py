"""Buyers whose names, addresses and numbers must not appear in any output."""

from __future__ import annotations

from dataclasses import replace

from ppbillit_emulator.plugandpay.buyers import CONSUMER_BE, FIRM_BE

PERSON = replace(
    CONSUMER_BE,
    firstname="Kanariefirst",
    lastname="Kanarielast",
    email="kanarie.mail@example.be",
    street="Kanariestraat",
    city="Kanariedorp",
    telephone="+32477000111",
)
FIRM = replace(
    FIRM_BE, company="Kanariebedrijf BV", lastname="Kanarielast", invoice_email="kanarie@firm.example"
)
SECRETS = ["kanarie", "+32477000111", "BE0123456749"]
