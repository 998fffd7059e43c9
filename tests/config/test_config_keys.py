"""The values that each key accepts."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from ppbillit.config import Config
from ppbillit.config.keys import config_keys, key_files
from support.config_files import GOOD, loaded, reasons, write

if TYPE_CHECKING:
    from pathlib import Path


def made(**tables: Any) -> Config:
    """Make a config from the good one with some tables changed."""
    data = tomllib.loads(GOOD)
    for name, table in tables.items():
        data[name] = data.get(name, {}) | table if isinstance(table, dict) else table
    return Config.model_validate(data)


def refused(**tables: Any) -> bool:
    """Check whether the good config is refused with some tables changed."""
    try:
        made(**tables)
    except ValidationError:
        return True
    return False


def test_a_config_cannot_be_changed() -> None:
    config = made()
    with pytest.raises(ValidationError):
        config.time_zone = "Europe/Paris"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        config.billit.party_id = 1  # type: ignore[misc]


def test_keys_are_not_shown_by_accident() -> None:
    assert "shop-key" not in repr(made())
    assert "billit-key" not in str(made())
    with pytest.raises(ValidationError) as caught:
        made(billit={"api_key": "CANARY CANARY"})
    assert "CANARY" not in str(caught.value)


def test_making_a_config_depends_on_nothing_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PPBILLIT_BILLIT__PARTY_ID", "1")
    assert made().billit.party_id == 574991


def test_every_key_is_described_in_one_to_three_lines() -> None:
    for key in config_keys().values():
        assert 10 < len(key.description) < 300, key.dotted
        assert key.description.endswith("."), key.dotted


def test_every_key_can_stand_in_a_file() -> None:
    secrets = [("plugandpay", "api_key"), ("billit", "client_secret"), ("billit", "api_key")]
    assert list(key_files()) == secrets


@pytest.mark.parametrize("written", ["key", "key\n", " key\r\n", "\tkey "])
def test_space_around_a_key_is_dropped(written: str) -> None:
    assert made(billit={"api_key": written}).billit.api_key.get_secret_value() == "key"


@pytest.mark.parametrize(
    "written", ["", " ", "two words", "line\nbreak", "Bearer key", "bearer key", "caf\u00e9", 12345]
)
def test_what_cannot_be_a_key_is_refused(written: Any) -> None:
    assert refused(billit={"api_key": written})


@pytest.mark.parametrize(
    "written, meant",
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        ("https://proxy.example.com:8443/billit/", "https://proxy.example.com:8443/billit"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:8080/shop", "http://localhost:8080/shop"),
    ],
)
def test_a_web_address_is_encrypted_or_this_machine(written: str, meant: str) -> None:
    assert made(plugandpay={"base_url": written}).plugandpay.base_url == meant
    assert made(billit={"base_url": written}).billit.base_url == meant


@pytest.mark.parametrize(
    "written",
    [
        "http://api.billit.be",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "api.billit.be",
        "ftp://localhost",
        "https://",
        "https://api.billit.be/v1",
        "https://user:word@api.billit.be",
        "https://api.billit.be?x=1",
        "https://api.billit.be#x",
        "https://api.billit.be:port",
        "https://[broken",
    ],
)
def test_any_other_web_address_is_refused(written: str) -> None:
    assert refused(billit={"base_url": written})


def test_the_shops_address_cannot_be_empty() -> None:
    assert refused(plugandpay={"base_url": ""})


@pytest.mark.parametrize(
    "environment, url",
    [("production", "https://api.billit.be"), ("sandbox", "https://api.sandbox.billit.be")],
)
def test_the_address_of_billit_follows_from_the_environment(environment: str, url: str) -> None:
    assert made(billit={"environment": environment}).billit.base_url == url
    assert made(billit={"environment": environment, "base_url": ""}).billit.base_url == url
    assert made(billit={"environment": environment, "base_url": f"{url}/"}).billit.base_url == url


def test_the_address_of_the_other_environment_is_refused() -> None:
    assert refused(billit={"environment": "sandbox", "base_url": "https://api.billit.be"})
    assert refused(billit={"environment": "production", "base_url": "https://api.sandbox.billit.be"})


def test_only_the_emulator_is_asked_in_a_hurry() -> None:
    assert refused(billit={"requests_per_second": 21})
    assert made(billit={"requests_per_second": 20}).billit.requests_per_second == 20
    hurried = made(billit={"requests_per_second": 1000, "base_url": "http://127.0.0.1:1"})
    assert hurried.billit.requests_per_second == 1000


@pytest.mark.parametrize(
    "written", [date(2026, 11, 1), "2026-11-01", " 2026-11-01 ", datetime(2026, 11, 1, 9, tzinfo=UTC)]
)
def test_the_go_live_date_is_a_date(written: Any) -> None:
    assert made(sync={"go_live": written}).sync.go_live == date(2026, 11, 1)


@pytest.mark.parametrize(
    "written",
    [20261101, 1.5, True, "", "1-11-2026", "01/11/2026", "2026-11", "2026-02-31", "20261101", "2014-12-31"],
)
def test_what_is_no_go_live_date_is_refused(written: Any) -> None:
    assert refused(sync={"go_live": written})


def test_a_go_live_date_may_be_ahead_but_not_by_years() -> None:
    today = datetime.now(UTC).date()
    assert not refused(sync={"go_live": today + timedelta(days=400)})
    assert refused(sync={"go_live": today + timedelta(days=800)})


@pytest.mark.parametrize(
    "table, key, good, bad",
    [
        ("billit", "party_id", [1, "574991"], [0, -1, 1.5, True, "x", ""]),
        ("billit", "timeout_seconds", [0.2, 300], [0, 301, float("inf"), float("nan"), False]),
        ("plugandpay", "requests_per_second", [0.1, 20], [0, -2, 21, 1001]),
        ("sync", "overlap_days", [1, 62], [0, 367, "week"]),
        ("sync", "deep_overlap_days", [7, 3660], [6, 3661]),
        ("sync", "max_new_per_run", [1, 100_000], [0, 100_001]),
        ("sync", "settle_seconds", [0.05, 60, 86_400], [0, -1, 86_401]),
        ("invoice", "payment_term_days", [0, 14, 365], [-1, 366]),
    ],
)
def test_numbers_are_within_reason(table: str, key: str, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if refused(**{table: {key: value}})] == []
    assert [value for value in bad if not refused(**{table: {key: value}})] == []


@pytest.mark.parametrize("written", ["Europe/Brussels", "UTC", "America/New_York"])
def test_a_time_zone_that_exists_is_accepted(written: str) -> None:
    assert made(time_zone=written).zone.key == written


@pytest.mark.parametrize(
    "written", ["", "Europe", "Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "x\x00y"]
)
def test_a_time_zone_that_does_not_exist_is_refused(written: str) -> None:
    assert refused(time_zone=written)


def test_ledger_accounts_may_be_numbers_or_text() -> None:
    ledger = made(ledger={"default": "700000", "products": {"311": 700100, "312": "0700200"}}).ledger
    assert ledger.default == 700000
    assert ledger.products == {311: 700100, 312: 700200}
    assert made(ledger={"default": ""}).ledger.default is None
    assert made().ledger.default is None


@pytest.mark.parametrize("written", ["70-00", "7000.0", 7000.0, 0, -1, True, "\u0661", "1234567890", {}])
def test_what_is_no_ledger_account_is_refused(written: Any) -> None:
    assert refused(ledger={"default": written})
    assert refused(ledger={"products": {"311": written}})


@pytest.mark.parametrize("written", [55, "55", " 55 "])
def test_vat_codes_may_be_numbers_or_text(written: Any) -> None:
    assert made(vat={"eu_services": written}).vat.eu_services == "55"


def test_a_vat_code_may_be_empty() -> None:
    assert made(vat={"eu_services": ""}).vat.eu_services == ""


@pytest.mark.parametrize("written", ["4", 4, 99, "E", True, 55.0])
def test_codes_that_say_nothing_about_zero_percent_are_refused(written: Any) -> None:
    assert refused(vat={"zero_rate": written})


def test_countries_are_two_letters() -> None:
    assert made(vat={"seller_country": "nl"}).vat.seller_country == "NL"
    assert [
        word for word in ("", "Belgium", "BEL", "B1", "EL", "UK") if not refused(vat={"seller_country": word})
    ] == []


@pytest.mark.parametrize("written", ["", "my-shop", "shop2", "42"])
def test_a_shop_name_is_short_and_plain(written: str) -> None:
    assert made(plugandpay={"shop": written}).plugandpay.shop == written


@pytest.mark.parametrize("written", ["My shop", "-shop", "shop-", "shop'", "s" * 41, "caf\u00e9"])
def test_any_other_shop_name_is_refused(written: str) -> None:
    assert refused(plugandpay={"shop": written})


def test_words_other_than_those_listed_are_refused() -> None:
    assert refused(billit={"environment": "Production"})
    assert refused(invoice={"number": "invoice"})
    assert refused(invoice={"zero_total": "hold"})
    assert refused(sending={"businesses": "paper"})
    assert refused(sending={"consumers": ""})


def test_keys_of_later_versions_are_not_silently_ignored(tmp_path: Path) -> None:
    path = write(tmp_path / "config.toml", GOOD + "parallel = 4\n")
    assert list(reasons(path)) == ["sync.parallel"]
    assert loaded(write(path, GOOD)).sync.overlap_days == 7


@pytest.mark.parametrize("kind", ["businesses", "consumers"])
def test_letters_cost_money_and_need_a_word_of_their_own(kind: str) -> None:
    assert refused(sending={kind: "letter"})
    assert not refused(sending={kind: "letter", "allow_letters": True})
