"""How the config says that both are opened: Billit by a key, or by OAuth with tokens beside the state file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ppbillit.billit.client import billit
from ppbillit.billit.oauth import Access, Application, token_service
from ppbillit.billit.tokens import TokenFile
from ppbillit.plugandpay.client import plug_and_pay
from ppbillit.transport import Transport

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from ppbillit.config import Config
    from ppbillit.trace import Trace
    from ppbillit.transport import RetryPolicy, Service, Timing


def token_path(state_file: Path) -> Path:
    """Say where the tokens lie: beside the state file, which is the one folder that every run may write in."""
    found = state_file.resolve()
    return found.with_name(f"{found.name}.billit-tokens.json")


def application_of(config: Config) -> Application:
    """Give the application of a config that uses OAuth."""
    return Application(
        config.billit.base_url, config.billit.client_id, config.billit.client_secret.get_secret_value()
    )


def shop_service(config: Config, key: str) -> Service:
    """Give the service for the shop, opened by this key."""
    return plug_and_pay(
        key,
        config.plugandpay.base_url,
        requests_per_second=config.plugandpay.requests_per_second,
        timeout_seconds=config.plugandpay.timeout_seconds,
    )


@dataclass(frozen=True)
class Doors:
    """Both services, bare."""

    shop: Transport
    books: Transport


def open_doors(
    config: Config,
    stack: ExitStack,
    timing: Timing,
    *,
    retry: RetryPolicy | None = None,
    trace: Trace | None = None,
    renews: bool = True,
) -> Doors:
    """Open both, to be closed with `stack`; nothing is asked yet."""
    key = config.plugandpay.api_key.get_secret_value()
    shop = Transport(shop_service(config, key), retry=retry, timing=timing, trace=trace)
    books = Transport(
        billit_service(config, stack, timing, renews=renews), retry=retry, timing=timing, trace=trace
    )
    return Doors(stack.enter_context(shop), stack.enter_context(books))


def billit_service(config: Config, stack: ExitStack, timing: Timing, *, renews: bool = True) -> Service:
    """Give the service for the company of the config; what it needs open is closed with `stack`."""
    access = None
    if config.billit.client_id:
        application = application_of(config)
        tokens = TokenFile(token_path(config.state_file))
        door = stack.enter_context(
            Transport(token_service(application, config.billit.timeout_seconds), timing=timing)
        )
        access = Access(application, tokens, door, renews=renews, now=timing.now)
    return billit(
        config.billit.base_url,
        config.billit.party_id,
        api_key=config.billit.api_key.get_secret_value(),
        access=access,
        requests_per_second=config.billit.requests_per_second,
        timeout_seconds=config.billit.timeout_seconds,
    )
