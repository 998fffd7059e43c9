"""The emulated office: the data that Billit holds, and access to it for tests."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ppbillit_emulator.billit.idempotency import IdempotencyKeys
from ppbillit_emulator.billit.oauth import Grants
from ppbillit_emulator.billit.peppol import Directory
from ppbillit_emulator.billit.records import Document, File, Party, Sending
from ppbillit_emulator.billit.switches import BillitSwitches

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from ppbillit_emulator.clock import Clock

FIRST_ORDER_ID: Final = 1684998
FIRST_PARTY_ID: Final = 879263
FIRST_LINE_ID: Final = 20506599
SECOND_PARTY_ID: Final = 588709


@dataclass(frozen=True)
class Company:
    """One company in Billit."""

    party_id: int
    name: str
    vat_number: str
    country: str = "BE"


@dataclass(frozen=True)
class LedgerRow:
    """One document in the ledger."""

    order_id: int
    order_number: str
    external_id: str | None
    kind: str
    direction: str
    excl: Decimal
    vat: Decimal
    incl: Decimal
    customer: str
    party_id: int
    paid: bool
    sent: bool


@dataclass(frozen=True)
class Overwrite:
    """A debtor that was overwritten because the data of another customer matched it."""

    party_id: int
    before: dict[str, object] = field(repr=False)
    after: dict[str, object] = field(repr=False)


class BillitOffice:
    """The data of one user's companies, and the switches that decide how Billit behaves.

    `documents` and `parties` are by id, deleted documents included. `deliveries` is the log of everything sent,
    `overwritten` lists debtors changed by matching, and `revision` counts the changes made by clients.
    """

    def __init__(self, *, clock: Clock, key: str, party_id: int, seed: int = 1) -> None:
        self.clock = clock
        self.key = key
        self.party_id = party_id
        self.seed = seed
        self.switches = BillitSwitches()
        self.base_url = ""  # the emulator sets these, for links to a next page
        self.foreign_url = ""
        self._empty()

    def reset(self) -> None:
        """Delete all data and set every switch to its default."""
        self.switches.reset()
        self._empty()

    def _empty(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  (seeded on purpose)
        self.documents: dict[int, Document] = {}
        self.parties: dict[int, Party] = {}
        self.files: dict[str, File] = {}
        self.deliveries: list[Sending] = []
        self.overwritten: list[Overwrite] = []
        self.gl_accounts: dict[int, str] = {}
        self.idempotency_keys = IdempotencyKeys()
        self.grants = Grants(self.random)
        self.peppol = Directory()
        self.revision = 0
        self.advanced_at: datetime = self.clock.now()
        self._sequences: Counter[str] = Counter()
        self._ids: Counter[str] = Counter()

    # --- ids ----------------------------------------------------------------------------------

    def next_order_id(self) -> int:
        """Return the next OrderID."""
        return FIRST_ORDER_ID + self._next("order")

    def next_party_id(self) -> int:
        """Return the next PartyID."""
        return FIRST_PARTY_ID + self._next("party")

    def next_line_id(self) -> int:
        """Return the next OrderLineID."""
        return FIRST_LINE_ID + self._next("line")

    def _next(self, what: str) -> int:
        self._ids[what] += 1
        return self._ids[what] - 1

    def add_file(self, name: str, mime_type: str, content: bytes) -> File:
        """Store a file under a new id; an id in the request is ignored (§3.1)."""
        file = File(str(uuid.UUID(int=self.random.getrandbits(128), version=4)), name, mime_type, content)
        self.files[file.file_id] = file
        return file

    def sequence(self, kind: str, *, consume: bool) -> str:
        """Return the next number of a sequence; `consume` uses it up (§11)."""
        step = self._sequences[kind] + 1
        if consume:
            self._sequences[kind] = step
        letter = "C" if kind.endswith("CreditNote") else "F"
        return f"{letter}{self.clock.now().year}-{step:05d}"

    # --- companies ----------------------------------------------------------------------------

    @property
    def companies(self) -> list[Company]:
        """Return the companies that the key reaches."""
        first = Company(self.party_id, "Atelier Voorbeeld BV", "BE0999999922")
        second = Company(SECOND_PARTY_ID, "Tweede Voorbeeld NV", "BE0987654394")
        return [first, second] if self.switches.second_company else [first]

    # --- changes ------------------------------------------------------------------------------

    def touch(self, record: Document | Party) -> None:
        """Set a new LastModified, later than the one before."""
        record.modified = max(self.clock.now(), record.modified + timedelta(milliseconds=1))

    # --- reading ------------------------------------------------------------------------------

    @property
    def live(self) -> list[Document]:
        """Return the documents that are not deleted, oldest first."""
        return [document for document in self.documents.values() if document.deleted is None]

    def ledger(self) -> list[LedgerRow]:
        """Return the documents that are not deleted, with their totals."""
        return [
            LedgerRow(
                order_id=document.order_id,
                order_number=document.number,
                external_id=document.external_id,
                kind=document.kind,
                direction=document.direction,
                excl=document.totals.excl,
                vat=document.totals.vat,
                incl=document.totals.incl,
                customer=self.parties[document.party_id].name,
                party_id=document.party_id,
                paid=document.paid,
                sent=document.is_sent,
            )
            for document in self.live
        ]

    def by_number(self, number: str) -> list[Document]:
        """Return the documents with this number that are not deleted."""
        return [document for document in self.live if document.number == number]

    def by_external_id(self, external_id: str) -> list[Document]:
        """Return the documents with this ExternalProviderID that are not deleted."""
        return [document for document in self.live if document.external_id == external_id]
