"""What the emulated Billit of `demo` and `emulator` holds at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit_emulator.billit.debtors import add_party, bind_party
from ppbillit_emulator.sample_shop import sample_existing_parties, sample_peppol_participants

if TYPE_CHECKING:
    from ppbillit_emulator import Emulator


def furnish(world: Emulator) -> None:
    """Add to the emulated Billit some existing debtors, and who can receive over Peppol."""
    for party in sample_existing_parties():
        add_party(world.office, bind_party(party, world.office.switches), world.party_id)
    for vat_number in sample_peppol_participants():
        world.office.peppol.add(vat_number)
