"""How the config says that both are opened: Billit by a key, or by OAuth with tokens beside the state file."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ppbillit.billit.client import BillitClient, billit
from ppbillit.billit.oauth import Access, Application, token_service
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.commands.notify_test import _SCHEDULED, _heartbeat, _urls
from ppbillit.cli.options import RunFlags
from ppbillit.errors import CannotWrite, SetupWrong, TryLater
from ppbillit.http import Clock, HttpClient
from ppbillit.http.trace import Trace
from ppbillit.invoicing.identity import check_company, identify_shop, refuse_second_start
from ppbillit.mapping.rules import LedgerRules, Rules, VatRules
from ppbillit.mapping.shop_profile import ShopProfile
from ppbillit.notifications import Notifier, NullNotifier, SentFile
from ppbillit.plugandpay.client import plug_and_pay
from ppbillit.plugandpay.payments import PlugAndPayPayments
from ppbillit.run import Settings
from ppbillit.state import (
    Account,
    Identity,
    StateStore,
    create_state,
    dry_copy,
    is_there,
    open_state,
    refuse_stale_journal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ppbillit.config import Config
    from ppbillit.http import RetryPolicy, Service


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
class Clients:
    """Both services, bare."""

    shop: HttpClient
    books: HttpClient


def open_clients(
    config: Config,
    stack: ExitStack,
    timing: Clock,
    *,
    retry: RetryPolicy | None = None,
    trace: Trace | None = None,
    renews: bool = True,
) -> Clients:
    """Open both, to be closed with `stack`; nothing is asked yet."""
    key = config.plugandpay.api_key.get_secret_value()
    shop = HttpClient(shop_service(config, key), retry=retry, timing=timing, trace=trace)
    books = HttpClient(
        billit_service(config, stack, timing, renews=renews), retry=retry, timing=timing, trace=trace
    )
    return Clients(stack.enter_context(shop), stack.enter_context(books))


def billit_service(config: Config, stack: ExitStack, timing: Clock, *, renews: bool = True) -> Service:
    """Give the service for the company of the config; what it needs open is closed with `stack`."""
    access = None
    if config.billit.client_id:
        application = application_of(config)
        tokens = TokenFile(token_path(config.state_file))
        door = stack.enter_context(
            HttpClient(token_service(application, config.billit.timeout_seconds), timing=timing)
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


@dataclass(frozen=True)
class Services:
    """Both clients, and whose they turned out to be."""

    shop: PlugAndPayPayments
    billit: BillitClient
    identity: Identity


@contextmanager
def services(
    config: Config, trace_path: Path | None, sleep: Callable[[float], object] = time.sleep
) -> Iterator[Services]:
    """Open both services and make sure that the keys open the right shop and company.

    `sleep` is how a rate limit is waited for.
    """
    timing = Clock(sleep=sleep)
    with ExitStack() as stack:
        trace = stack.enter_context(Trace(trace_path)) if trace_path else None
        doors = open_clients(config, stack, timing, trace=trace)
        shop = PlugAndPayPayments(doors.shop, config.zone)
        books = BillitClient(doors.books)
        tenant_id = identify_shop(shop, config.plugandpay.shop)
        check_company(books, config.billit.party_id)
        yield Services(shop, books, Identity(tenant_id, config.billit.party_id, config.billit.base_url))


@contextmanager
def one_at_a_time(state_file: Path) -> Iterator[None]:
    """Hold the lock beside the state file; raises TryLater where another run holds it."""
    path = state_file.with_name(f"{state_file.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path, mode=0o600)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise TryLater(
            f"Another run of ppbillit is at work (it holds {path}).",
            "Let it finish; the next run catches up.",
        ) from error
    except OSError as error:
        raise CannotWrite(
            f"The lock file {path} cannot be made ({error.strerror}).",
            "Check the rights of its folder, or name another state_file in the config.",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def state_for_run(state_file: Path, services: Services, *, dry_run: bool) -> Iterator[StateStore]:
    """Open the state, or begin one where nothing of ours is in Billit; a dry run gets a copy in memory."""
    if not is_there(state_file):
        refuse_second_start(services.shop, services.billit, services.identity.tenant_id, state_file)
    if dry_run:
        opened = dry_copy(state_file, services.identity)
    elif is_there(state_file):
        opened = open_state(state_file, services.identity)
    else:
        opened = create_state(state_file, services.identity)
    with opened as state:
        yield state


@contextmanager
def state_at_rest(config: Config, *, to_change: bool = False) -> Iterator[StateStore]:
    """Open the state without asking anybody whose it is: a copy in memory, or to change it, the file itself.

    Raises SetupWrong where there is none, or it is another company's.
    """
    state_file = config.state_file.resolve()
    if not is_there(state_file):
        raise SetupWrong(
            f"There is no state file at {state_file}: no run has been made with this config.",
            "Run `ppbillit sync` first, or check state_file in the config.",
        )
    books = Account(config.billit.party_id, config.billit.base_url)
    with open_state(state_file, books) if to_change else dry_copy(state_file, books) as state:
        yield state


def state_to_rebuild(state_file: Path, identity: Identity) -> StateStore:
    """Give an empty state beside the place of the lost one; raises SetupWrong where that is not lost."""
    if is_there(state_file):
        raise SetupWrong(
            f"There is a state file at {state_file}; it is only rebuilt where there is none.",
            "If it is damaged, move it away first, and keep it until all is well.",
        )
    refuse_stale_journal(state_file)
    draft = rebuild_draft(state_file)
    for left_behind in (draft, draft.with_name(f"{draft.name}-journal")):
        left_behind.unlink(missing_ok=True)
    return create_state(draft, identity)


def rebuild_draft(state_file: Path) -> Path:
    """Name the file a rebuild works in until it is whole."""
    return state_file.with_name(f"{state_file.name}.rebuilding")


def put_in_place(draft: Path, state_file: Path) -> None:
    """Give the whole rebuilt file its name; raises CannotWrite."""
    try:
        draft.replace(state_file)
    except OSError as error:
        raise CannotWrite(
            f"The state file {state_file} cannot be put in place ({error.strerror}).",
            f"Rename {draft} to it by hand.",
        ) from error


def rules_of(config: Config, tenant_id: str, settled: str | None = None) -> Rules:
    """Give the mapping's rules; `settled` is what a probe left in the state."""
    return Rules(
        tenant_id=tenant_id,
        zone=config.zone,
        number=config.invoice.number,
        payment_term_days=config.invoice.payment_term_days,
        payment_reference=config.invoice.payment_reference,
        buyer_reference_question=config.invoice.buyer_reference_question,
        zero_total=config.invoice.zero_total,
        group_lines=config.invoice.group_lines,
        on_cent_difference=config.invoice.on_cent_difference,
        tells_payment=config.payments.to_billit,
        vat=VatRules(**config.vat.model_dump()),
        ledger=LedgerRules(**config.ledger.model_dump()),
        settled=ShopProfile.from_text(settled) if settled else None,
    )


def settings_of(config: Config, flags: RunFlags) -> Settings:
    """Give the run's settings, with what the flags say instead."""
    settings = Settings(
        go_live=config.sync.go_live,
        overlap_days=config.sync.overlap_days,
        deep_overlap_days=config.sync.deep_overlap_days,
        max_new_per_run=config.sync.max_new_per_run,
        settle_seconds=config.sync.settle_seconds,
        send_businesses=config.sending.businesses,
        send_consumers=config.sending.consumers,
        strict_sending=config.sending.strict,
        match_email=config.customers.match_email,
        default_debtor=config.customers.default_debtor,
        default_debtor_for=config.customers.default_debtor_for,
        adopt_by_number=flags.adopt,
        to_plugandpay=config.payments.to_plugandpay,
        to_billit=config.payments.to_billit,
        reopen_reversed=config.payments.reopen_reversed,
    )
    return settings if flags.max_new is None else replace(settings, max_new_per_run=flags.max_new)


def notifier_for(config: Config, command: str, flags: RunFlags) -> NullNotifier:
    """Give who tells of this run."""
    if command not in _SCHEDULED or flags.dry_run or flags.order_ids:
        return NullNotifier()
    told = SentFile(config.state_file.resolve())
    return Notifier(_heartbeat(config), _urls(config), told, language=config.language)
