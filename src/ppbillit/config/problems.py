"""What is wrong with a config, in a person's words: where it stands, why it cannot be, what to write instead.

A value is never repeated, not even a harmless one: a secret pasted on the wrong line would be in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ppbillit.config.keys import KeyPath, config_keys, sections
from ppbillit.config.types import REFUSED
from ppbillit.errors import SetupWrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

NO_LINE = 10**9  # sorts behind every line


@dataclass(frozen=True)
class Origin:
    """Where a value was written: a line of a file, or an environment variable."""

    file: Path | None = None
    line: int | None = None
    variable: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing to put right; without a `file`, `key` is the name of an environment variable."""

    file: Path | None
    line: int | None
    key: str
    reason: str
    fix: str

    @property
    def place(self) -> str:
        """Where to look: `file:line key`, as far as they are known."""
        file = "environment" if self.file is None else str(self.file)
        line = "" if self.line is None else f":{self.line}"
        return f"{file}{line} {self.key}".rstrip()

    def __str__(self) -> str:
        """Render as `file:line key: reason — fix`."""
        return f"{self.place}: {self.reason} — {self.fix}"


class ConfigError(SetupWrong):
    """The config cannot be used; all that is wrong with it, at once."""

    def __init__(self, mistakes: Sequence[Problem]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=_reading_order))
        super().__init__(_message(self.mistakes), _closing(self.mistakes))


def _reading_order(mistake: Problem) -> tuple[bool, str, int]:
    return (mistake.file is None, str(mistake.file), mistake.line or NO_LINE)


def _message(mistakes: Sequence[Problem]) -> str:
    if len(mistakes) == 1:
        return f"{mistakes[0].place}: {mistakes[0].reason}"
    rows = "".join(f"\n  {mistake}" for mistake in mistakes)
    return f"the config has {len(mistakes)} mistakes:{rows}"


def _closing(mistakes: Sequence[Problem]) -> str:
    if len(mistakes) == 1:
        return mistakes[0].fix
    return "put these right and run the command again; docs/config.md explains every key"


def problem_at(origin: Origin, path: KeyPath, reason: str, fix: str) -> Problem:
    """Make a mistake about the key at `path`, which was written at `origin`."""
    return Problem(origin.file, origin.line, origin.variable or ".".join(path), reason, fix)


def closest(word: str, words: Sequence[str]) -> str | None:
    """Find the one of `words` that was probably meant, whatever its case."""
    by_case = {candidate.casefold(): candidate for candidate in words}
    close = get_close_matches(word.casefold(), by_case, 1, cutoff=0.6)
    return by_case[close[0]] if close else None


# --- what pydantic found, in our words --------------------------------------------------------

_REASONS = {
    "missing": "is missing",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "finite_number": "must be a number",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "string_type": "must be text",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}
_CONNECT = "run `ppbillit connect`, which asks for it"
_REASONS_BY_KIND = {"int": "must be a whole number", "float": "must be a number"}


def reason_and_fix(error: ErrorDetails, path: KeyPath, value: Any) -> tuple[str, str]:
    """Say what pydantic found at `path`; `value` is only compared with what may stand there, never shown."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == REFUSED:
        return context["reason"], context["fix"]
    if kind == "extra_forbidden":
        return _unknown_key(path, is_table=isinstance(value, dict))
    if kind == "literal_error":
        return f"must be one of {_quoted(config_keys()[path].choices)}", _fix(path, value)
    reason = _REASONS.get(kind) or _REASONS_BY_KIND.get(kind.partition("_")[0], "is not what belongs here")
    return reason.format(**context), _fix(path, value)


def _fix(path: KeyPath, value: Any) -> str:
    key = config_keys().get(path)
    if key is None:
        return f"begin it with [{'.'.join(path)}]"
    if key.is_secret:
        return (
            f'{_CONNECT}, or write {key.name} = "…" with the key in it, '
            f'or {key.name}_file = "…" with the name of its file'
        )
    if key.name == "party_id" and value is None:
        return f"{_CONNECT}, or write for example {key.example}"
    if key.is_table:
        return f"begin it with [{key.dotted}]"
    close = closest(value, key.choices) if isinstance(value, str) else None
    return f'did you mean "{close}"?' if close else f"write for example {key.example}"


def _unknown_key(path: KeyPath, *, is_table: bool) -> tuple[str, str]:
    kind = "table" if is_table else "key"
    reason = f"is not a {kind} that ppbillit knows"
    name = path[-1]
    meant = meant_key(path)
    if meant:
        return (
            reason,
            f"did you mean {f'[{meant[-1]}]' if meant[0] in sections() and len(meant) == 1 else meant[-1]}?",
        )
    elsewhere = next((key.name for key in config_keys().values() if _bare(key.name) == _bare(name)), None)
    if elsewhere:
        return reason, f"{'it' if elsewhere == name else elsewhere} belongs {_home(elsewhere)}"
    return reason, f"remove it; known here are {', '.join(_names_within(path[:-1]))}"


def _bare(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _home(name: str) -> str:
    if (name,) in config_keys():
        return "at the top of the file, before the first table"
    return "below " + " or ".join(f"[{key.path[0]}]" for key in config_keys().values() if key.name == name)


def meant_key(path: KeyPath) -> KeyPath | None:
    """Find the key that was probably meant by an unknown one, in the same table."""
    close = closest(path[-1], _names_within(path[:-1]))
    return (*path[:-1], close) if close else None


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _names_within(table: KeyPath) -> list[str]:
    return list(dict.fromkeys(path[len(table)] for path in config_keys() if path[: len(table)] == table))
