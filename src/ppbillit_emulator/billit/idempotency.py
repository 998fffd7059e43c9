"""Idempotency tokens: a key that was used answers 409, without saying for what (billit sheet §9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit_emulator.billit.errors import BillitError, generic

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit_emulator.billit.switches import BillitSwitches
    from ppbillit_emulator.wire import Request


@dataclass(frozen=True)
class _Use:
    when: datetime
    digest: str


class Tokens:
    """The keys that were used, each in its scope."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], _Use] = {}

    def __contains__(self, key: object) -> bool:
        """Say whether a key was used, in whatever scope."""
        return any(used == key for _, used in self._used)

    @property
    def used(self) -> list[str]:
        """Give the keys in the order in which they were used."""
        return [key for _, key in self._used]

    def key_of(self, request: Request, switches: BillitSwitches) -> str | None:
        """Read the key; a header in the spelling that does not work is no header at all."""
        spellings = {
            "Idempotency-Key": ["idempotency-key"],
            "Idempotent-Key": ["idempotent-key"],
            "neither": [],
        }
        working = spellings.get(switches.idempotency_header, ["idempotency-key", "idempotent-key"])
        key = next((request.headers[name] for name in working if request.headers.get(name)), None)
        if key and switches.idempotency_alphanumeric and not (key.isascii() and key.isalnum()):
            raise generic("The idempotent token must be alphanumeric.")
        return key

    def check(self, key: str, scope: str, request: Request, now: datetime, switches: BillitSwitches) -> None:
        """Refuse a key that was used."""
        use = self._used.get((scope, key))
        if use is None:
            return
        lifetime = switches.idempotency_lifetime_seconds
        if lifetime is not None and (now - use.when).total_seconds() > lifetime:
            return
        if switches.idempotency_other_body == "new" and use.digest != _digest(request):
            return
        raise BillitError(409, ("Idempotent token already exists", ""))

    def use(self, key: str, scope: str, request: Request, now: datetime) -> None:
        """Note that a key is used up."""
        self._used[(scope, key)] = _Use(now, _digest(request))


def scope_of(request: Request, company: int, switches: BillitSwitches) -> str:
    """Name the scope in which a request's key must be unique."""
    match switches.idempotency_scope:
        case "company":
            return str(company)
        case "endpoint":
            return f"{company} {request.method} {request.path}"
        case "account":
            return ""


def _digest(request: Request) -> str:
    return sha256(request.path.encode() + b"\0" + request.body).hexdigest()
