"""The config for the emulated world; it loads nothing of the emulator."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit_emulator import Emulator

# The sample shop went live so many days ago; its older orders are for `export-existing`.
_LIVE_DAYS = 45


def go_live(today: date) -> date:
    """Return the sample shop's go-live date."""
    return today - timedelta(days=_LIVE_DAYS)


def config_for(world: Emulator, today: date, state_file: Path) -> dict[str, Any]:
    """Return a config for this world, with more requests per second than the real services allow."""
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
    """Return the config as the text of a `config.toml`."""
    return tomli_w.dumps(config)


def write_config(path: Path, config: dict[str, Any]) -> None:
    """Write a new config file that only its owner can read, since it holds keys."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(config_text(config))
