"""The emulated world that `demo` and `emulator` share: a sample shop, a Billit office, a config that fits."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import tomli_w

from ppbillit_emulator.billit.debtors import add_party, bind_party
from ppbillit_emulator.sample_shop import sample_existing_parties, sample_peppol_participants

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit_emulator import Emulator

# The sample shop went live this long ago; its older orders are there for `export-existing`.
_LIVE_DAYS = 45


def furnish(world: Emulator) -> None:
    """Put into the emulated Billit some debtors of old, and who can be reached over Peppol."""
    for party in sample_existing_parties():
        add_party(world.office, bind_party(party, world.office.switches), world.party_id)
    for vat_number in sample_peppol_participants():
        world.office.peppol.add(vat_number)


def go_live(today: date) -> date:
    """Give the sample shop's go-live date."""
    return today - timedelta(days=_LIVE_DAYS)


def config_for(world: Emulator, today: date, state_file: Path) -> dict[str, Any]:
    """Give a config for this world; it asks faster than the real services may be asked."""
    return {
        "state_file": str(state_file),
        "plugandpay": {
            "api_key": world.plugandpay_key,
            "base_url": world.plugandpay_url,
            "requests_per_second": 200,
        },
        "billit": {
            "api_key": world.billit_key,
            "base_url": world.billit_url,
            "party_id": world.party_id,
            "requests_per_second": 200,
        },
        "sync": {"go_live": go_live(today), "settle_seconds": 1},
        "sending": {"businesses": "peppol", "consumers": "email"},
    }


def config_text(config: dict[str, Any]) -> str:
    """Give the config as it would stand in `config.toml`."""
    return tomli_w.dumps(config)


def write_config(path: Path, config: dict[str, Any]) -> None:
    """Write a config file that only its owner can read, as one with keys in it has to be."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(config_text(config))
