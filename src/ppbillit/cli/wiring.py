"""From the config to the parts of a run: clients, lock, state, rules and settings, the run itself, its notifier.

The only place that makes a `Run`, and the ports through which a command may write.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ppbillit import files
from ppbillit.billit.client import BillitClient, billit
from ppbillit.billit.oauth import Access, Application, token_service
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.options import RunFlags
from ppbillit.errors import CannotWrite, SetupWrong, TryLater
from ppbillit.exactly_once.dry_run import DryRunBillit, DryRunShop
from ppbillit.http import Clock, HttpClient
from ppbillit.http.trace import Trace
from ppbillit.invoicing.identity import check_company, identify_shop, refuse_second_start
from ppbillit.mapping.rules import LedgerRules, Rules, VatRules
from ppbillit.mapping.shop_profile import ShopProfile
from ppbillit.notifications import Heartbeat, Notifier, NullNotifier, SentFile
from ppbillit.payments.payment_run import PaymentRun
from ppbillit.plugandpay.client import PlugAndPayClient, plug_and_pay
from ppbillit.run import NoProgress, Run, Scope, Settings
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

    from ppbillit.billit.ports import DebtorUpdater, DocumentCreator, DocumentSender, PaymentMarker
    from ppbillit.config import Config
    from ppbillit.http import RetryPolicy, Service
    from ppbillit.plugandpay.ports import PaymentSource
    from ppbillit.report import RunReport
    from ppbillit.run import Progress


# --- clients -----------------------------------------------------------------------------------


def token_path(state_file: Path) -> Path:
    """Return where OAuth tokens are stored: beside the state file, in the folder that every run may write in."""
    found = state_file.resolve()
    return found.with_name(f"{found.name}.billit-tokens.json")


def application_of(config: Config) -> Application:
    """Return the application of a config that uses OAuth."""
    return Application(
        config.billit.base_url, config.billit.client_id, config.billit.client_secret.get_secret_value()
    )


def shop_service(config: Config, key: str) -> Service:
    """Return how Plug&Pay is reached with this key."""
    return plug_and_pay(
        key,
        config.plugandpay.base_url,
        requests_per_second=config.plugandpay.requests_per_second,
        timeout_seconds=config.plugandpay.timeout_seconds,
    )


@dataclass(frozen=True)
class Clients:
    """An HTTP client for each service."""

    shop: HttpClient
    billit: HttpClient


def open_clients(
    config: Config,
    stack: ExitStack,
    timing: Clock,
    *,
    retry: RetryPolicy | None = None,
    trace: Trace | None = None,
    renews: bool = True,
) -> Clients:
    """Open both clients, to be closed with `stack`; no request is made yet."""
    key = config.plugandpay.api_key.get_secret_value()
    shop = HttpClient(shop_service(config, key), retry=retry, timing=timing, trace=trace)
    billit_client = HttpClient(
        billit_service(config, stack, timing, renews=renews), retry=retry, timing=timing, trace=trace
    )
    return Clients(stack.enter_context(shop), stack.enter_context(billit_client))


def billit_service(config: Config, stack: ExitStack, timing: Clock, *, renews: bool = True) -> Service:
    """Return how Billit is reached, by a key or by OAuth; what that needs open is closed with `stack`."""
    access = None
    if config.billit.client_id:
        application = application_of(config)
        tokens = TokenFile(token_path(config.state_file))
        token_client = stack.enter_context(
            HttpClient(token_service(application, config.billit.timeout_seconds), timing=timing)
        )
        access = Access(application, tokens, token_client, renews=renews, now=timing.now)
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
    """The clients of both services, and whose shop and company they reach."""

    shop: PlugAndPayClient
    billit: BillitClient
    identity: Identity


@contextmanager
def services(
    config: Config, trace_path: Path | None, sleep: Callable[[float], object] = time.sleep
) -> Iterator[Services]:
    """Open both services and check that the keys reach the right shop and company.

    `sleep` waits where a service limits the rate; a signal ends it.
    """
    timing = Clock(sleep=sleep)
    with ExitStack() as stack:
        trace = stack.enter_context(Trace(trace_path)) if trace_path else None
        clients = open_clients(config, stack, timing, trace=trace)
        shop = PlugAndPayClient(clients.shop, config.zone)
        billit = BillitClient(clients.billit)
        tenant_id = identify_shop(shop, config.plugandpay.shop)
        check_company(billit, config.billit.party_id)
        yield Services(shop, billit, Identity(tenant_id, config.billit.party_id, config.billit.base_url))


# --- lock and state ------------------------------------------------------------------------------


@contextmanager
def one_at_a_time(state_file: Path) -> Iterator[None]:
    """Hold the lock beside the state file; raise TryLater where another run holds it."""
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
    """Open the state, or create it where Billit holds no document of ours; a dry run gets a copy in memory."""
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
    """Open the state without a request to a service: a copy in memory, or to change it, the file itself.

    Raise SetupWrong where there is none, or it is another company's.
    """
    state_file = config.state_file.resolve()
    if not is_there(state_file):
        raise SetupWrong(
            f"There is no state file at {state_file}: no run has been made with this config.",
            "Run `ppbillit sync` first, or check state_file in the config.",
        )
    account = Account(config.billit.party_id, config.billit.base_url)
    with open_state(state_file, account) if to_change else dry_copy(state_file, account) as state:
        yield state


def state_to_rebuild(state_file: Path, identity: Identity) -> StateStore:
    """Return an empty state beside the place of the lost one; raise SetupWrong where that is not lost."""
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
    """Return the file in which a rebuild works until it is whole."""
    return state_file.with_name(f"{state_file.name}.rebuilding")


def put_in_place(draft: Path, state_file: Path) -> None:
    """Rename the rebuilt file, which is whole, to its name; raise CannotWrite."""
    try:
        files.put_in_place(draft, state_file)
    except OSError as error:
        raise CannotWrite(
            f"The state file {state_file} cannot be put in place ({error.strerror}).",
            f"Rename {draft} to it by hand.",
        ) from error


# --- the run ---------------------------------------------------------------------------------------


def rules_of(config: Config, tenant_id: str, settled: str | None = None) -> Rules:
    """Return the rules of the mapping; `settled` is what `probe` left in the state."""
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
        shop_profile=ShopProfile.from_text(settled) if settled else None,
    )


def settings_of(config: Config, flags: RunFlags) -> Settings:
    """Return the settings of a run, as config and flags have them."""
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


@dataclass(frozen=True)
class Ports:
    """Everything a command may write with, in memory in a dry run.  It passes on only what its work needs."""

    creator: DocumentCreator
    sender: DocumentSender
    updater: DebtorUpdater
    billit_payments: PaymentMarker
    shop_payments: PaymentSource

    def payment_run(self, run: Run) -> PaymentRun:
        """Return the run as one that may write payments."""
        return PaymentRun.of(run, self.shop_payments, self.billit_payments)


def run_and_ports(  # noqa: PLR0913  (a run is made of these)
    config: Config,
    services: Services,
    state: StateStore,
    report: RunReport,
    flags: RunFlags,
    *,
    backfill: bool = False,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[Run, Ports]:
    """Return a run, and the ports to write with; the only place that makes either."""
    billit = DryRunBillit(services.billit) if flags.dry_run else services.billit
    shop_payments: PaymentSource = DryRunShop(services.shop) if flags.dry_run else services.shop
    run = Run(
        shop=services.shop,
        billit=billit,
        state=state,
        rules=rules_of(config, services.identity.tenant_id, state.remembered("settled")),
        settings=settings_of(config, flags),
        report=report,
        scope=Scope(backfill=backfill, dry_run=flags.dry_run),
        progress=progress or NoProgress(),
        stopping=stopping,
    )
    return run, Ports(billit, billit, billit, billit, shop_payments)


# --- notifications -----------------------------------------------------------------------------------

# The commands that cron runs.  Of others, and of dry runs and single orders, a person sees the output.
_SCHEDULED = {"sync", "sync-payments"}


def heartbeat_of(config: Config) -> Heartbeat | None:
    """Return the heartbeat of the config, if it has one."""
    url = config.notify.heartbeat_url
    return Heartbeat(url.get_secret_value()) if url else None


def addresses_of(config: Config) -> list[str]:
    """Return the addresses to which messages are sent."""
    return [url.get_secret_value() for url in config.notify.urls]


def notifier_for(config: Config, command: str, flags: RunFlags) -> NullNotifier:
    """Return who sends notifications of this run, which may be nobody."""
    if command not in _SCHEDULED or flags.dry_run or flags.order_ids:
        return NullNotifier()
    sent = SentFile(config.state_file.resolve())
    return Notifier(heartbeat_of(config), addresses_of(config), sent, language=config.language)
