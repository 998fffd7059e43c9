"""The Billit client against a mocked API, and a client of Billit's token endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import respx

from ppbillit.billit.client import BillitClient, billit
from ppbillit.billit.oauth import token_service
from ppbillit.http import HttpClient
from support.http_servers import BILLIT_URL, NO_WAIT, SECRET, FakeTime
from support.oauth import application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.world import World


@pytest.fixture
def token_client(world: World) -> Iterator[HttpClient]:
    with HttpClient(token_service(application(world), 5), retry=NO_WAIT) as opened:
        yield opened


@pytest.fixture(name="api")
def _api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BILLIT_URL) as router:
        yield router


@pytest.fixture(name="client")
def _client() -> Iterator[BillitClient]:
    service = billit(BILLIT_URL, 588708, api_key=SECRET + "\n", requests_per_second=1000, timeout_seconds=30)
    with BillitClient(HttpClient(service, retry=NO_WAIT, timing=FakeTime().timing())) as client:
        yield client
