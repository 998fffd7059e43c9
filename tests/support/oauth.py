"""Billit's OAuth pages, used as a person uses them; and worlds that use tokens instead of a key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx

from ppbillit.billit.oauth import Application
from ppbillit.billit.token_file import TokenFile, Tokens

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from support.world import World


def open_page(address: str) -> str:
    """Open Billit's page as a browser does; the user agrees (or not); return where it leads back to."""
    answer = httpx.get(address, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def application(world: World) -> Application:
    """Return the application that the emulated Billit knows."""
    grants = world.emulator.office.grants
    return Application(world.emulator.billit_url, grants.client_id, grants.client_secret)


def token_path(world: World) -> Path:
    """Return where the tokens of a world lie."""
    return world.state_file.with_name("state.sqlite3.billit-tokens.json")


def use_oauth(world: World, *, ends: datetime | None = None) -> None:
    """Give a world's config an application in place of the key, and its folder a fresh pair of tokens."""
    billit = world.settings["billit"]
    billit.pop("api_key", None)
    known = application(world)
    world.configure(billit={"client_id": known.client_id, "client_secret": known.client_secret})
    put_tokens(world, ends=ends)


def put_tokens(world: World, *, ends: datetime | None = None) -> Tokens:
    """Let the emulated Billit grant access, and write it down as `connect` does."""
    grants, clock = world.emulator.office.grants, world.emulator.clock
    granted = grants.new_tokens(clock.now())
    access = granted["access_token"]
    known = application(world)
    tokens = Tokens(
        known.billit_url, known.client_id, access, granted["refresh_token"], ends or grants.access[access]
    )
    file = TokenFile(token_path(world))
    with file.locked():
        file.make_room()
        file.write(tokens)
    return tokens


def stored(world: World) -> dict[str, Any]:
    """Return what the token file holds."""
    found = json.loads(token_path(world).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def refreshes(world: World) -> int:
    """Count how often tokens were asked for."""
    return sum(arrival.path == "/OAuth2/token" for arrival in world.emulator.journal)
