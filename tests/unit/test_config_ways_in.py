"""Billit is opened by a key or by OAuth, never by both; secrets of containers; what `connect` starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config_files import GOOD, loaded, reasons, refusal, write
from ppbillit.config import ConfigError, key_files, load_config, load_what_is_there

if TYPE_CHECKING:
    from pathlib import Path

OAUTH = '[billit]\nclient_id = "application"\nclient_secret = "secret"\nparty_id = 574991\n'
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


@pytest.mark.parametrize("key", ["plugandpay.api_key", "billit.api_key", "billit.party_id"])
def test_what_connect_asks_for_says_so_where_it_is_missing(key: str, tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", ""))
    assert "ppbillit connect" in found[key]


def test_a_missing_config_names_connect_first(tmp_path: Path) -> None:
    assert refusal(tmp_path / "config.toml").fix.startswith("run `ppbillit connect`")


# --- layers -----------------------------------------------------------------------------------


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


# --- secrets of containers --------------------------------------------------------------------


@pytest.mark.parametrize("mode, is_taken", [(0o444, True), (0o644, True), (0o440, True), (0o666, False)])
def test_a_mounted_secret_may_be_read_by_all_and_written_by_none(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_taken: bool
) -> None:
    """Otherwise: docker's and podman's secrets, mode 0444, cannot be used."""
    mount = tmp_path / "run" / "secrets"
    mount.mkdir(parents=True)
    monkeypatch.setattr(key_files, "SECRET_MOUNT", mount)
    write(mount / "billit", "mounted", mode)
    text = GOOD.replace('api_key = "billit-key"', f'api_key_file = "{mount / "billit"}"')
    config = write(tmp_path / "config.toml", text)
    if is_taken:
        assert loaded(config).billit.api_key.get_secret_value() == "mounted"
    else:
        assert "billit.api_key_file" in reasons(config)


def test_a_link_out_of_the_mount_is_judged_by_where_it_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = tmp_path / "secrets"
    mount.mkdir()
    monkeypatch.setattr(key_files, "SECRET_MOUNT", mount)
    (mount / "billit").symlink_to(write(tmp_path / "elsewhere", "open", 0o444))
    text = GOOD.replace('api_key = "billit-key"', f'api_key_file = "{mount / "billit"}"')
    assert "billit.api_key_file" in reasons(write(tmp_path / "config.toml", text))


# --- what connect starts from -----------------------------------------------------------------


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
    assert [mistake.key for mistake in caught.value.mistakes] == ["sync.overlap_days"]
