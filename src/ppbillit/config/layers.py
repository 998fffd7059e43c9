"""Where values come from: TOML files and the environment, each a layer that remembers its places."""

from __future__ import annotations

import os
import re
import shlex
import stat
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_settings import EnvSettingsSource

from ppbillit.config.keys import ConfigKey, KeyPath, config_keys
from ppbillit.config.problems import Origin, Problem, closest, problem_at
from ppbillit.config.schema import ENV_PREFIX, Config
from ppbillit.config.toml_lines import key_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CONFIG_VARIABLE = "PPBILLIT_CONFIG"
CREDENTIALS_NAME = "credentials.toml"
OPEN_TO_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH

_LINE_IN_MESSAGE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_YES_OR_NO = re.compile(r"\s*[\w.-]+\s*=\s*(yes|no|on|off|true|false|ja|nee)\s*(#.*)?$", re.IGNORECASE)


def at_home(path: Path) -> Path:
    """Follow a `~`, which a shell leaves alone behind a `=`."""
    with suppress(RuntimeError):  # nobody's home: then it is just a name
        return path.expanduser()
    return path


@dataclass
class Layer:
    """Values from one place, as nested tables, and where in it each of them stands."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    mistakes: list[Problem] = field(default_factory=list)
    is_readable: bool = True


def read_file(path: Path) -> Layer:
    """Read a TOML file; what is wrong with the file as such comes back as mistakes of the layer."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Notepad puts a mark at the beginning
    except OSError as error:
        reason = f"cannot be read: {os.strerror(error.errno or 0)}"
        return _unreadable(Problem(path, None, "", reason, "make it a file that you can read"))
    except UnicodeDecodeError:
        return _unreadable(Problem(path, None, "", "is not UTF-8 text", "save it as UTF-8 in your editor"))
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        return _unreadable(_syntax_mistake(path, text, str(error)))
    origins = {key: Origin(path, line) for key, line in key_lines(text).items()}
    layer = Layer(data, origins)
    layer.mistakes.extend(_exposed_secrets(path, layer))
    return layer


def _unreadable(mistake: Problem) -> Layer:
    return Layer(mistakes=[mistake], is_readable=False)


def _syntax_mistake(path: Path, text: str, message: str) -> Problem:
    # On Python 3.11 the line is in the text of the error and nowhere else.
    found = _LINE_IN_MESSAGE.search(message)
    at_line = found and found["line"]
    line = int(at_line) if at_line else text.count("\n") + 1
    what = _LINE_IN_MESSAGE.sub("", message)
    reason = f"is not TOML: {what[:1].lower()}{what[1:]}"
    lines = text.splitlines()
    if _YES_OR_NO.match(lines[line - 1] if line <= len(lines) else ""):
        return Problem(path, line, "", reason, "write true or false, in small letters and without quotes")
    return Problem(
        path, line, "", reason, "write key = value, texts between double quotes, dates without quotes"
    )


def is_open_to_others(path: Path) -> bool:
    """Tell whether anybody but its owner can read or change a file."""
    return os.name == "posix" and bool(path.stat().st_mode & OPEN_TO_OTHERS)


def how_to_close(path: Path) -> str:
    """Give the command that keeps a file from others."""
    return f"chmod 600 {shlex.quote(str(path))}"


def _exposed_secrets(path: Path, layer: Layer) -> Iterator[Problem]:
    for key in config_keys().values():
        if key.is_secret and value_at(layer.data, key.path) and is_open_to_others(path):
            reason = "stands in a file that others on this machine can read or change"
            yield problem_at(layer.origins[key.path], key.path, reason, how_to_close(path))


def value_at(data: Mapping[str, Any], path: KeyPath) -> Any:
    """Look up a value in nested tables; None where there is nothing."""
    here: Any = data
    for name in path:
        if not isinstance(here, dict) or name not in here:
            return None
        here = here[name]
    return here


# --- the environment --------------------------------------------------------------------------


class _GivenEnvironment(EnvSettingsSource):
    """Reads an environment that is handed over; the one of the library reads the process's own."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(Config)
        self.env_vars = {name.lower(): value for name, value in environ.items()}


def read_environment(environ: Mapping[str, str]) -> Layer:
    """Read the variables that begin with `PPBILLIT_`; unknown ones are mistakes, not noise."""
    layer = Layer()
    known: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_VARIABLE:
            continue
        path = _path_of(name)
        if path is None:
            layer.mistakes.append(_unknown_variable(name))
        else:
            known[name] = value
            layer.origins[path] = Origin(variable=name)
    layer.data = _GivenEnvironment(known)()
    return layer


def _path_of(variable: str) -> KeyPath | None:
    for key in config_keys().values():
        if key.is_table:
            within = variable.upper().removeprefix(key.variable + "__")
            if within != variable.upper() and within:
                return (*key.path, within.lower())
        elif variable.upper() == key.variable:
            return key.path
    return None


def _unknown_variable(name: str) -> Problem:
    # Without the beginning that all have in common, which would make any two look alike.
    known = [_variable_shown(key).removeprefix(ENV_PREFIX) for key in config_keys().values()]
    close = closest(name.removeprefix(ENV_PREFIX), known)
    fix = f"did you mean {ENV_PREFIX}{close}?" if close else "unset it; docs/config.md has the names"
    return Problem(None, None, name, "is not a variable that ppbillit knows", fix)


def _variable_shown(key: ConfigKey) -> str:
    return f"{key.variable}__ID" if key.is_table else key.variable
