"""Load `config.toml`, `credentials.toml` and the environment as one `Config`, or report all that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path
from pydantic import ValidationError

from ppbillit.config.key_files import KeyFileWrong, read_key, resolve
from ppbillit.config.keys import BILLIT_ACCESS, KeyPath, key_files, sections
from ppbillit.config.layers import (
    CONFIG_VARIABLE,
    CREDENTIALS_NAME,
    Layer,
    at_home,
    read_environment,
    read_file,
    value_at,
)
from ppbillit.config.problems import ConfigError, Origin, Problem, meant_key, problem_at, reason_and_fix
from ppbillit.config.schema import Config, default_state_file
from ppbillit.config.types import EARLIEST_GO_LIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

CONFIG_NAME = "config.toml"
STATE_FILE: KeyPath = ("state_file",)


@dataclass(frozen=True)
class _Override:
    """A value that is used instead of one further down; neither is shown."""

    winner: Origin
    by: KeyPath
    loser: Origin

    def __str__(self) -> str:
        name = self.winner.variable or f"{'.'.join(self.by)} of {self.winner.file}"
        return f"{name} is used instead of {self.loser.file}:{self.loser.line}"


@dataclass(frozen=True)
class LoadedConfig:
    """A config that can be used, its file, and which values replace others."""

    config: Config
    path: Path
    overrides: tuple[_Override, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What may surprise the owner: each value that is not used, as a sentence."""
        return tuple(map(str, self.overrides))


@dataclass(frozen=True)
class StartedConfig:
    """A config that may be incomplete: each key of `missing` has a meaningless value in `config`."""

    config: Config
    path: Path
    is_there: bool
    missing: frozenset[KeyPath]


# What `ppbillit connect` asks for, and the value that stands for it until then.
_ASKED_FOR: dict[KeyPath, Any] = {
    ("plugandpay", "api_key"): "unknown",
    ("billit", "api_key"): "unknown",
    ("billit", "client_secret"): "unknown",
    ("billit", "party_id"): 1,
    ("sync", "go_live"): EARLIEST_GO_LIVE,
}
_EMPTY = (None, "", 0)


def load_config(path: Path | None, environ: Mapping[str, str]) -> LoadedConfig:
    """Load the config at `path`, else where the environment says, else in its usual place; raise ConfigError."""
    found, where = _find(path, environ)
    if _is_absent(found):
        reason = f"there is no such file ({where})"
        fix = (
            "run `ppbillit connect`, which makes it (or copy config.example.toml there, fill it in and "
            f"`chmod 600` it); or name another file with --config or {CONFIG_VARIABLE}"
        )
        raise ConfigError([Problem(found, None, "", reason, fix)])
    overlay = _read(found, environ)
    return LoadedConfig(overlay.validate(), found, tuple(overlay.overrides))


def load_what_is_there(path: Path | None, environ: Mapping[str, str]) -> StartedConfig:
    """Load as `load_config` does, but allow that the file or the keys are missing; raise ConfigError."""
    found, _ = _find(path, environ)
    overlay = _read(found, environ)
    missing = overlay.fill_missing()
    return StartedConfig(overlay.validate(), found, not _is_absent(found), frozenset(missing))


def _find(path: Path | None, environ: Mapping[str, str]) -> tuple[Path, str]:
    """Return the file to read, and in words who named it."""
    from_environment = environ.get(CONFIG_VARIABLE, "")
    if path is not None:
        where = "named by --config"
    elif from_environment:
        path, where = Path(from_environment), f"named by {CONFIG_VARIABLE}"
    else:
        path, where = user_config_path("ppbillit", appauthor=False) / CONFIG_NAME, "the usual place"
    return at_home(path).absolute(), where  # messages are read in other folders


def _is_absent(path: Path) -> bool:
    """Check whether there is no file; one that cannot be looked at counts as there, so that reading it fails."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _read(path: Path, environ: Mapping[str, str]) -> _Overlay:
    """Lay the files that are there and the environment over each other."""
    files = dict.fromkeys((path, path.with_name(CREDENTIALS_NAME)))
    layers = [*(read_file(file) for file in files if not _is_absent(file)), read_environment(environ)]
    if not all(layer.is_readable for layer in layers):
        # Nothing more is checked: the keys of the unreadable file would all be reported as missing.
        raise ConfigError([problem for layer in layers for problem in layer.problems])
    overlay = _Overlay(path, environ)
    for layer in layers:
        overlay.add(layer)
    overlay.follow_paths()
    return overlay


class _Overlay:
    """The layers laid over each other, later ones on top, each value with its origin."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        # Every table is there from the start, so that each missing key is reported by its name.
        self.data: dict[str, Any] = {name: {} for name in sections()}
        self.origins: dict[KeyPath, Origin] = {}
        self.problems: list[Problem] = []
        self.overrides: list[_Override] = []

    # --- laying over ---

    def add(self, layer: Layer) -> None:
        """Lay a layer on top."""
        self.problems += layer.problems
        self._choose_access(layer)
        self._choose_keys(layer)
        for path, origin in layer.origins.items():
            earlier = self.origins.get(path)
            if earlier and not isinstance(value_at(layer.data, path), dict):
                self.overrides.append(_Override(origin, path, earlier))
            # A missing key is reported at its table in the user's own file: a table keeps its first origin.
            if not (earlier and isinstance(value_at(self.data, path), dict)):
                self.origins[path] = origin
        _merge(self.data, layer.data)

    def _choose_keys(self, layer: Layer) -> None:
        """Replace, by a key or the file that holds it, either of the two further down."""
        for key, file in key_files().items():
            # An empty key was never filled in: it does not count beside a file.
            given = [path for path in (key, file) if value_at(layer.data, path) not in (None, "")]
            if len(given) > 1:
                reason, fix = f"stands beside {file[-1]}", "keep one of the two"
                self.problems.append(problem_at(layer.origins[key], key, reason, fix))
            for path in (key, file) if given else ():
                if path not in given:
                    self._drop(path, layer.origins[given[0]], given[0])

    def _choose_access(self, layer: Layer) -> None:
        """Replace OAuth further down by an API key of Billit, and an API key by OAuth."""
        for way, other in (BILLIT_ACCESS, BILLIT_ACCESS[::-1]):
            given = [path for path in way if value_at(layer.data, path) not in _EMPTY]
            if given and not any(value_at(layer.data, path) for path in other):
                for path in other:
                    self._drop(path, layer.origins[given[0]], given[0])

    def _drop(self, path: KeyPath, winner: Origin, by: KeyPath) -> None:
        if value_at(self.data, path) is not None:
            self.overrides.append(_Override(winner, by, self.origins.pop(path)))
            del value_at(self.data, path[:-1])[path[-1]]

    # --- paths ---

    def follow_paths(self) -> None:
        """Make paths absolute, and read the keys that are in files."""
        if value_at(self.data, STATE_FILE) is None:
            self.data["state_file"] = default_state_file(self.environ)
        for path, key in {STATE_FILE: None, **{file: key for key, file in key_files().items()}}.items():
            written = value_at(self.data, path)
            if isinstance(written, str) and written.strip():
                self._follow(path, written, key)
            elif written is not None:  # the schema will report what is wrong with it
                self._count_as_given(key)

    def _follow(self, path: KeyPath, written: str, key: KeyPath | None) -> None:
        """Make one path absolute; `key` is the key that is in this file."""
        table = value_at(self.data, path[:-1])
        try:
            table[path[-1]] = target = resolve(written, self.path.parent, self.environ)
            if key:
                table[key[-1]] = read_key(target, self.environ)
                self.origins[key] = self.origins[path]
        except KeyFileWrong as wrong:
            self.problems.append(problem_at(self.origins[path], path, wrong.reason, wrong.fix))
            self._count_as_given(key)

    def _count_as_given(self, key: KeyPath | None) -> None:
        """Keep a key whose file is wrong from being reported as missing too."""
        if key:
            value_at(self.data, key[:-1]).setdefault(key[-1], "unread")

    def fill_missing(self) -> set[KeyPath]:
        """Give a value to each key that `connect` asks for and that is missing; return these keys."""
        needed = set(_ASKED_FOR)
        has_application = value_at(self.data, ("billit", "client_id")) not in _EMPTY
        needed.discard(("billit", "api_key" if has_application else "client_secret"))
        missing = {path for path in needed if value_at(self.data, path) in _EMPTY}
        for path in missing:
            table = value_at(self.data, path[:-1])
            if isinstance(table, dict):
                table[path[-1]] = _ASKED_FOR[path]
        return missing

    # --- validation ---

    def validate(self) -> Config:
        """Return the config if all is right; else raise ConfigError with all problems found so far and here."""
        try:
            config = Config.model_validate(self.data)
        except ValidationError as error:
            config = None
            self.problems += self._problems(error.errors(include_url=False, include_input=False))
        if config is None or self.problems:  # raised out here: pydantic's error would quote values
            raise ConfigError(self.problems)
        return config

    def _problems(self, errors: list[ErrorDetails]) -> Iterator[Problem]:
        found = [(error, tuple(str(part) for part in error["loc"] if part != "[key]")) for error in errors]
        unknown = [path for error, path in found if error["type"] == "extra_forbidden"]
        misspelt = {meant for path in unknown for meant in [meant_key(path)] if meant}
        for error, path in found:
            if error["type"] == "missing" and path in misspelt:
                continue  # it is there under a wrong name, which is reported already
            reason, fix = reason_and_fix(error, path, value_at(self.data, path))
            yield problem_at(self._origin(path), path, reason, fix)

    def _origin(self, path: KeyPath) -> Origin:
        """Return where a key stands, or the table it should be in, or else the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return Origin(self.path)


def _merge(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _merge(below[key], value)
        else:
            below[key] = value
