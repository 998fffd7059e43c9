"""What the state file returns, as plain values; and how reasons are stored."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from ppbillit.money import ZERO
from ppbillit.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from decimal import Decimal

Channel = Literal["none", "auto", "peppol", "email", "letter"]
BuyerKind = Literal["business", "consumer"]
Subject = Literal["document", "debtor", "sending", "shop_payment", "billit_payment"]

PaymentStage = Literal["open", "paid", "reversed", "reopened"]
# What Billit says of an invoice's payment.  `partly`: part of it is paid; `differs`: all is paid, of a total that
# is not the order's; `open_differs`: nothing is paid, of such a total; `closed`: credited, refused or cancelled.
BillitSays = Literal["open", "open_differs", "partly", "paid", "differs", "closed"]
# A write of a payment: set to paid in the shop, mark as paid in Billit, or mark as unpaid again in Billit.
PaymentWrite = Literal["plugandpay", "billit", "reopening"]
PAYMENT_SUBJECTS: dict[PaymentWrite, Subject] = {
    "plugandpay": "shop_payment",
    "billit": "billit_payment",
    "reopening": "billit_payment",
}
# The service that it is written to, as people call it.
SERVICES: dict[PaymentWrite, str] = {"plugandpay": "Plug&Pay", "billit": "Billit", "reopening": "Billit"}


class Stage(StrEnum):
    """Where an order stands; `transitions` says how it may move."""

    WAITING = "waiting"  # not final in the shop yet; read again by its id
    PARKED = "parked"  # refused, by us or by Billit, until something changes
    SKIPPED = "skipped"  # becomes no document, as things are
    CREATING = "creating"  # an attempt is on record, its outcome is not
    CREATED = "created"  # in Billit, not yet compared
    HELD = "held"  # in Billit with a total that is not what was paid; not sent
    CHECKED = "checked"  # in Billit, with the right total to the cent
    SENDING = "sending"  # a sending is on record, its outcome is not
    SENT = "sent"  # Billit took it for sending
    DELIVERED = "delivered"  # it arrived
    FAILED = "failed"  # the sending was refused, or did not arrive
    DELETED = "deleted"  # was in Billit once; never created again by itself


IN_BILLIT = frozenset({
    Stage.CREATED, Stage.HELD, Stage.CHECKED, Stage.SENDING, Stage.SENT, Stage.DELIVERED, Stage.FAILED,
})  # fmt: skip
HAS_DOCUMENT = IN_BILLIT | {Stage.DELETED}
STUCK = frozenset({Stage.PARKED, Stage.CREATING, Stage.HELD, Stage.SENDING, Stage.FAILED})


@dataclass(frozen=True)
class Identity:
    """Whose state this is: one shop, one company, one address of Billit."""

    tenant_id: str
    party_id: int
    billit_url: str


@dataclass(frozen=True)
class Account:
    """The part of the identity that is in the config, to open the state without asking the shop."""

    party_id: int
    billit_url: str


@dataclass(frozen=True)
class OrderFacts:
    """What an order is, whatever becomes of it; `total` is gross euros, positive.

    Billit's total may differ from it by `accepted_difference`, where the config accepts that.
    """

    order_id: int
    kind: Literal["invoice", "credit_note"]
    number: str | None
    invoice_day: date | None
    total: Decimal
    backfill: bool
    accepted_difference: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class OrderRecord(OrderFacts):
    """One order of the shop, as the state file has it."""

    stage: Stage
    channel: Channel
    buyer: BuyerKind | None
    adopted: bool
    billit_id: int | None
    digest: str | None
    reasons: tuple[Reason, ...]
    modified: datetime | None
    party_id: int | None
    sent_at: datetime | None
    dismissed: str | None
    failure: str | None

    @property
    def document_id(self) -> int:
        """The id of the order's document in Billit.  Raise ValueError where the order has none."""
        if self.billit_id is None:
            raise ValueError(self)
        return self.billit_id


@dataclass(frozen=True)
class Tally:
    """How many orders are in the same stage, with the same of the three properties."""

    stage: Stage
    has_channel: bool
    has_reasons: bool
    is_dismissed: bool
    count: int


@dataclass(frozen=True)
class Attempt:
    """One try at a write: `token` is its idempotency key, `misses` how many searches did not find its result.

    `unknown_since` is when it began, or when its answer was lost, or when it was last missed (UTC).
    `contested`: Billit said that the token was used before, so what was to be made may exist.
    """

    subject: Subject
    key: str
    number: int
    token: str
    digest: str
    unknown_since: datetime
    misses: int
    contested: bool


@dataclass(frozen=True)
class DebtorRecord:
    """A debtor of Billit as last read: what identifies it, and its card, as far as Billit showed it.

    The card holds name and address under Billit's own member names (`Name`, `Street` …); `address` is the address
    in a form that can be compared.  `vat_number` is a valid one, `vat_shown` what Billit shows, valid or not.
    `is_firm`: something shows that it is not a private person.
    """

    party_id: int
    key: str | None
    vat_number: str | None
    emails: tuple[str, ...] = ()
    nr: str | None = None
    card: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None
    vat_shown: str | None = None
    is_firm: bool = False


@dataclass(frozen=True)
class Receiver:
    """The Peppol directory's last answer about an identifier: the document types it takes, and when (UTC)."""

    identifier: str
    takes: frozenset[str]
    asked_at: datetime


@dataclass(frozen=True)
class RunRecord:
    """One run as recorded: times are UTC; a run without an end was cut off, or is still at work."""

    run_id: str
    command: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Event:
    """Something that happened to an order: when (UTC), in which run, what, and why.

    `words` is more about it: the channel of a sending, what a person wrote, the facts of a payment.
    """

    at: datetime
    run_id: str
    order_id: int | None
    what: str
    words: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def why(self) -> str:
        """The words and the reasons with their codes, as one text; empty where there are none."""
        reasons = (f"{each.message} ({each.code})" for each in self.reasons)
        return "; ".join(filter(None, (self.words, *reasons)))


@dataclass(frozen=True)
class PaymentRecord:
    """The payment of one order as both sides show it; either side may not have been read yet.  See `schema`."""

    order_id: int
    stage: PaymentStage = "open"
    source: Literal["plugandpay", "billit"] | None = None
    amount: Decimal | None = None
    shop_status: str | None = None
    shop_paid_at: datetime | None = None
    method: str | None = None
    billit_status: BillitSays | None = None
    billit_amount: Decimal | None = None
    billit_total: Decimal | None = None
    billit_paid_on: datetime | None = None  # as Billit gives it, without a zone
    agreed_on: datetime | None = None  # `billit_paid_on` when both sides said paid
    pending: PaymentWrite | None = None
    looked_on: date | None = None
    unread: bool = False
    refused: bool = False
    reasons: tuple[Reason, ...] = ()
    dismissed: str | None = None


def reasons_to_json(reasons: Iterable[Reason]) -> str:
    """Return reasons with their facts as JSON, so that they can be shown in either language."""
    return json.dumps([asdict(reason) for reason in reasons], ensure_ascii=False)


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """Return the reasons that `reasons_to_json` wrote, in this version or an older one."""
    return tuple(Reason(**reason) for reason in json.loads(text))
