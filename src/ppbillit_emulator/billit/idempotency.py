"""Idempotency keys: a key that was used gets 409, without the id of what it created (billit.md §9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ppbillit_emulator.billit.errors import BillitError, generic_error

if TYPE_CHECKING:
    from datetime import datetime

    from ppbillit_emulator.billit.switches import BillitSwitches
    from ppbillit_emulator.wire import Request


@dataclass(frozen=True)
class _Use:
    when: datetime
    digest: str


class IdempotencyKeys:
    """The keys that were used, each in its scope."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], _Use] = {}

    @property
    def used(self) -> list[str]:
        """Return the keys in the order of use."""
        return [key for _, key in self._used]

    def key_of(self, request: Request, switches: BillitSwitches) -> str | None:
        """Return the key of a request; a header in a spelling that does not work is ignored."""
        spellings = {
            "Idempotency-Key": ["idempotency-key"],
            "Idempotent-Key": ["idempotent-key"],
            "neither": [],
        }
        working = spellings.get(switches.idempotency_header, ["idempotency-key", "idempotent-key"])
        key = next((request.headers[name] for name in working if request.headers.get(name)), None)
        if key and switches.idempotency_alphanumeric and not (key.isascii() and key.isalnum()):
            raise generic_error("The idempotent token must be alphanumeric.")
        return key

    def check(self, key: str, scope: str, request: Request, now: datetime, switches: BillitSwitches) -> None:
        """Raise 409 for a key that was used."""
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
        """Store a key as used."""
        self._used[(scope, key)] = _Use(now, _digest(request))


def scope_of(request: Request, company: int, switches: BillitSwitches) -> str:
    """Return the scope in which a request's key must be unique."""
    match switches.idempotency_scope:
        case "company":
            return str(company)
        case "endpoint":
            return f"{company} {request.method} {request.path}"
        case "account":
            return ""


def _digest(request: Request) -> str:
    return sha256(request.path.encode() + b"\0" + request.body).hexdigest()
