"""The kinds of value a config key takes, each with its own check and its own advice.

Every refusal here is a `PydanticCustomError` of type `REFUSED`: its message is the reason, its `fix` the
advice.  Neither may hold the value itself, which can be a secret or a secret pasted on the wrong line.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

REFUSED = "refused"

# Plug&Pay did not exist before; an earlier date is a typing error (or a number read as seconds since 1970).
EARLIEST_GO_LIVE = date(2015, 1, 1)
LATEST_GO_LIVE_AHEAD = timedelta(days=2 * 366)
MOST_DIGITS = 9  # what fits the 32-bit number Billit takes

# Billit's ventilation codes for a 0 % line, and 104 for OSS (billit.md §4).
ZERO_RATED_CODES = ("1", "21", "22", "24", "51", "55", "70", "101", "102", "104")
RATE_CODES = ("2", "3", "4")  # these Billit fills in by itself


def refused(reason: str, fix: str) -> PydanticCustomError:
    """Make the error for a value that cannot be used: why, and what to do instead."""
    # As values and not as the template: braces in a template would be taken for fields.
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason, "fix": fix})


def missing() -> PydanticCustomError:
    """Make the error for a value that is needed here, though not everywhere; said like pydantic's own."""
    return PydanticCustomError("missing", "is missing")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this very machine, where the emulator lives."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):  # pydantic would read `true` as 1
        raise refused("must be a number", "write a number, without quotes")
    return value


def _key(value: Any) -> Any:
    if not isinstance(value, str):
        raise refused("must be text", "put the key between double quotes")
    key = value.strip()  # a line break at its end is enough for a 401 (billit.md §1.2)
    if not key:
        raise refused("is empty", "paste the key between the quotes, or name a file that holds it")
    if key.lower().startswith("bearer "):
        raise refused("starts with 'Bearer'", "paste the key alone; ppbillit adds that word")
    if not all("!" <= character <= "~" for character in key):
        raise refused("holds a space, a line break or an unusual character", "copy the key again, whole")
    return key


def _optional_key(value: Any) -> Any:
    bare = value.get_secret_value() if isinstance(value, SecretStr) else value
    return SecretStr("") if isinstance(bare, str) and not bare.strip() else _key(bare)


def web_address(text: str) -> SplitResult | None:
    """Take a web address apart; None where the text is none."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # looked at here, since a wrong one raises only when asked for
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None


def _url(value: str) -> str:
    url = value.strip().rstrip("/")
    if not url:
        return ""
    advice = "write it like https://api.example.com"
    parts = web_address(url)
    if parts is None:
        raise refused("is not a web address", advice)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise refused("has more in it than a host and a path", advice)
    if parts.scheme == "http" and not is_loopback(url):
        raise refused(
            "is not encrypted: the key would cross the network in the clear", "start it with https://"
        )
    if re.search(r"/v\d+$", parts.path):
        raise refused("ends with an API version", "leave the version out; ppbillit adds it")
    return url


def _go_live(value: Any) -> date:
    # Only dates and their ISO text: pydantic would read a number as seconds since 1970.
    if isinstance(value, str) and not value.strip():
        raise refused(
            "is empty", "write the first day to be invoiced by ppbillit, like 2027-01-01 without quotes"
        )
    day = _iso_date(value)
    if day is None:
        raise refused("is not a date", "write year-month-day, like 2027-01-01")
    if day < EARLIEST_GO_LIVE:
        raise refused(
            f"is before {EARLIEST_GO_LIVE}", "write the day from which ppbillit makes your invoices"
        )
    if day > datetime.now(UTC).date() + LATEST_GO_LIVE_AHEAD:
        raise refused("is more than two years away", "check the year")
    return day


def _iso_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:  # such as 31 February
            return None
    return None


def _heartbeat(value: Any) -> Any:
    if not isinstance(value, str):
        raise refused("must be text", "put the address between double quotes")
    advice = "copy the ping address of the check, like https://hc-ping.com/your-uuid"
    url = value.strip()
    if not url:
        raise refused("is empty", f"{advice}, or leave the key out")
    parts = web_address(url)
    if parts is None:
        raise refused("is not a web address", advice)
    if parts.username or parts.password or parts.fragment:
        raise refused("has more in it than a host, a path and what stands behind a ?", advice)
    if parts.scheme == "http" and not is_loopback(url):
        raise refused("is not encrypted: others could feign that all is well", "start it with https://")
    address, mark, query = url.partition("?")
    return f"{address.rstrip('/')}{mark}{query}"


def _addresses(value: Any) -> Any:
    """Take a list of addresses; from the environment, they come as one text with spaces between them."""
    advice = 'write them like urls = ["mailto://…", "ntfy://…"], each as Apprise wants it'
    addresses = value.split() if isinstance(value, str) else value
    if not isinstance(addresses, list | tuple):
        raise refused("must be a list", advice)
    for address in addresses:
        if not isinstance(address, str) or not re.match(
            r"[a-z][a-z0-9+.-]*://\S", address.strip(), re.IGNORECASE
        ):
            raise refused("holds something that is no address", advice)
    return tuple(address.strip() for address in addresses)


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # OSError: a folder of zones, such as "Europe"
        close = get_close_matches(value, available_timezones(), 1, cutoff=0.75)
        fix = f'did you mean "{close[0]}"?' if close else 'write it like "Europe/Brussels"'
        raise refused("is not a time zone", fix) from None
    return value


def _country(value: str) -> str:
    country = value.strip().upper()
    mixed_up = {"EL": "GR", "UK": "GB"}  # as written in VAT numbers and in speech
    if country in mixed_up:
        raise refused("is not the ISO code of that country", f'write "{mixed_up[country]}"')
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise refused("is not a country code", 'write the two letters of the country, like "BE"')
    return country


def _digits(value: Any, what: str, fix: str) -> int:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise refused(f"is not {what}: digits only", fix)
    if len(text) > MOST_DIGITS or int(text) == 0:
        raise refused(f"is not {what}: 1 to {MOST_DIGITS} digits", fix)
    return int(text)


def _ledger_code(value: Any) -> int:
    return _digits(value, "a ledger account", "write the account's code as in Billit, like 700000")


def _optional_ledger_code(value: Any) -> int | None:
    return None if value is None or value == "" else _ledger_code(value)


def _product_id(value: Any) -> int:
    return _digits(value, "a product id", "write the product's id in Plug&Pay, like 311")


def _vat_code(value: Any) -> str:
    code = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else None
    if code in RATE_CODES:
        raise refused("stands for a rate above 0 %", f"take one of {', '.join(ZERO_RATED_CODES)}")
    if code is None or (code and code not in ZERO_RATED_CODES):
        raise refused("is not one of Billit's VAT codes", f"take one of {', '.join(ZERO_RATED_CODES)}")
    return code


def _shop(value: str) -> str:
    name = value.strip()
    if name and not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", name):
        raise refused(
            "is not a usable name",
            "take up to 40 small letters, digits and dashes, neither beginning nor ending with a dash",
        )
    return name


def _path(value: Any) -> Any:
    if not isinstance(value, str | Path):
        raise refused("must be text", "put the path between double quotes")
    if "\0" in str(value):
        raise refused("holds a character that no path can hold", "write the path anew")
    if isinstance(value, Path):
        return value
    if not value.strip():
        raise refused("is empty", "name a file, or leave the key out")
    return value.strip()


Whole = Annotated[int, BeforeValidator(_no_boolean)]
Number = Annotated[float, BeforeValidator(_no_boolean)]
Key = Annotated[SecretStr, BeforeValidator(_key)]
OptionalKey = Annotated[SecretStr, BeforeValidator(_optional_key)]
Url = Annotated[str, AfterValidator(_url)]
HeartbeatUrl = Annotated[SecretStr, BeforeValidator(_heartbeat)]
Addresses = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_addresses)]
GoLive = Annotated[date, BeforeValidator(_go_live)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Country = Annotated[str, AfterValidator(_country)]
LedgerCode = Annotated[int, BeforeValidator(_ledger_code)]
OptionalLedgerCode = Annotated[int | None, BeforeValidator(_optional_ledger_code)]
ProductId = Annotated[int, BeforeValidator(_product_id)]
VatCode = Annotated[str, BeforeValidator(_vat_code)]
ShopName = Annotated[str, AfterValidator(_shop)]
FilePath = Annotated[Path, BeforeValidator(_path)]
Channel = Literal["none", "auto", "peppol", "email", "letter"]
