"""What a person reads when the config is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.config_files import GOOD, reasons, refusal, write

if TYPE_CHECKING:
    from ppbillit.config import ConfigError

GOLDEN = Path(__file__).parents[1] / "golden" / "config_errors"
CASES = sorted(path.stem for path in GOLDEN.glob("*.toml"))
CANARY = "CANARY"


def _said(error: ConfigError) -> str:
    return f"{error.message}\n{error.fix}\n"


def _refusal_of(case: str, folder: Path) -> ConfigError:
    return refusal(write(folder / f"{case}.toml", (GOLDEN / f"{case}.toml").read_text()))


@pytest.mark.parametrize("case", CASES)
def test_the_message_is_the_one_agreed_upon(case: str, tmp_path: Path) -> None:
    said = _said(_refusal_of(case, tmp_path)).replace(f"{tmp_path}/", "")
    assert said == (GOLDEN / f"{case}.txt").read_text()


@pytest.mark.parametrize("case", CASES)
def test_values_are_never_echoed(case: str, tmp_path: Path) -> None:
    error = _refusal_of(case, tmp_path)
    assert CANARY not in _said(error)
    assert CANARY not in repr(error)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_config_with_five_mistakes_reports_all_five_with_file_and_line(tmp_path: Path) -> None:
    error = _refusal_of("five_mistakes", tmp_path)
    path = tmp_path / "five_mistakes.toml"
    assert [(mistake.file, mistake.line, mistake.key) for mistake in error.problems] == [
        (path, 1, "time_zone"),
        (path, 5, "plugandpay.requests_per_second"),
        (path, 9, "billit.environment"),
        (path, 10, "billit.party_id"),
        (path, 16, "vat.zero_rates"),
    ]
    assert all(mistake.reason and mistake.fix for mistake in error.problems)
    assert f"{path}:9 billit.environment: " in error.message


def test_a_single_mistake_is_rendered_as_file_line_key_reason_and_fix(tmp_path: Path) -> None:
    path = write(tmp_path / "config.toml", GOOD.replace("574991", "0"))
    error = refusal(path)
    assert error.message == f"{path}:6 billit.party_id: must be more than 0"
    assert error.fix == "write for example party_id = 574991"
    assert str(error.problems[0]) == f"{error.message} — {error.fix}"


def test_mistakes_of_both_files_and_of_the_environment_come_together(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", GOOD.replace("574991", "0"))
    credentials = write(tmp_path / "credentials.toml", "[billit]\napi_kee = 'CANARY'\n")
    error = refusal(config, {"PPBILLIT_SYNC__OVERLAP_DAYS": "CANARY", "PPBILLIT_SYNC_GO_LIVE": "CANARY"})
    assert [(mistake.file, mistake.line, mistake.key) for mistake in error.problems] == [
        (config, 6, "billit.party_id"),
        (credentials, 2, "billit.api_kee"),
        (None, None, "PPBILLIT_SYNC_GO_LIVE"),
        (None, None, "PPBILLIT_SYNC__OVERLAP_DAYS"),
    ]
    assert "environment PPBILLIT_SYNC__OVERLAP_DAYS: must be a whole number" in error.message
    assert CANARY not in _said(error)


@pytest.mark.parametrize(
    "variable, fix",
    [
        ("PPBILLIT_BILLIT_API_KEY", "did you mean PPBILLIT_BILLIT__API_KEY?"),
        ("PPBILLIT_SYNC__GOLIVE", "did you mean PPBILLIT_SYNC__GO_LIVE?"),
        ("PPBILLIT_LEDGER__PRODUCTS", "did you mean PPBILLIT_LEDGER__PRODUCTS__ID?"),
        ("PPBILLIT_LEDGER__PRODUCTS__", "did you mean PPBILLIT_LEDGER__PRODUCTS__ID?"),
        ("PPBILLIT_Q", "unset it; docs/config.md has the names"),
    ],
)
def test_an_unknown_variable_is_a_mistake(variable: str, fix: str, tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", GOOD), {variable: CANARY})
    assert found == {variable: f"is not a variable that ppbillit knows — {fix}"}


def test_a_whole_table_as_a_variable_is_a_mistake_and_not_read_as_json(tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", GOOD), {"PPBILLIT_BILLIT": '{"party_id": 1}'})
    assert list(found) == ["PPBILLIT_BILLIT"]


def test_a_missing_key_is_looked_for_below_its_table_in_the_users_own_file(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", GOOD.replace("party_id = 574991", ""))
    write(tmp_path / "credentials.toml", "[billit]\napi_key = 'learnt'\n")
    [mistake] = refusal(config).problems
    assert (mistake.file, mistake.line, mistake.key) == (config, 4, "billit.party_id")


def test_a_file_that_is_not_toml_does_not_hide_unknown_variables(tmp_path: Path) -> None:
    error = refusal(write(tmp_path / "config.toml", "="), {"PPBILLIT_Q": "1"})
    assert [mistake.key for mistake in error.problems] == ["", "PPBILLIT_Q"]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "config.toml", "")
    path.write_bytes(b'time_zone = "\xff"')
    assert reasons(path) == {"": "is not UTF-8 text — save it as UTF-8 in your editor"}


def test_a_path_that_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", f"state_file = 5\n{GOOD}"))
    assert found == {"state_file": "must be text — put the path between double quotes"}


def test_a_path_that_no_disk_takes_is_refused(tmp_path: Path) -> None:
    """Otherwise: the first thing that opens it ends in a traceback."""
    found = reasons(write(tmp_path / "config.toml", f'state_file = "a\\u0000b"\n{GOOD}'))
    assert found == {"state_file": "holds a character that no path can hold — write the path anew"}


def test_a_key_pasted_where_a_path_belongs_is_not_echoed(tmp_path: Path) -> None:
    for secret in (CANARY, f"${CANARY}", f"~{CANARY}/x", CANARY * 100):
        text = GOOD.replace('api_key = "billit-key"', f'api_key_file = "{secret}"')
        assert CANARY not in _said(refusal(write(tmp_path / "config.toml", text)))


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    assert reasons(tmp_path) == {"": "cannot be read: Is a directory — make it a file that you can read"}


def test_a_number_too_long_to_be_read_is_a_mistake_in_the_file(tmp_path: Path) -> None:
    found = reasons(write(tmp_path / "config.toml", f"a = {'9' * 5000}"))
    assert found[""].startswith("is not TOML: ")
