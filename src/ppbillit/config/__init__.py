"""The config: one schema, read from `config.toml`, `credentials.toml` and the environment."""

from ppbillit.config.load import LoadedConfig, StartedConfig, load_config, load_what_is_there
from ppbillit.config.mistakes import ConfigError, Mistake
from ppbillit.config.schema import Config

__all__ = [
    "Config",
    "ConfigError",
    "LoadedConfig",
    "Mistake",
    "StartedConfig",
    "load_config",
    "load_what_is_there",
]
