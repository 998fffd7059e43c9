"""From `config.toml`, `credentials.toml` and the environment to one `Config`, or to all that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path
from pydantic import ValidationError

from ppbillit.config.key_files import KeyFileWrong, read_key, resolve
from ppbillit.config.keys import KeyPath, key_files, sections
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

# Billit is opened by a key or by an application of one's own.
_WAYS_IN: tuple[tuple[KeyPath, ...], tuple[KeyPath, ...]] = (
    (("billit", "api_key"), ("billit", "api_key_file")),
    (("billit", "client_id"), ("billit", "client_secret"), ("billit", "client_secret_file")),
)


@dataclass(frozen=True)
class LoadedConfig:
    """A config that can be used, the file it is from, and what a puzzled owner may want to know about it."""

    config: Config
    path: Path
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartedConfig:
    """A config as far as it goes: what is `missing` has a value in `config` that means nothing."""

    config: Config
    path: Path
    is_there: bool
    missing: frozenset[KeyPath]


# What `ppbillit connect` is there to ask for, and what stands in for it until then.
_ASKED_FOR: dict[KeyPath, Any] = {
    ("plugandpay", "api_key"): "unknown",
    ("billit", "api_key"): "unknown",
    ("billit", "client_secret"): "unknown",
    ("billit", "party_id"): 1,
    ("sync", "go_live"): EARLIEST_GO_LIVE,
}
_EMPTY = (None, "", 0)


def load_config(path: Path | None, environ: Mapping[str, str]) -> LoadedConfig:
    """Read the config at `path`, or where the environment says, or in its usual place."""
    found, where = _find(path, environ)
    if _is_absent(found):
        reason = f"there is no such file ({where})"
        fix = (
            "run `ppbillit connect`, which makes it (or copy config.example.toml there, fill it in and "
            f"`chmod 600` it); or name another file with --config or {CONFIG_VARIABLE}"
        )
        raise ConfigError([Problem(found, None, "", reason, fix)])
    overlay, mistakes = _laid_over(found, environ)
    config = overlay.validate()
    mistakes += overlay.mistakes
    if config is None or mistakes:
        raise ConfigError(mistakes)
    return LoadedConfig(config, found, tuple(overlay.notes))


def load_what_is_there(path: Path | None, environ: Mapping[str, str]) -> StartedConfig:
    """Read as `load_config` does, but let there be no file, and no keys; what is there must be right."""
    found, _ = _find(path, environ)
    is_there = not _is_absent(found)
    overlay, mistakes = _laid_over(found, environ, is_there=is_there)
    missing = overlay.stand_in()
    config = overlay.validate()
    mistakes += overlay.mistakes
    if config is None or mistakes:
        raise ConfigError(mistakes)
    return StartedConfig(config, found, is_there, frozenset(missing))


def _laid_over(
    found: Path, environ: Mapping[str, str], *, is_there: bool = True
) -> tuple[_Overlay, list[Problem]]:
    """Lay the files and the environment over each other."""
    layers = [read_file(found)] if is_there else []
    beside = found.with_name(CREDENTIALS_NAME)
    if beside != found and not _is_absent(beside):
        layers.append(read_file(beside))
    layers.append(read_environment(environ))
    mistakes = [mistake for layer in layers for mistake in layer.mistakes]
    if not all(layer.is_readable for layer in layers):
        raise ConfigError(mistakes)  # the keys of the unreadable one would all seem to be missing
    overlay = _Overlay(found, environ)
    for layer in layers:
        overlay.add(layer)
    overlay.follow_paths()
    return overlay, mistakes


def _find(path: Path | None, environ: Mapping[str, str]) -> tuple[Path, str]:
    """Say which file to read, and whose word that is: the argument, the variable, the user's folder."""
    from_environment = environ.get(CONFIG_VARIABLE, "")
    if path is not None:
        where = "named by --config"
    elif from_environment:
        path, where = Path(from_environment), f"named by {CONFIG_VARIABLE}"
    else:
        path, where = user_config_path("ppbillit", appauthor=False) / CONFIG_NAME, "the usual place"
    return at_home(path).absolute(), where  # messages are read in other folders


def _is_absent(path: Path) -> bool:
    """Tell whether a file is not there; one that cannot be looked at is, and reading it will say why not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


class _Overlay:
    """The layers laid over each other, later ones on top, each value with its origin."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        # Every table is there from the start: a missing one is then its missing keys, by name.
        self.data: dict[str, Any] = {name: {} for name in sections()}
        self.origins: dict[KeyPath, Origin] = {}
        self.mistakes: list[Problem] = []
        self.notes: list[str] = []

    # --- laying over ---

    def add(self, layer: Layer) -> None:
        """Lay a layer on top."""
        self._choose_way_in(layer)
        self._choose_keys(layer)
        for path in layer.origins:
            if path in self.origins and not isinstance(value_at(layer.data, path), dict):
                self.notes.append(_note(layer.origins[path], path, self.origins[path]))
        self.origins |= {
            path: origin for path, origin in layer.origins.items() if not self._is_known_table(path)
        }
        _merge(self.data, layer.data)

    def _is_known_table(self, path: KeyPath) -> bool:
        # Missing keys are looked for in the user's own file, so the first header of a table stays its origin.
        return path in self.origins and isinstance(value_at(self.data, path), dict)

    def _choose_keys(self, layer: Layer) -> None:
        """Let a key, or the file that holds it, replace whichever of the two is further down."""
        for key, file in key_files().items():
            # An empty key is one that was never filled in: it does not count beside a file.
            given = [path for path in (key, file) if value_at(layer.data, path) not in (None, "")]
            if len(given) > 1:
                reason, fix = f"stands beside {file[-1]}", "keep one of the two"
                self.mistakes.append(problem_at(layer.origins[key], key, reason, fix))
            for path in (key, file) if given else ():
                if path not in given:
                    self._drop(path, layer.origins[given[0]], given[0])

    def _choose_way_in(self, layer: Layer) -> None:
        """Let an API key of Billit replace OAuth further down, and OAuth an API key."""
        for way, other in (_WAYS_IN, _WAYS_IN[::-1]):
            given = [path for path in way if value_at(layer.data, path) not in _EMPTY]
            if given and not any(value_at(layer.data, path) for path in other):
                for path in other:
                    self._drop(path, layer.origins[given[0]], given[0])

    def _drop(self, path: KeyPath, winner: Origin, by: KeyPath) -> None:
        if value_at(self.data, path) is not None:
            self.notes.append(_note(winner, by, self.origins.pop(path)))
            del value_at(self.data, path[:-1])[path[-1]]

    # --- paths ---

    def follow_paths(self) -> None:
        """Make paths absolute, and read the keys that stand in files."""
        if value_at(self.data, STATE_FILE) is None:
            self.data["state_file"] = default_state_file(self.environ)
        for path in (STATE_FILE, *key_files().values()):
            written = value_at(self.data, path)
            if isinstance(written, str) and written.strip():
                self._follow(path, written)
            elif written is not None:
                self._silence(path)  # the schema will say what is wrong with it

    def _follow(self, path: KeyPath, written: str) -> None:
        table = value_at(self.data, path[:-1])
        try:
            table[path[-1]] = target = resolve(written, self.path.parent, self.environ)
            for key, file in key_files().items():
                if file == path:
                    table[key[-1]] = read_key(target, self.environ)
                    self.origins[key] = self.origins[path]
        except KeyFileWrong as wrong:
            self.mistakes.append(problem_at(self.origins[path], path, wrong.reason, wrong.fix))
            self._silence(path)

    def _silence(self, path: KeyPath) -> None:
        """Keep a key whose file is wrong from being called missing as well."""
        table = value_at(self.data, path[:-1])
        for key, file in key_files().items():
            if file == path:
                table.setdefault(key[-1], "unread")

    def stand_in(self) -> set[KeyPath]:
        """Put something in the place of what `connect` asks for and is not there; say what that was."""
        needed = set(_ASKED_FOR)
        has_application = value_at(self.data, ("billit", "client_id")) not in _EMPTY
        needed.discard(("billit", "api_key" if has_application else "client_secret"))
        missing = {path for path in needed if value_at(self.data, path) in _EMPTY}
        for path in missing:
            table = value_at(self.data, path[:-1])
            if isinstance(table, dict):
                table[path[-1]] = _ASKED_FOR[path]
        return missing

    # --- judging ---

    def validate(self) -> Config | None:
        """Hold everything against the schema."""
        try:
            return Config.model_validate(self.data)
        except ValidationError as error:
            self.mistakes.extend(self._mistakes(error.errors(include_url=False, include_input=False)))
            return None

    def _mistakes(self, errors: list[ErrorDetails]) -> Iterator[Problem]:
        found = [(error, tuple(str(part) for part in error["loc"] if part != "[key]")) for error in errors]
        unknown = [path for error, path in found if error["type"] == "extra_forbidden"]
        misspelt = {meant for path in unknown for meant in [meant_key(path)] if meant}
        for error, path in found:
            if error["type"] == "missing" and path in misspelt:
                continue  # it is there, under a wrong name, which is said already
            reason, fix = reason_and_fix(error, path, value_at(self.data, path))
            yield problem_at(self._origin(path), path, reason, fix)

    def _origin(self, path: KeyPath) -> Origin:
        """Find where a key stands, or the table it should stand in, or else the file."""
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


def _note(winner: Origin, path: KeyPath, loser: Origin) -> str:
    """Say that one value wins over another, without saying either."""
    name = winner.variable or f"{'.'.join(path)} of {winner.file}"
    return f"{name} is used instead of {loser.file}:{loser.line}"
