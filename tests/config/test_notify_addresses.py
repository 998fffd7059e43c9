"""Addresses for heartbeats and messages are read, checked and never echoed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.config_files import GOOD, loaded, reasons, write

if TYPE_CHECKING:
    from pathlib import Path


def test_addresses_are_read_from_the_file_and_the_environment(tmp_path: Path) -> None:
    text = (
        GOOD
        + '\n[notify]\nheartbeat_url = "https://hc-ping.com/abc/"\nurls = ["ntfy://one", " tgram://two/x "]\n'
    )
    path = write(tmp_path / "config.toml", text)
    notify = loaded(path).notify
    assert notify.heartbeat_url
    assert notify.heartbeat_url.get_secret_value() == "https://hc-ping.com/abc"
    assert [url.get_secret_value() for url in notify.urls] == ["ntfy://one", "tgram://two/x"]
    assert "hc-ping" not in repr(notify)
    assert "tgram" not in repr(notify)
    given = loaded(path, {"PPBILLIT_NOTIFY__URLS": "json://a  json://b"}).notify.urls
    assert [url.get_secret_value() for url in given] == ["json://a", "json://b"]


@pytest.mark.parametrize(
    "line, reason",
    [
        ('heartbeat_url = ""', "is empty"),
        ("heartbeat_url = 5", "must be text"),
        ('heartbeat_url = "http://hc-ping.com/abc"', "is not encrypted"),
        ('heartbeat_url = "hc-ping.com/abc"', "is not a web address"),
        ('heartbeat_url = "https://hc-ping.com:port/abc"', "is not a web address"),
        ('heartbeat_url = "https://me:secret@hc-ping.com/abc"', "has more in it"),
        ('heartbeat_url = "https://hc-ping.com/abc#there"', "has more in it"),
        ("urls = 5", "must be a list"),
        ('urls = ["ntfy://good", "somebody@example.com"]', "holds something that is no address"),
        ("urls = [5]", "holds something that is no address"),
    ],
)
def test_what_is_no_address_is_refused_and_not_echoed(tmp_path: Path, line: str, reason: str) -> None:
    found = reasons(write(tmp_path / "config.toml", f"{GOOD}\n[notify]\n{line}\n"), {})
    [(key, words)] = found.items()
    assert key == f"notify.{line.split(maxsplit=1)[0]}"
    assert words.startswith(reason)
    assert "somebody" not in words
    assert "abc" not in words


@pytest.mark.parametrize("line", ['heartbeat_url = "https://hc-ping.com/abc"', 'urls = ["ntfy://topic"]'])
def test_addresses_in_a_file_that_others_can_read_are_refused(tmp_path: Path, line: str) -> None:
    """Otherwise: anybody on the machine can write in the owner's name."""
    found = reasons(write(tmp_path / "config.toml", f"{GOOD}\n[notify]\n{line}\n", mode=0o644), {})
    assert f"notify.{line.split(maxsplit=1)[0]}" in found
