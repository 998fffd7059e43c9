"""`config.example.toml` and `docs/config.md`, made from the schema so that neither can be wrong about it.

`python -m ppbillit.config.example` prints the one, with the word `reference` behind it the other.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from ppbillit.config.keys import ConfigKey, as_toml, config_keys, sections
from ppbillit.config.layers import CREDENTIALS_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ppbillit.config.keys import KeyPath

WIDTH = 100

_EXAMPLE_HEAD = """\
# The config of ppbillit: one shop, one company in Billit.
#
# `ppbillit connect` makes one for you. By hand: copy this file to ~/.config/ppbillit/config.toml,
# keep it to yourself (chmod 600), and fill in what is empty: that is all it needs. Lines that begin
# with # show what holds if you say nothing; take the # away to say something else. docs/config.md
# has the same as a table.
"""

_FIRST_HEAD = f"""\
# The config of ppbillit: one shop, one company in Billit.  Made by `ppbillit connect`; from here on it is yours,
# and nothing ever writes in it again.
#
# The keys are in {CREDENTIALS_NAME} beside it.  Lines that begin with # show what holds if you say nothing; take
# the # away to say something else.
"""

_REFERENCE_HEAD = """\
# The config

<!-- Made from the schema: do not edit. `python -m ppbillit.config.example reference > docs/config.md` -->

`ppbillit` reads `config.toml`: the one named by `--config`, else by `PPBILLIT_CONFIG`, else the one in
your config folder (`~/.config/ppbillit/` on Linux). It never writes in it.
[`config.example.toml`](../config.example.toml) is one to copy and fill in; `ppbillit connect` makes one for you.

- **`credentials.toml`** beside it has the same keys and goes before `config.toml`; `ppbillit connect` writes it.
- **Environment variables** go before both: the last column has their names.
- **Keys** can stand in files of their own (`api_key_file`). A file with a key in it must be yours alone
  (`chmod 600`); what lies in `$CREDENTIALS_DIRECTORY`, systemd's folder for secrets, is taken as it is, and so
  are the secrets of containers in `/run/secrets`, as long as others cannot change them.
- **OAuth**: with `client_id` in place of `api_key`, the tokens that Billit gives are kept beside the state file
  (`state.sqlite3.billit-tokens.json`), never beside the config: they change every hour.
- **Paths** may be relative to the folder of `config.toml`, begin with `~`, and hold `$VARIABLES`.
- **Mistakes** are all reported at once, each with its file and line, and without repeating what you wrote.
"""


def example_config() -> str:
    """Write the commented example: every key, the required ones empty, all others at their defaults."""
    return _commented(_EXAMPLE_HEAD, _example_key)


def first_config(answers: Mapping[KeyPath, Any], in_credentials: Collection[KeyPath]) -> str:
    """Write the config that `connect` begins with: its answers, and all else commented at its defaults.

    `in_credentials` are the keys that stand in `credentials.toml`.
    """

    def written(key: ConfigKey) -> str:
        if key.path in answers:
            return f"{_comment(key.description)}{as_toml(key.name, answers[key.path])}\n"
        if key.path in in_credentials:
            return f"{_comment(key.description)}# {key.name}: in {CREDENTIALS_NAME}\n"
        return _example_key(key, asks=False)

    return _commented(_FIRST_HEAD, written)


def _commented(head: str, write: Callable[[ConfigKey], str]) -> str:
    parts = [head, *(write(key) for key in _keys_of(()))]
    for name, section in sections().items():
        parts.append(f"{_comment(inspect.getdoc(section) or '')}[{name}]\n")
        # A table ends the keys of the table around it, so those with keys of their own come last.
        parts += [write(key) for key in sorted(_keys_of((name,)), key=lambda key: key.is_table)]
    return "\n".join(parts)


def _keys_of(table: tuple[str, ...]) -> list[ConfigKey]:
    return [key for key in config_keys().values() if key.path[:-1] == table]


def _example_key(key: ConfigKey, *, asks: bool = True) -> str:
    description = _comment(key.description)
    if key.is_to_fill_in and asks:
        return f"{description}{_empty(key)}\n"
    if key.is_table:
        rows = "".join(f"# {as_toml(name, value)}\n" for name, value in key.sample.items())
        return f"{description}# [{key.dotted}]\n{rows}"
    remark = "" if key.has_default else "  # an example: by default there is none"
    return f"{description}# {key.example}{remark}\n"


def _empty(key: ConfigKey) -> str:
    """Leave a required value out in a way that is refused until it is filled in."""
    if key.field.annotation is int:
        return f"{key.name} = 0"
    if key.is_secret:
        return f'{key.name} = ""'
    return f'{key.name} = ""  # for example {key.example}'


def _comment(text: str) -> str:
    paragraphs = [textwrap.wrap(" ".join(paragraph.split()), WIDTH - 2) for paragraph in text.split("\n\n")]
    return "".join(f"# {line}\n" for paragraph in paragraphs for line in paragraph)


def reference() -> str:
    """Write the reference: where the config comes from, and a table of keys for each of its tables."""
    parts = [_REFERENCE_HEAD, "\n## At the top of the file\n\n", *_table(())]
    for name, section in sections().items():
        about = " ".join((inspect.getdoc(section) or "").split())
        parts += [f"\n## `[{name}]`\n\n{about}\n\n", *_table((name,))]
    return "".join(parts)


def _table(table: tuple[str, ...]) -> Iterator[str]:
    yield "| key | default | what it is | variable |\n|---|---|---|---|\n"
    for key in _keys_of(table):
        variable = f"{key.variable}__<ID>" if key.is_table else key.variable
        yield f"| `{key.name}` | {_default(key)} | {_cell(key.description)} | `{variable}` |\n"


def _default(key: ConfigKey) -> str:
    if key.is_to_fill_in:
        return "**required**"
    return f"`{as_toml('_', key.sample).partition(' = ')[2]}`" if key.has_default else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(reference() if "reference" in sys.argv[1:] else example_config())
