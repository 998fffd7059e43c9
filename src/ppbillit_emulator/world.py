"""The emulated world: the shop, the Billit office, the clock, the faults, and the journal of requests."""

from __future__ import annotations

import base64
import threading

from ppbillit_emulator.billit.store import BillitOffice
from ppbillit_emulator.clock import Clock
from ppbillit_emulator.faults import Fault, FaultEngine
from ppbillit_emulator.journal import Arrival, count_writes
from ppbillit_emulator.plugandpay.shop import Shop
from ppbillit_emulator.wire import to_json

PARTY_ID = 588708
BILLIT_KEY = "test_billit_key"


def _test_token() -> str:
    """Return a key of the form and length of Plug&Pay's (a JWT of more than 1 kB) that is plainly no secret."""
    parts = (
        {"typ": "JWT", "alg": "none", "note": "test_plugandpay_key"},
        {
            "aud": "1",
            "jti": "test" * 20,
            "scopes": ["*"],
            "note": "made by the ppbillit emulator, opens nothing",
        },
        {"signature": "not-a-signature-" * 48},
    )
    return ".".join(base64.urlsafe_b64encode(to_json(part).encode()).decode().rstrip("=") for part in parts)


PLUGANDPAY_KEY = _test_token()


class World:
    """All data of the emulator. Take `lock` to read or change it while the server runs.

    `strays` are requests to addresses that no client should visit (a login page, a foreign next-page link).
    `crashes` are errors of the emulator itself.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.plugandpay_key = PLUGANDPAY_KEY
        self.billit_key = BILLIT_KEY
        self.party_id = PARTY_ID
        self.shop = Shop(clock=self.clock, key=self.plugandpay_key)
        self.office = BillitOffice(clock=self.clock, key=self.billit_key, party_id=self.party_id)
        self.faults = FaultEngine()
        self.journal: list[Arrival] = []
        self.strays: list[Arrival] = []
        self.crashes: list[str] = []
        self.plugandpay_url = self.billit_url = self.control_url = ""  # set when the ports are open
        self.lock = threading.RLock()

    def arm(self, fault: Fault) -> None:
        """Arm a fault."""
        self.faults.arm(fault)

    def disarm(self) -> None:
        """Remove all faults."""
        self.faults.disarm()

    def writes(self) -> dict[str, dict[str, int]]:
        """Return how many requests changed data: {"billit": {"documents": 2, …}, "plugandpay": {…}}."""
        with self.lock:
            return count_writes(self.journal)

    def forget_journal(self) -> None:
        """Clear the journal, and so the counts of writes; the data stays."""
        with self.lock:
            self.journal.clear()
            self.strays.clear()

    def reset(self) -> None:
        """Delete all data and reset switches, faults, journal and clock."""
        with self.lock:
            self.shop.reset()
            self.office.reset()
            self.clock.reset()
            self.faults.disarm()
            self.forget_journal()
