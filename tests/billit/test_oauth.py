"""Access by OAuth is asked for once; each wrong answer to it is explained."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ppbillit.billit.oauth import code_in, page_to_open, tokens_for_code
from ppbillit.errors import KeysRefused, PpbillitError, Unavailable, WrongRequest
from ppbillit_emulator import Fault, FaultKind
from support.oauth import application, open_page

if TYPE_CHECKING:
    from ppbillit.http import HttpClient
    from support.world import World

BACK = "http://127.0.0.1:1/back"


def test_the_page_is_that_of_people_and_not_of_the_api(world: World) -> None:
    known = replace(application(world), billit_url="https://api.sandbox.billit.be")
    page = page_to_open(known, BACK, "s1")
    assert page.startswith("https://my.sandbox.billit.be/Account/Logon?client_id=test_client_id&")
    assert known.client_secret not in page


def test_a_code_becomes_tokens_once(world: World, token_client: HttpClient) -> None:
    known = application(world)
    code = code_in(open_page(page_to_open(known, BACK, "s1")), "s1")
    tokens = tokens_for_code(token_client, known, code, BACK)
    assert tokens.refresh_token in world.emulator.office.grants.refresh
    with pytest.raises(KeysRefused, match="used already"):
        tokens_for_code(token_client, known, code, BACK)


def test_a_code_of_eleven_minutes_ago_is_refused(world: World, token_client: HttpClient) -> None:
    known = application(world)
    code = code_in(open_page(page_to_open(known, BACK, "s1")), "s1")
    world.emulator.clock.advance(660)
    with pytest.raises(KeysRefused, match="ten minutes"):
        tokens_for_code(token_client, known, code, BACK)


@pytest.mark.parametrize(
    "address, error, words",
    [
        ("?code=c&state=s2", WrongRequest, "state"),
        ("?code=c", WrongRequest, "state"),
        ("?error=access_denied&state=s2", WrongRequest, "state"),
        ("?error=access_denied&state=s1", KeysRefused, "refused on Billit's page"),
        ("?error=server_error&state=s1", KeysRefused, "a reason of its own"),
        ("?state=s1", WrongRequest, "no code"),
        ("", WrongRequest, "state"),
    ],
)
def test_an_address_that_is_no_answer_to_our_question_is_refused(
    address: str, error: type[PpbillitError], words: str
) -> None:
    """Otherwise: somebody's link opens their books to us, or a lost tab ends in a traceback."""
    with pytest.raises(error, match=words):
        code_in(f"{BACK}{address}", "s1")


def test_something_pasted_that_is_no_address_is_no_bug() -> None:
    with pytest.raises(WrongRequest, match="state"):
        code_in("http://[half an address", "s1")


def test_an_application_that_billit_does_not_know_is_named(world: World, token_client: HttpClient) -> None:
    known = application(world)
    world.emulator.office.grants.client_secret = "another"
    with pytest.raises(KeysRefused, match="does not know the application") as caught:
        tokens_for_code(token_client, known, "code", BACK)
    assert known.client_secret not in str(caught.value)


@pytest.mark.parametrize(
    "body", ["{}", "[]", '{"token_type":"Bearer","access_token":"","refresh_token":"r","expires_in":1}', "5"]
)
def test_an_answer_that_holds_no_tokens_is_no_access(
    world: World, token_client: HttpClient, body: str
) -> None:
    world.emulator.arm(Fault(FaultKind.REFUSE, api="billit", path="token$", status=200, body=_json(body)))
    with pytest.raises(Unavailable):
        tokens_for_code(token_client, application(world), "code", BACK)


def _json(text: str) -> Any:
    return json.loads(text)
