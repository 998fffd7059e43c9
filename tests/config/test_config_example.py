"""The example config and the reference page agree with the schema."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from ppbillit.config import Config, load_config
from ppbillit.config.example import example_config, reference
from ppbillit.config.keys import config_keys
from support.config_files import loaded, refusal, write

ROOT = Path(__file__).parents[2]
FILLED_IN = {
    'api_key = ""': 'api_key = "key"',
    "party_id = 0": "party_id = 574991",
    'go_live = ""  # for example go_live = 2027-01-01': "go_live = 2027-01-01",
}


def _filled_in(text: str) -> str:
    for empty, full in FILLED_IN.items():
        assert empty in text
        text = text.replace(empty, full)
    return text


def _uncommented(text: str) -> str:
    """Take the # away from every line that is a key or a table, as its owner would."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_setting = line.startswith("# ") and (" = " in bare.split("#")[0] or bare.startswith("["))
        # "the product's id in Plug&Pay = its account" is a sentence.
        lines.append(bare if is_setting and not bare.endswith(".") else line)
    return "\n".join(lines)


def test_the_example_in_the_repository_is_not_stale() -> None:
    advice = "run: python -m ppbillit.config.example > config.example.toml"
    assert (ROOT / "config.example.toml").read_text() == example_config(), advice


def test_the_reference_in_the_repository_is_not_stale() -> None:
    advice = "run: python -m ppbillit.config.example reference > docs/config.md"
    assert (ROOT / "docs" / "config.md").read_text() == reference(), advice


@pytest.mark.system
@pytest.mark.parametrize("word, expected", [((), example_config()), (("reference",), reference())])
def test_both_can_be_printed(word: tuple[str, ...], expected: str) -> None:
    command = [sys.executable, "-m", "ppbillit.config.example", *word]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == expected


def test_the_example_loads_once_its_empty_keys_are_filled_in(tmp_path: Path) -> None:
    found = load_config(write(tmp_path / "config.toml", _filled_in(example_config())), {})
    assert found.notes == ()
    assert found.config.billit.party_id == 574991


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    filled_in = loaded(write(tmp_path / "example.toml", _filled_in(example_config())))
    minimal = Config.model_validate(
        {
            "plugandpay": {"api_key": "key"},
            "billit": {"api_key": "key", "party_id": 574991},
            "sync": {"go_live": date(2027, 1, 1)},
        }
    )
    assert filled_in == minimal


def test_an_example_that_was_not_filled_in_is_refused_for_what_is_empty_and_nothing_else(
    tmp_path: Path,
) -> None:
    error = refusal(write(tmp_path / "config.toml", example_config(), mode=0o644))
    assert [mistake.key for mistake in error.problems] == [
        "plugandpay.api_key",
        "billit.api_key",
        "billit.party_id",
        "sync.go_live",
    ]


def test_every_line_of_the_example_can_be_put_to_use(tmp_path: Path) -> None:
    text = _uncommented(_filled_in(example_config())).replace('api_key = "key"', "")
    for other_way in ("client_id", "client_secret", "client_secret_file"):
        text = re.sub(f"(?m)^{other_way} = ", "# \\g<0>", text)
    for name in ("plugandpay.key", "billit.key"):
        write(tmp_path / name, "from-file")
    config = loaded(write(tmp_path / "config.toml", text))
    assert config.ledger.products == {311: 700100}
    assert config.billit.api_key.get_secret_value() == "from-file"
    assert config.state_file == Path("~/.local/state/ppbillit/state.sqlite3").expanduser()


def test_the_example_and_the_reference_name_every_key() -> None:
    written = tomllib.loads(_uncommented(example_config()))
    for key in config_keys().values():
        table = written[key.path[0]] if len(key.path) > 1 else written
        assert key.name in table, key.dotted
        assert f"| `{key.name}` |" in reference(), key.dotted
        assert key.variable in reference(), key.dotted


def test_the_defaults_in_the_reference_are_those_of_the_schema() -> None:
    assert "| `max_new_per_run` | `250` |" in reference()
    assert "| `go_live` | **required** |" in reference()
    assert Config.model_fields["time_zone"].default == "Europe/Brussels"
    assert '| `time_zone` | `"Europe/Brussels"` |' in reference()
