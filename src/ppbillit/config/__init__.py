"""The config: one schema, read from `config.toml`, `credentials.toml` and the environment."""

from ppbillit.config.load import LoadedConfig, load_config
from ppbillit.config.mistakes import ConfigError, Mistake
from ppbillit.config.schema import Config

__all__ = ["Config", "ConfigError", "LoadedConfig", "Mistake", "load_config"]
