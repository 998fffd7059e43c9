"""An emulated Plug&Pay and Billit on loopback, with faults on request. It shares no code with ppbillit.

with Emulator() as world:
    world.shop.add({...})
    world.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=r"/v1/orders$"))
    ...
    world.office.ledger(), world.writes()

Section numbers (§) below `billit` and `plugandpay` are those of docs/reference/billit.md and plugandpay.md.
"""

from ppbillit_emulator.billit.store import BillitOffice, LedgerRow
from ppbillit_emulator.billit.switches import BillitSwitches
from ppbillit_emulator.faults import Fault, FaultKind
from ppbillit_emulator.journal import Arrival
from ppbillit_emulator.server import DropRequest, Emulator
from ppbillit_emulator.wire import Request, Response

__all__ = [
    "Arrival",
    "BillitOffice",
    "BillitSwitches",
    "DropRequest",
    "Emulator",
    "Fault",
    "FaultKind",
    "LedgerRow",
    "Request",
    "Response",
]
