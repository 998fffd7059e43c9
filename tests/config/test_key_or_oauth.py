"""Billit is opened by a key or by OAuth, never by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.config import load_config
from support.config_files import GOOD, OAUTH, loaded, reasons, write

if TYPE_CHECKING:
    from pathlib import Path

NO_KEY = GOOD.replace('api_key = "billit-key"\n', "")


def test_oauth_is_enough_without_a_key(tmp_path: Path) -> None:
    text = GOOD.replace('api_key = "billit-key"', 'client_id = "application"\nclient_secret = "secret"')
    config = loaded(write(tmp_path / "config.toml", text))
    assert config.billit.client_secret.get_secret_value() == "secret"
    assert config.billit.api_key.get_secret_value() == ""


@pytest.mark.parametrize(
    "lines, key, reason",
    [
        ("", "billit.api_key", "is missing"),
        ('client_id = "a"', "billit.client_secret", "is missing"),
        ('client_secret = "s"\napi_key = "k"', "billit.client_secret", "stands without client_id"),
        ('client_id = "a"\nclient_secret = "s"\napi_key = "k"', "billit.api_key", "stands beside client_id"),
    ],
)
def test_exactly_one_way_in_is_needed(lines: str, key: str, reason: str, tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", GOOD.replace('api_key = "billit-key"', lines)))
    assert list(found) == [key]
    assert found[key].startswith(reason)


def test_oauth_in_the_credentials_replaces_a_key_in_the_config(tmp_path: Path) -> None:
    """Otherwise: whoever changes over to OAuth has to take the key out of config.toml by hand."""
    config = write(tmp_path / "config.toml", GOOD)
    write(tmp_path / "credentials.toml", OAUTH)
    found = load_config(config, {})
    assert found.config.billit.client_id == "application"
    assert found.config.billit.api_key.get_secret_value() == ""
    assert f"used instead of {config}:5" in found.notes[0]


def test_a_key_in_the_environment_replaces_oauth_in_the_files(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", NO_KEY)
    write(tmp_path / "credentials.toml", OAUTH)
    assert loaded(config, {"PPBILLIT_BILLIT__API_KEY": "told"}).billit.client_id == ""


def test_both_ways_in_one_place_are_not_guessed_about(tmp_path: Path) -> None:
    write(tmp_path / "credentials.toml", OAUTH + 'api_key = "k"\n')
    assert "billit.api_key" in reasons(write(tmp_path / "config.toml", NO_KEY))
