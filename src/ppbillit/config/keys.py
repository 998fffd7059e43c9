"""The keys of the schema as a flat list, for everything that speaks about keys rather than values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

import tomli_w
from pydantic import BaseModel, SecretStr

from ppbillit.config.schema import ENV_DELIMITER, ENV_PREFIX, Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

KeyPath = tuple[str, ...]
FILE_SUFFIX = "_file"


@dataclass(frozen=True)
class ConfigKey:
    """One key of the config: where it stands, and what the schema says about it."""

    path: KeyPath
    field: FieldInfo

    @property
    def name(self) -> str:
        """The key as it is written within its table."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """The key with its table, as messages name it."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return variable_of(self.path)

    @property
    def is_secret(self) -> bool:
        """Whether its value must not be seen by others."""
        return _holds_secrets(self.field.annotation)

    @property
    def is_to_fill_in(self) -> bool:
        """Whether a config made by hand needs it filled in."""
        return self.field.is_required() or self.field.json_schema_extra == {"fill_in": True}

    @property
    def is_table(self) -> bool:
        """Whether it holds keys of the user's own making."""
        return get_origin(self.field.annotation) is dict

    @property
    def choices(self) -> tuple[str, ...]:
        """The words it can be, where it is one of a few."""
        return tuple(word for word in get_args(self.field.annotation) if isinstance(word, str))

    @property
    def description(self) -> str:
        """What it is for, in a sentence or three."""
        choices = f" One of {', '.join(self.choices)}." if self.choices else ""
        return (self.field.description or "") + choices

    @property
    def has_default(self) -> bool:
        """Whether something holds where it is left out, and not just nothing."""
        is_bare = self.is_table or self.is_secret or self.field.is_required()
        return not is_bare and self.field.default not in {None, "", ()}

    @property
    def sample(self) -> Any:
        """A value it can have: an example, else its default."""
        return self.field.examples[0] if self.field.examples else self.field.default

    @property
    def example(self) -> str:
        """A line of TOML that sets it."""
        return as_toml(self.name, self.sample)


def _holds_secrets(annotation: Any) -> bool:
    return annotation is SecretStr or any(_holds_secrets(part) for part in get_args(annotation))


def as_toml(name: str, value: Any) -> str:
    """Write one key and its value as TOML, a list on the same line."""
    if isinstance(value, list):
        values = (as_toml("_", item).partition(" = ")[2] for item in value)
        return f"{name} = [{', '.join(values)}]"
    return tomli_w.dumps({name: value}).strip()


def variable_of(path: KeyPath) -> str:
    """Give the environment variable that overrides the key at `path`."""
    return ENV_PREFIX + ENV_DELIMITER.join(path).upper()


@cache
def sections() -> dict[str, type[BaseModel]]:
    """Give the tables of the config, in the order of the schema."""
    annotations = ((name, field.annotation) for name, field in Config.model_fields.items())
    return {
        name: kind for name, kind in annotations if isinstance(kind, type) and issubclass(kind, BaseModel)
    }


@cache
def config_keys() -> dict[KeyPath, ConfigKey]:
    """Give all keys of the config, in the order of the schema."""
    return {key.path: key for key in _walk()}


def _walk() -> Iterator[ConfigKey]:
    for name, field in Config.model_fields.items():
        section = sections().get(name)
        if section is None:
            yield ConfigKey((name,), field)
        else:
            for key, key_field in section.model_fields.items():
                yield ConfigKey((name, key), key_field)


@cache
def key_files() -> dict[KeyPath, KeyPath]:
    """Give, for each secret that may stand in a file of its own, the key that names the file."""
    pairs = (
        (path, (*path[:-1], path[-1] + FILE_SUFFIX)) for path, key in config_keys().items() if key.is_secret
    )
    return {path: file_path for path, file_path in pairs if file_path in config_keys()}
