"""An emulated Plug&Pay and Billit on loopback, with faults on request; shares no code with the clients.

with Emulator() as world:
    world.shop.add({...})
    world.arm(Fault(FaultKind.CLOSE_AFTER, api="billit", method="POST", path=r"/v1/orders$"))
    ...
    world.office.ledger(), world.writes()
"""

from ppbillit.emulator.billit.store import BillitOffice, LedgerRow
from ppbillit.emulator.billit.switches import BillitSwitches
from ppbillit.emulator.faults import Fault, FaultKind
from ppbillit.emulator.journal import Arrival
from ppbillit.emulator.server import DropRequest, Emulator
from ppbillit.emulator.wire import Request, Response

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
