"""Rules and settings as the config's own schema has them, with what a test wants otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ppbillit.cli.options import RunFlags
from ppbillit.cli.wiring import rules_of, settings_of
from ppbillit.config import Config
from ppbillit.config.schema import Ledger, Vat
from ppbillit.mapping.rules import LedgerRules, Rules, VatRules

if TYPE_CHECKING:
    from ppbillit.run import Settings

_CONFIG = Config.model_validate({
    "plugandpay": {"api_key": "shop-key"},
    "billit": {"api_key": "billit-key", "party_id": 574991},
    "sync": {"go_live": "2026-10-01"},
})  # fmt: skip
RULES = rules_of(_CONFIG, "4711")


def rules(**changes: Any) -> Rules:
    """Return the rules of shop 4711 in Belgium."""
    return replace(RULES, **changes)


def vat_rules(**changes: Any) -> VatRules:
    """Return the VAT codes of the schema."""
    return VatRules(**Vat().model_dump() | changes)


def ledger_rules(**changes: Any) -> LedgerRules:
    """Return the ledger rules of the schema."""
    return LedgerRules(**Ledger().model_dump() | changes)


def settings(**changes: Any) -> Settings:
    """Return the settings of a run without flags, of a shop that goes live on 1 October 2026."""
    return replace(settings_of(_CONFIG, RunFlags()), **changes)
