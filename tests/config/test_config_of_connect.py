"""What `connect` starts from: a config that is missing or incomplete is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.config import ConfigError, load_what_is_there
from support.config_files import OAUTH, reasons, refusal, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("key", ["plugandpay.api_key", "billit.api_key", "billit.party_id"])
def test_what_connect_asks_for_says_so_where_it_is_missing(key: str, tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", ""))
    assert "ppbillit connect" in found[key]


def test_a_missing_config_names_connect_first(tmp_path: Path) -> None:
    assert refusal(tmp_path / "config.toml").fix.startswith("run `ppbillit connect`")


def test_nothing_at_all_is_a_start(tmp_path: Path) -> None:
    started = load_what_is_there(tmp_path / "config.toml", {})
    assert not started.is_there
    assert started.missing == {
        ("plugandpay", "api_key"),
        ("billit", "api_key"),
        ("billit", "party_id"),
        ("sync", "go_live"),
    }
    assert started.config.invoice.number == "invoice_number"


def test_what_is_there_already_is_not_missing(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", "[sync]\ngo_live = 2026-11-01\n")
    write(tmp_path / "credentials.toml", OAUTH)
    started = load_what_is_there(config, {})
    assert started.is_there
    assert started.missing == {("plugandpay", "api_key")}
    assert started.config.billit.party_id == 574991


def test_what_is_wrong_is_said_to_connect_too(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", "[sync]\noverlap_days = 0\n")
    with pytest.raises(ConfigError) as caught:
        load_what_is_there(config, {})
    assert [mistake.key for mistake in caught.value.problems] == ["sync.overlap_days"]
