"""A config that holds keys must be readable by its owner only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.config_files import GOOD, loaded, refusal, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_config_with_keys_that_others_can_read_or_change_is_refused(mode: int, config: Path) -> None:
    config.chmod(mode)
    error = refusal(config)
    assert [(mistake.key, mistake.line) for mistake in error.problems] == [
        ("plugandpay.api_key", 2),
        ("billit.api_key", 5),
    ]
    assert all(mistake.fix == f"chmod 600 {config}" for mistake in error.problems)


def test_credentials_that_others_can_read_are_refused(config: Path) -> None:
    path = write(config.with_name("credentials.toml"), '[billit]\napi_key = "learnt"\n', mode=0o644)
    [mistake] = refusal(config).problems
    assert (mistake.file, mistake.line, mistake.key) == (path, 2, "billit.api_key")


def test_a_config_without_keys_may_be_read_by_all(tmp_path: Path) -> None:
    text = GOOD.replace('api_key = "shop-key"', "").replace('api_key = "billit-key"', "")
    path = write(tmp_path / "config.toml", text, mode=0o644)
    environ = {"PPBILLIT_PLUGANDPAY__API_KEY": "a", "PPBILLIT_BILLIT__API_KEY": "b"}
    assert loaded(path, environ).billit.api_key.get_secret_value() == "b"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_config_that_only_its_owner_can_read_is_accepted(mode: int, config: Path) -> None:
    config.chmod(mode)
    assert loaded(config).billit.party_id == 574991
