"""The config: one schema, read from `config.toml`, `credentials.toml` and the environment."""

from ppbillit.config.load import LoadedConfig, StartedConfig, load_config, load_what_is_there
from ppbillit.config.problems import ConfigError, Problem
from ppbillit.config.schema import Config

__all__ = [
    "Config",
    "ConfigError",
    "LoadedConfig",
    "Problem",
    "StartedConfig",
    "load_config",
    "load_what_is_there",
]
