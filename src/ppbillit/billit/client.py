"""Asks Billit's API v1 and tells it what to do: all parts of the gateway, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ppbillit import __version__, http
from ppbillit.billit.debtors import DebtorCalls
from ppbillit.billit.documents import DocumentCalls

if TYPE_CHECKING:
    from ppbillit.billit.oauth import Access


def billit(
    base_url: str,
    party_id: int | None,
    *,
    api_key: str = "",
    access: Access | None = None,
    requests_per_second: float,
    timeout_seconds: float,
) -> http.Service:
    """Give the service to make a `Transport` for: one company (or the account), opened by a key or by OAuth."""
    # A key with a line break at its end, as files have, is answered with 401 (billit.md §1.2).
    key = {"ApiKey": api_key.strip()}
    company = {} if party_id is None else {"PartyID": str(party_id)}
    service = http.Service(
        name="Billit",
        section="billit",
        base_url=base_url,
        secrets=lambda: key,
        headers={"User-Agent": f"ppbillit/{__version__}", **company},
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
    )
    return replace(service, secrets=access.secrets, renewed=access.renewed) if access else service


class BillitClient(DocumentCalls, DebtorCalls):
    """Billit: every part of the gateway; what they promise is said there."""
