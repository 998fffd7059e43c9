"""The sources of values: TOML files and the environment, each as a layer that knows where its values stand."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_settings import EnvSettingsSource

from ppbillit.config.keys import ConfigKey, KeyPath, config_keys
from ppbillit.config.problems import Origin, Problem, closest, problem_at
from ppbillit.config.schema import ENV_PREFIX, Config
from ppbillit.config.toml_lines import key_lines
from ppbillit.files import is_open_to_others

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CONFIG_VARIABLE = "PPBILLIT_CONFIG"
CREDENTIALS_NAME = "credentials.toml"

_LINE_IN_MESSAGE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_YES_OR_NO = re.compile(r"\s*[\w.-]+\s*=\s*(yes|no|on|off|true|false|ja|nee)\s*(#.*)?$", re.IGNORECASE)


@dataclass
class Layer:
    """The values of one source as nested tables, the origin of each, and what is wrong with the source."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_readable: bool = True


def value_at(data: Mapping[str, Any], path: KeyPath) -> Any:
    """Return a value in nested tables, or None."""
    here: Any = data
    for name in path:
        if not isinstance(here, dict) or name not in here:
            return None
        here = here[name]
    return here


def at_home(path: Path) -> Path:
    """Expand a `~`, which a shell does not after a `=`; without a home folder it is a name like any other."""
    with suppress(RuntimeError):
        return path.expanduser()
    return path


def how_to_close(path: Path) -> str:
    """Return the command that makes a file its owner's only."""
    return f"chmod 600 {shlex.quote(str(path))}"


# --- files ------------------------------------------------------------------------------------


def read_file(path: Path) -> Layer:
    """Read a TOML file; a file that cannot be read is a problem of the layer."""
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
        return _unreadable(_syntax_problem(path, text, str(error)))
    lines = cache(lambda: key_lines(text))  # called only for a message
    layer = Layer(data, {key: Origin(path, key=key, lines=lines) for key in _paths(data)})
    layer.problems.extend(_exposed_secrets(path, layer))
    return layer


def _unreadable(problem: Problem) -> Layer:
    return Layer(problems=[problem], is_readable=False)


def _paths(data: Mapping[str, Any], table: KeyPath = ()) -> Iterator[KeyPath]:
    for name, value in data.items():
        yield (*table, name)
        if isinstance(value, dict):
            yield from _paths(value, (*table, name))


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    # On Python 3.11 the line is in the text of the error and nowhere else.
    found = _LINE_IN_MESSAGE.search(message)
    line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
    what = _LINE_IN_MESSAGE.sub("", message)
    lines = text.splitlines()
    if _YES_OR_NO.match(lines[line - 1] if line <= len(lines) else ""):
        fix = "write true or false, in small letters and without quotes"
    else:
        fix = "write key = value, texts between double quotes, dates without quotes"
    return Problem(path, line, "", f"is not TOML: {what[:1].lower()}{what[1:]}", fix)


def _exposed_secrets(path: Path, layer: Layer) -> Iterator[Problem]:
    for key in config_keys().values():
        if key.is_secret and value_at(layer.data, key.path) and is_open_to_others(path):
            reason = "stands in a file that others on this machine can read or change"
            yield problem_at(layer.origins[key.path], key.path, reason, how_to_close(path))


# --- the environment --------------------------------------------------------------------------


class _GivenEnvironment(EnvSettingsSource):
    """Reads the environment it is given; its base class reads the one of the process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(Config)
        self.env_vars = {name.lower(): value for name, value in environ.items()}


def read_environment(environ: Mapping[str, str]) -> Layer:
    """Read the variables that begin with `PPBILLIT_`; an unknown one is a problem."""
    layer = Layer()
    known: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_VARIABLE:
            continue
        path = _path_of(name)
        if path is None:
            layer.problems.append(_unknown_variable(name))
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
    # Without the common prefix, which would make any two names look alike.
    known = [_variable_shown(key).removeprefix(ENV_PREFIX) for key in config_keys().values()]
    close = closest(name.removeprefix(ENV_PREFIX), known)
    fix = f"did you mean {ENV_PREFIX}{close}?" if close else "unset it; docs/config.md has the names"
    return Problem(None, None, name, "is not a variable that ppbillit knows", fix)


def _variable_shown(key: ConfigKey) -> str:
    return f"{key.variable}__ID" if key.is_table else key.variable
