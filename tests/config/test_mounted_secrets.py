"""Secrets that a container mounts may be readable by all and writable by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.config import key_files
from support.config_files import GOOD, loaded, reasons, write

if TYPE_CHECKING:
    from pathlib import Path


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
