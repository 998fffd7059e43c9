"""Asks Billit's API v1 and tells it what to do: all parts of the gateway, over HTTP."""

from __future__ import annotations

from ppbillit import __version__
from ppbillit import transport as http
from ppbillit.billit.debtors import DebtorCalls
from ppbillit.billit.documents import DocumentCalls


def billit(
    base_url: str, party_id: int, *, api_key: str, requests_per_second: float, timeout_seconds: float
) -> http.Service:
    """Give the service to make a `Transport` for: one company, opened by an API key."""
    # A key with a line break at its end, as files have, is answered with 401 (sheet §1.2).
    secrets = {"ApiKey": api_key.strip()}
    return http.Service(
        name="Billit",
        section="billit",
        base_url=base_url,
        secrets=lambda: secrets,
        headers={"User-Agent": f"ppbillit/{__version__}", "PartyID": str(party_id)},
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
    )


class BillitClient(DocumentCalls, DebtorCalls):
    """Billit: every part of the gateway; what they promise is said there."""
