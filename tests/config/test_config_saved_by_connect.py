"""What `connect` writes is whole, also when two processes write at once or the disk is full."""

from __future__ import annotations

import errno
import os
import tomllib
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from ppbillit.config import save
from ppbillit.config.save import write_credentials
from ppbillit.errors import CannotWrite
from ppbillit.files import atomic_write

if TYPE_CHECKING:
    from pathlib import Path


def test_two_that_write_a_side_each_at_once_lose_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: a script that connects both sides at once ends with one of them, and no error."""
    config, written = tmp_path / "config.toml", atomic_write
    other: list[Thread] = []

    def slowly(path: Path, text: str) -> None:
        if not other:
            other.append(Thread(target=write_credentials, args=(config, "billit", {"api_key": "b"})))
            other[0].start()
            other[0].join(0.3)  # as long as it takes where nothing holds it up
        written(path, text)

    monkeypatch.setattr(save, "atomic_write", slowly)
    write_credentials(config, "plugandpay", {"api_key": "p"})
    other[0].join()
    found = tomllib.loads((tmp_path / "credentials.toml").read_text(encoding="utf-8"))
    assert found == {"plugandpay": {"api_key": "p"}, "billit": {"api_key": "b"}}


def test_a_full_disk_leaves_no_half_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise: part of a key lies about, and stands in the way of the next one in a container."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        write_credentials(tmp_path / "config.toml", "billit", {"api_key": "b"})
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """Otherwise: in a container, where every process has the same number, no key is ever written again."""
    (tmp_path / f".credentials.toml.{os.getpid()}.new").write_text("half")
    write_credentials(tmp_path / "config.toml", "billit", {"api_key": "b"})
    assert [each.name for each in tmp_path.iterdir()] == ["credentials.toml"]
