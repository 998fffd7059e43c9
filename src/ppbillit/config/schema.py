"""The one schema of the config: validation, the example file and the reference are all made from it.

Descriptions are written for the owner of the shop.  A key's `examples` is shown where it has no default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping  # noqa: TC003  (pydantic looks it up)
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from platformdirs import user_state_path
from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ppbillit.config.services import (
    Billit,
    Notify,
    Payments,
    PlugAndPay,
    Section,
)
from ppbillit.config.types import (
    Channel,
    Country,
    FilePath,
    GoLive,
    LedgerCode,
    Number,
    OptionalLedgerCode,
    ProductId,
    TimeZone,
    VatCode,
    Whole,
    refused,
)

ENV_PREFIX = "PPBILLIT_"
ENV_DELIMITER = "__"


def default_state_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Say where the state lives when the config does not: systemd's folder for it, else the user's."""
    # systemd gives several folders with colons between them; the first is the service's own.
    given = environ.get("STATE_DIRECTORY", "").split(":")[0]
    folder = Path(given) if given else user_state_path("ppbillit", appauthor=False)
    return folder / "state.sqlite3"


class Sync(Section):
    """Which orders are taken, and how carefully."""

    go_live: GoLive = Field(
        description="The first day that is ppbillit's: orders invoiced on or after it are brought to Billit, "
        "and sent as [sending] says. Older ones are left alone. Choose a day from which nothing and nobody "
        "else brings your orders to Billit.",
        examples=[date(2027, 1, 1)],
    )
    overlap_days: Whole = Field(
        default=7,
        ge=1,
        le=366,
        description="How many days back each run looks again, since the shop does not say what has changed.",
    )
    deep_overlap_days: Whole = Field(
        default=62,
        ge=1,
        le=3660,
        description="How many days back the first run of a day looks, for late credits and charge-backs.",
    )
    max_new_per_run: Whole = Field(
        default=250,
        ge=1,
        le=100_000,
        description="The brake: a run that would make more documents than this stops before the first one. So "
        "does one that would set more orders to paid in Plug&Pay, or change the payments of more invoices.",
    )
    settle_seconds: Number = Field(
        default=60,
        gt=0,
        le=86_400,
        description="After an answer of Billit got lost: how many seconds a search that finds nothing "
        "is not yet believed.",
    )

    @field_validator("deep_overlap_days")
    @classmethod
    def _deeper(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("overlap_days", 0):
            raise refused("is less than overlap_days", "make it at least as many days")
        return value


class Invoice(Section):
    """What stands on the invoice."""

    number: Literal["invoice_number", "order_number", "billit"] = Field(
        default="invoice_number",
        description="Which number the invoice gets: the shop's invoice number, its order number, or the "
        "next one of Billit.",
    )
    payment_term_days: Whole = Field(
        default=14, ge=0, le=365, description="Within how many days an unpaid invoice is to be paid."
    )
    payment_reference: Literal["billit", "number"] = Field(
        default="billit",
        description="What the customer is asked to mention when paying: a structured reference that Billit "
        "makes and knows in your bank statements, or the invoice's number (the order's where Billit gives the "
        "number).",
    )
    buyer_reference_question: str = Field(
        default="",
        description="The question of your checkout whose answer is the customer's own reference, as many "
        "businesses and governments ask for. Without it, or without an answer, it is the order number.",
        examples=["PO-nummer"],
    )
    zero_total: Literal["skip", "export"] = Field(
        default="skip", description="What to do with an order of 0.00: no invoice, or one all the same."
    )
    group_lines: bool = Field(
        default=False,
        description="Whether lines with the same VAT and the same ledger account become one line, which then "
        "says what it holds (3 × Workbook, 1 × Course). The totals stay the same to the cent; where that "
        "cannot be promised, lines stay apart.",
    )
    on_cent_difference: Literal["hold", "accept", "rounding_line"] = Field(
        default="hold",
        description="What to do where Billit's rounding of the VAT does not give what was paid: hold the "
        "invoice (hold), let it differ by a cent per VAT rate (accept), or add a line without VAT of at most "
        "five cents (rounding_line). Ask your bookkeeper before you change it.",
    )


class Customers(Section):
    """How a buyer is recognised among the customers that Billit has (its debtors)."""

    match_email: bool = Field(
        default=True,
        description="Whether a customer of Billit is recognised by the e-mail address of the order, where the "
        "VAT number does not tell. Switched off, only customers that ppbillit made itself are.",
    )
    default_debtor: str = Field(
        default="",
        description="The number of one customer in Billit on whom orders are booked, whoever bought. Such "
        "invoices are not sent: that customer is not the buyer.",
        examples=["WEBSHOP"],
    )
    default_debtor_for: Literal["all", "consumers"] = Field(
        default="all",
        description="Which orders are booked on the default debtor: all, or those of consumers only.",
    )


class Sending(Section):
    """How Billit sends new invoices: not at all (none), over Peppol, by e-mail, or on paper (letter).

    With auto it is Peppol where the customer can be reached by it, and e-mail where not.
    """

    businesses: Channel = Field(
        default="none", description="To businesses: orders with a company name or a VAT number."
    )
    consumers: Channel = Field(default="none", description="To everybody else.")
    allow_letters: bool = Field(
        default=False,
        description="Paper letters cost money: besides saying letter above, say here that you want them.",
    )
    strict: bool = Field(
        default=True,
        description="Whether Billit is told never to turn to another way of sending by itself, such as a "
        "letter where an e-mail cannot be sent. Leave it so.",
    )

    @field_validator("allow_letters")
    @classmethod
    def _letters_are_wanted(cls, value: bool, info: ValidationInfo) -> bool:
        if not value and "letter" in {info.data.get("businesses"), info.data.get("consumers")}:
            raise refused(
                "is false, but a channel above is letter", "set it to true if you want paper letters"
            )
        return value


class Ledger(Section):
    """Which revenue account a line is booked on: its product's here, else its product's in the shop, else one."""

    products: dict[ProductId, LedgerCode] = Field(
        default_factory=dict,
        description="Accounts of single products, one a line: the product's id in Plug&Pay = its account.",
        examples=[{"311": 700100}],
    )
    from_product: bool = Field(
        default=True, description="Whether to use the ledger account that the product carries in Plug&Pay."
    )
    default: OptionalLedgerCode = Field(
        default=None,
        description="The account for all other lines. Left out, Billit decides.",
        examples=[700000],
    )


class Vat(Section):
    """Billit's VAT codes: the reason why a line has no VAT of your own country.

    Where a code is left empty, such an order waits until you say one.
    """

    seller_country: Country = Field(default="BE", description="The country your company pays its VAT in.")
    eu_services: VatCode = Field(
        default="55",
        description="0 %: services, downloads too, to a business elsewhere in the EU.",
    )
    eu_goods: VatCode = Field(default="51", description="0 %: goods, to a business elsewhere in the EU.")
    domestic_reverse_charge: VatCode = Field(
        default="21", description="0 %: VAT shifted to a business in your own country."
    )
    outside_eu: VatCode = Field(default="70", description="0 %: to customers outside the EU.")
    zero_rate: VatCode = Field(
        default="",
        description="0 % for any other reason. Ask your bookkeeper which code is yours.",
        examples=["22"],
    )
    oss: VatCode = Field(
        default="104", description="VAT of the customer's own country, by the EU's One Stop Shop (OSS)."
    )
    rounding: VatCode = Field(
        default="1",
        description="0 %: the line that makes up for rounding, where on_cent_difference says rounding_line. "
        "Code 1 may stand beside lines with VAT on an e-invoice, 22 may not.",
    )


class Config(BaseSettings):
    """The whole config."""

    # Environment variables are read by `sources.read_environment`, and by nothing else.
    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        validate_default=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
    )

    state_file: FilePath = Field(
        default_factory=default_state_file,
        description="Where ppbillit remembers what it has done: keep it, also in your backup. By default in "
        "the folder that systemd gives the service, else in your own for such files.",
        examples=["~/.local/state/ppbillit/state.sqlite3"],
    )
    time_zone: TimeZone = Field(
        default="Europe/Brussels", description="The clock that decides on which day an order falls."
    )
    language: Literal["en", "nl"] = Field(
        default="en",
        description="The language in which you are told what became of an order, why, and what to do about it: "
        "English or Dutch. Errors that end a run, and what connect and doctor say, are in English.",
    )
    plugandpay: PlugAndPay
    billit: Billit
    sync: Sync
    invoice: Invoice = Invoice()
    customers: Customers = Customers()
    sending: Sending = Sending()
    ledger: Ledger = Ledger()
    vat: Vat = Vat()
    payments: Payments = Payments()
    notify: Notify = Notify()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values only from the caller, so that making a `Config` depends on nothing around it."""
        return (init_settings,)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, ready to use."""
        return ZoneInfo(self.time_zone)
