"""Config files: write them, load them, and collect what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.config import Config, ConfigError, load_config

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GOOD = """\
[plugandpay]
api_key = "shop-key"

[billit]
api_key = "billit-key"
party_id = 574991

[sync]
go_live = 2026-11-01
"""

OAUTH = '[billit]\nclient_id = "application"\nclient_secret = "secret"\nparty_id = 574991\n'


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    """Write a file with the mode it is to have."""
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def loaded(path: Path | None, environ: Mapping[str, str] | None = None) -> Config:
    """Load a config that is expected to be good."""
    return load_config(path, environ or {}).config


def refusal(path: Path | None, environ: Mapping[str, str] | None = None) -> ConfigError:
    """Load a config that is expected to be refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(path, environ or {})
    return caught.value


def reasons(path: Path | None, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what is wrong with each key of a config that is expected to be refused."""
    return {mistake.key: f"{mistake.reason} — {mistake.fix}" for mistake in refusal(path, environ).problems}
