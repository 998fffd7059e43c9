"""Where values come from: config.toml, credentials.toml and the environment, in this order."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ppbillit.config import layers, load_config
from ppbillit.errors import ExitCode, SetupWrong
from support.config_files import GOOD, loaded, refusal, write


def test_a_config_with_the_four_required_keys_is_enough(config: Path) -> None:
    found = load_config(config, {})
    assert found.path == config
    assert found.notes == ()
    assert found.config.plugandpay.api_key.get_secret_value() == "shop-key"
    assert found.config.billit.base_url == "https://api.billit.be"
    assert found.config.plugandpay.base_url == "https://api.plugandpay.com"
    assert found.config.zone == ZoneInfo("Europe/Brussels")
    assert found.config.sending.businesses == "none"
    assert found.config.sync.max_new_per_run == 250


def test_lines_are_looked_for_only_where_something_is_wrong(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "key_lines", lambda _text: pytest.fail("a good config was scanned"))
    loaded(config)


def test_the_argument_goes_before_the_variable_and_the_variable_before_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "ppbillit").mkdir()
    usual = write(tmp_path / "ppbillit" / "config.toml", GOOD)
    named = write(tmp_path / "named.toml", GOOD)
    given = write(tmp_path / "given.toml", GOOD)
    assert load_config(given, {"PPBILLIT_CONFIG": str(named)}).path == given
    assert load_config(None, {"PPBILLIT_CONFIG": str(named)}).path == named
    assert load_config(None, {"PPBILLIT_CONFIG": ""}).path == usual
    assert load_config(None, {}).path == usual


def test_a_relative_path_is_made_absolute(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    assert load_config(Path("config.toml"), {}).path == config


@pytest.mark.parametrize(
    "how, environ",
    [
        ("named by --config", {}),
        ("named by PPBILLIT_CONFIG", {"PPBILLIT_CONFIG": "{missing}"}),
        ("the usual place", {}),
    ],
)
def test_a_missing_file_says_where_it_was_looked_for_and_what_to_do(
    how: str, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    missing = tmp_path / "ppbillit" / "config.toml"
    environ = {name: value.format(missing=missing) for name, value in environ.items()}
    error = refusal(missing if "--config" in how else None, environ)
    assert f"{missing}: there is no such file ({how})" in error.message
    assert "config.example.toml" in error.fix
    assert "--config" in error.fix
    assert "PPBILLIT_CONFIG" in error.fix


def test_a_home_that_does_not_exist_is_a_missing_file() -> None:
    assert "there is no such file" in refusal(Path("~nobody-of-that-name/config.toml")).message


def test_a_refused_config_ends_with_the_exit_code_for_a_wrong_setup(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nothing.toml")
    assert isinstance(error, SetupWrong)
    assert error.exit_code is ExitCode.SETUP_WRONG


def test_a_file_that_cannot_be_looked_at_is_not_called_missing(tmp_path: Path) -> None:
    assert "cannot be read: File name too long" in refusal(tmp_path / ("c" * 300)).message


def test_an_empty_file_is_enough_where_the_environment_says_everything() -> None:
    environ = {
        "PPBILLIT_CONFIG": "/dev/null",
        "PPBILLIT_PLUGANDPAY__API_KEY": "a",
        "PPBILLIT_BILLIT__API_KEY": "b",
        "PPBILLIT_BILLIT__PARTY_ID": "5",
        "PPBILLIT_SYNC__GO_LIVE": "2026-12-01",
    }
    assert loaded(None, environ).billit.party_id == 5


# --- layers -------------------------------------------------------------------------------------


def test_credentials_beside_the_config_go_before_it(config: Path) -> None:
    credentials = write(config.with_name("credentials.toml"), '[billit]\napi_key = "learnt"\n')
    found = load_config(config, {})
    assert found.config.billit.api_key.get_secret_value() == "learnt"
    assert found.config.billit.party_id == 574991
    assert found.notes == (f"billit.api_key of {credentials} is used instead of {config}:5",)


def test_the_environment_goes_before_both_files(config: Path) -> None:
    write(config.with_name("credentials.toml"), '[billit]\napi_key = "learnt"\n')
    found = load_config(config, {"PPBILLIT_BILLIT__API_KEY": "told", "PPBILLIT_SYNC__GO_LIVE": "2026-12-01"})
    assert found.config.billit.api_key.get_secret_value() == "told"
    assert found.config.sync.go_live.isoformat() == "2026-12-01"
    assert f"PPBILLIT_SYNC__GO_LIVE is used instead of {config}:9" in found.notes


def test_every_kind_of_value_can_come_from_the_environment(tmp_path: Path) -> None:
    config = loaded(
        write(tmp_path / "config.toml", ""),
        {
            "PPBILLIT_PLUGANDPAY__API_KEY": "a",
            "PPBILLIT_BILLIT__API_KEY": "b",
            "PPBILLIT_BILLIT__PARTY_ID": "5",
            "PPBILLIT_SYNC__GO_LIVE": "2026-12-01",
            "PPBILLIT_SYNC__SETTLE_SECONDS": "0.5",
            "PPBILLIT_TIME_ZONE": "Europe/Paris",
            "PPBILLIT_SENDING__CONSUMERS": "email",
            "PPBILLIT_LEDGER__FROM_PRODUCT": "false",
            "PPBILLIT_LEDGER__PRODUCTS__311": "700100",
            "PPBILLIT_LEDGER__DEFAULT": "",
            "PPBILLIT_VAT__ZERO_RATE": "22",
            "UNRELATED": "x",
        },
    )
    assert config.billit.party_id == 5
    assert config.sync.settle_seconds == 0.5
    assert config.time_zone == "Europe/Paris"
    assert config.sending.consumers == "email"
    assert config.ledger.from_product is False
    assert config.ledger.products == {311: 700100}
    assert config.ledger.default is None
    assert config.vat.zero_rate == "22"


def test_products_from_the_file_and_from_the_environment_add_up(config: Path) -> None:
    write(config, GOOD + "[ledger.products]\n311 = 700100\n312 = 700200\n")
    found = loaded(config, {"PPBILLIT_LEDGER__PRODUCTS__312": "700300"})
    assert found.ledger.products == {311: 700100, 312: 700300}


def test_the_process_environment_counts_only_when_it_is_handed_over(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PPBILLIT_BILLIT__PARTY_ID", "1")
    assert loaded(config).billit.party_id == 574991


def test_the_files_are_left_as_they_are(config: Path) -> None:
    before = config.read_bytes(), config.stat().st_mtime_ns
    loaded(config)
    assert (config.read_bytes(), config.stat().st_mtime_ns) == before
    assert list(config.parent.iterdir()) == [config]


def test_a_config_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "config.toml", "")
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert loaded(path).billit.party_id == 574991


# --- the state file -----------------------------------------------------------------------------


def test_the_state_lives_in_the_users_folder_for_state(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert loaded(config).state_file == tmp_path / "ppbillit" / "state.sqlite3"


def test_the_state_lives_where_systemd_says(config: Path) -> None:
    environ = {"STATE_DIRECTORY": "/var/lib/ppbillit:/var/lib/other"}
    assert loaded(config, environ).state_file == Path("/var/lib/ppbillit/state.sqlite3")


@pytest.mark.parametrize(
    "written, meant",
    [
        ("state.sqlite3", "{folder}/state.sqlite3"),
        ("/srv/state.sqlite3", "/srv/state.sqlite3"),
        ("$DATA/state.sqlite3", "/data/state.sqlite3"),
        ("~/state.sqlite3", "{home}/state.sqlite3"),
    ],
)
def test_the_state_lives_where_the_config_says(written: str, meant: str, config: Path) -> None:
    write(config, f'state_file = "{written}"\n{GOOD}')
    expected = Path(meant.format(folder=config.parent, home=Path.home()))
    assert loaded(config, {"STATE_DIRECTORY": "/var/lib/ppbillit", "DATA": "/data"}).state_file == expected
