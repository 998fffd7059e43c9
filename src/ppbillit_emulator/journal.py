"""What arrived at both APIs, and what it did: the emulator's witness for 'exactly once'."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Final = (
    ("billit", "POST", r"/v1/orders", "documents"),
    ("billit", "POST", r"/v1/orders/commands/send", "sends"),
    ("billit", "POST", r"/v1/orders/\d+/payments", "payments"),
    ("billit", "PATCH", r"/v1/orders/\d+", "order_patches"),
    ("billit", "DELETE", r"/v1/orders/\d+", "deletions"),
    ("billit", "POST", r"/v1/parties", "parties"),
    ("billit", "PATCH", r"/v1/parties/\d+", "party_patches"),
    ("billit", "POST", r"/v1/account/sequences", "sequences"),
    ("billit", "POST", r"/v1/glaccounts.*", "gl_accounts"),
    ("billit", "POST", r"/OAuth2/.*", "tokens"),
    ("plugandpay", "PATCH", r"/v2/orders/[^/]+/payment", "payments"),
    ("plugandpay", "PATCH", r"/v2/orders/[^/]+", "order_patches"),
)


@dataclass
class Arrival:
    """One request as it arrived, and what became of it.

    `status` is what was sent back, None while it is being handled and where the connection was cut instead;
    `changed` says whether handling it changed the world, whatever the client was told.
    """

    number: int
    api: str
    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    status: int | None = None
    changed: bool = False
    fault: str | None = None

    @property
    def kind(self) -> str:
        """Name what this request is about, as `writes()` counts it."""
        for api, method, path, kind in _KINDS:
            if api == self.api and method == self.method and re.fullmatch(path, self.path):
                return kind
        return "other"


def count_writes(journal: list[Arrival]) -> dict[str, dict[str, int]]:
    """Count the requests that changed the world, by API and kind; every kind is there, if only as 0."""
    counts: dict[str, Counter[str]] = {"billit": Counter(), "plugandpay": Counter()}
    for api, _, _, kind in _KINDS:
        counts[api][kind] = 0
    for arrival in journal:
        if arrival.changed:
            counts[arrival.api][arrival.kind] += 1
    return {api: dict(of_api) for api, of_api in counts.items()}
