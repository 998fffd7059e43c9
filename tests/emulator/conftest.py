"""One emulator for all its tests, emptied before each, and clients for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from emulator.billit.client import Billit
from ppbillit_emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit_emulator import BillitSwitches


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def world(running: Emulator) -> Iterator[Emulator]:
    running.reset()
    running.on_request = None
    yield running
    assert running.crashes == []


@pytest.fixture
def switches(world: Emulator) -> BillitSwitches:
    return world.office.switches


@pytest.fixture(scope="session")
def billit_http(running: Emulator) -> Iterator[httpx.Client]:
    """Keep one client: creating one takes longer than a whole test."""
    headers = {"ApiKey": running.billit_key, "PartyID": str(running.party_id), "Accept": "application/json"}
    with httpx.Client(base_url=running.billit_url, headers=headers, timeout=5, verify=False) as client:  # noqa: S501
        yield client


@pytest.fixture
def billit(world: Emulator, billit_http: httpx.Client) -> Billit:
    assert world.billit_url == str(billit_http.base_url).rstrip("/")
    return Billit(billit_http)


@pytest.fixture
def anonymous(world: Emulator) -> Iterator[httpx.Client]:
    """Open a client for Billit without key and company."""
    with httpx.Client(base_url=world.billit_url, verify=False) as client:  # noqa: S501
        yield client


@pytest.fixture(scope="session")
def control_http(running: Emulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.control_url + "/_control", timeout=5, verify=False) as client:  # noqa: S501
        yield client


@pytest.fixture
def control(world: Emulator, control_http: httpx.Client) -> httpx.Client:
    assert str(control_http.base_url).startswith(world.control_url)
    return control_http
