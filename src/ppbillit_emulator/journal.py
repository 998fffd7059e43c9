"""The requests received by both APIs and what they changed: the evidence for "exactly once"."""

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
    """One request as received, and its result.

    `status` is the status sent back; it is None while the request is handled, and if the connection was cut.
    `changed` is whether handling it changed stored data, whatever the response was.
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
        """Return the kind of request under which `count_writes` counts it."""
        for api, method, path, kind in _KINDS:
            if api == self.api and method == self.method and re.fullmatch(path, self.path):
                return kind
        return "other"


def count_writes(journal: list[Arrival]) -> dict[str, dict[str, int]]:
    """Return how many requests changed stored data, by API and kind; kinds without any are 0."""
    counts: dict[str, Counter[str]] = {"billit": Counter(), "plugandpay": Counter()}
    for api, _, _, kind in _KINDS:
        counts[api][kind] = 0
    for arrival in journal:
        if arrival.changed:
            counts[arrival.api][arrival.kind] += 1
    return {api: dict(of_api) for api, of_api in counts.items()}
