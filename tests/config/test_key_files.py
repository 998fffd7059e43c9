"""Keys can stand in files of their own; a key file that cannot be used is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ppbillit.config import load_config
from support.config_files import GOOD, loaded, reasons, write

if TYPE_CHECKING:
    from pathlib import Path

WITH_KEY_FILE = GOOD.replace('api_key = "billit-key"', 'api_key_file = "{}"')


def test_a_key_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "billit.key", "from-file\r\n")
    path = write(tmp_path / "config.toml", WITH_KEY_FILE.format("billit.key"))
    assert loaded(path).billit.api_key.get_secret_value() == "from-file"


def test_an_empty_key_beside_a_key_file_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path / "billit.key", "from-file")
    path = write(tmp_path / "config.toml", GOOD.replace('"billit-key"', '""\napi_key_file = "billit.key"'))
    assert loaded(path).billit.api_key.get_secret_value() == "from-file"


def test_a_key_of_systemd_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    write(tmp_path / "credentials" / "billit", "from-systemd", mode=0o440)
    path = write(tmp_path / "config.toml", WITH_KEY_FILE.format("$CREDENTIALS_DIRECTORY/billit"))
    found = loaded(path, {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")})
    assert found.billit.api_key.get_secret_value() == "from-systemd"


def test_a_key_in_the_environment_goes_before_a_key_file(tmp_path: Path) -> None:
    path = write(tmp_path / "config.toml", WITH_KEY_FILE.format("there-is-none"))
    found = load_config(path, {"PPBILLIT_BILLIT__API_KEY": "told"})
    assert found.config.billit.api_key.get_secret_value() == "told"
    assert found.notes == (f"PPBILLIT_BILLIT__API_KEY is used instead of {path}:5",)


def test_a_key_file_in_the_environment_goes_before_a_key(config: Path) -> None:
    write(config.with_name("other.key"), "other")
    found = loaded(config, {"PPBILLIT_BILLIT__API_KEY_FILE": "other.key"})
    assert found.billit.api_key.get_secret_value() == "other"


@pytest.mark.parametrize(
    "content, mode, reason",
    [
        (None, 0o600, "names a file that does not exist"),
        ("key", 0o640, "names a file that others can read or change — chmod 600 "),
        ("key", 0o604, "names a file that others can read or change — chmod 600 "),
        (" \n", 0o600, "names an empty file"),
        ("k" * 70_000, 0o600, "names a file too large for a key"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_the_only_mistake_about_that_key(
    content: str | None, mode: int, reason: str, tmp_path: Path
) -> None:
    if content is not None:
        write(tmp_path / "billit.key", content, mode)
    found = reasons(write(tmp_path / "config.toml", WITH_KEY_FILE.format("billit.key")))
    assert list(found) == ["billit.api_key_file"]
    assert found["billit.api_key_file"].startswith(reason)


def test_a_key_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "billit.key", "").write_bytes(b"\xff\xfe")
    found = reasons(write(tmp_path / "config.toml", WITH_KEY_FILE.format("billit.key")))
    assert found == {"billit.api_key_file": "names a file that is not text — put nothing but the key in it"}


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", WITH_KEY_FILE.format(".")))
    assert found["billit.api_key_file"].startswith("names something that is no file")


@pytest.mark.parametrize(
    "written, reason",
    [
        ("$NOWHERE/key", "uses a $VARIABLE that is not set"),
        ("k" * 300, "names a file that cannot be read: File name too long"),
        ("cost$", "has a stray $ in it"),
        ("~nobody-of-that-name/key", "uses ~, and there is no home folder"),
        ("", "is empty"),
    ],
)
def test_a_path_that_leads_nowhere_is_explained(written: str, reason: str, tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", WITH_KEY_FILE.format(written)))
    assert list(found) == ["billit.api_key_file"]
    assert found["billit.api_key_file"].startswith(reason)


def test_a_key_and_a_key_file_side_by_side_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "billit.key", "from-file")
    path = write(
        tmp_path / "config.toml", GOOD.replace('"billit-key"', '"inline"\napi_key_file = "billit.key"')
    )
    assert reasons(path) == {"billit.api_key": "stands beside api_key_file — keep one of the two"}
