"""What `connect` writes: `credentials.toml`, and a first `config.toml` where there is none; nothing else."""

from __future__ import annotations

import fcntl
import os
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import tomli_w
from pydantic import TypeAdapter, ValidationError

from ppbillit.config.example import first_config
from ppbillit.config.keys import config_keys
from ppbillit.config.layers import CREDENTIALS_NAME
from ppbillit.config.problems import reason_and_fix
from ppbillit.errors import CannotWrite, SetupWrong
from ppbillit.files import sync_directory

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from ppbillit.config.keys import KeyPath

_HEAD = """\
# Written by `ppbillit connect`: the same keys as config.toml, which it goes before.  Keep it to yourself.

"""

# A new way in replaces the old one, however that was written.
_WAYS_IN = {"api_key", "api_key_file", "client_id", "client_secret", "client_secret_file"}


def problem_with(path: KeyPath, value: Any) -> str | None:
    """Say what is wrong with a value for this key by itself, and what to write instead; None if nothing is."""
    field = config_keys()[path].field
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        TypeAdapter[Any](kind).validate_python(value)
    except ValidationError as error:
        [found, *_] = error.errors(include_url=False, include_input=False)
        return "it {}; {}".format(*reason_and_fix(found, path, value))
    return None


def write_credentials(config_path: Path, table: str, values: Mapping[str, Any]) -> Path:
    """Put what was learnt of one side beside the config, and leave the other side as it is; gives the file.

    Raises CannotWrite.
    """
    path = config_path.with_name(CREDENTIALS_NAME).resolve()
    with _named_trouble(path), _alone_in(path.parent):
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig")) if path.exists() else {}
        outdated = _WAYS_IN if _WAYS_IN & values.keys() else set()
        kept = {name: value for name, value in tables.get(table, {}).items() if name not in outdated}
        tables[table] = {**kept, **values}
        draft = _written(path, _HEAD + tomli_w.dumps(tables))
        draft.replace(path)
        sync_directory(path.parent)
    return path


def write_first_config(
    path: Path, answers: Mapping[KeyPath, Any], in_credentials: Collection[KeyPath]
) -> None:
    """Write a commented config with these answers; raises SetupWrong where there is one already, CannotWrite."""
    with _named_trouble(path):
        draft = _written(path, first_config(answers, in_credentials))
        try:
            path.hardlink_to(draft)  # unlike a rename, it replaces nothing
        except FileExistsError:
            raise SetupWrong(
                f"There is a config at {path} by now, and it is yours: nothing was written in it.",
                "Run `ppbillit doctor` to see whether it serves.",
            ) from None
        finally:
            draft.unlink()
        sync_directory(path.parent)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let nobody else write there meanwhile: two that add a side each would lose one of the two.

    The folder itself is locked, since a lock file would stay behind beside the config.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _written(path: Path, text: str) -> Path:
    """Write a file beside its place, readable by its owner only, on the disk when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)  # of one that was killed; in a container all have the same number
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)  # half of a key on a full disk
        raise
    return draft


@contextmanager
def _named_trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written ({error.strerror}).",
            "Check the rights of its folder; or hand over the keys as files or variables, as docs/config.md says.",
        ) from error
