"""What can be checked at Billit, by reading alone: access by OAuth is used as it is, and not renewed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ppbillit.billit.oauth import CONNECT
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.commands.doctor.checks import (
    Check,
    Level,
    clock,
    good,
    local,
    note,
    trouble,
    unchecked,
    wrong,
)
from ppbillit.cli.wiring import token_path
from ppbillit.config.services import BILLIT_URLS
from ppbillit.debtors.mirror import debtors_with_number
from ppbillit.errors import ExitCode, KeysRefused, PpbillitError
from ppbillit.invoicing.identity import check_company

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ppbillit.billit.client import BillitClient
    from ppbillit.billit.models import Company
    from ppbillit.config import Config
    from ppbillit.http import HttpClient

KEY, ACCESS, CLOCK, COMPANY = "Billit key", "Billit access", "clock, Billit", "Billit company"
LEDGER, DEBTOR, PEPPOL = "ledger accounts", "default debtor", "own Peppol"
_REST = (CLOCK, COMPANY, LEDGER, DEBTOR, PEPPOL)


def access(config: Config) -> Check:
    """Say how long the tokens of OAuth last; only a run renews them."""
    try:
        tokens = TokenFile(token_path(config.state_file)).read()
    except PpbillitError as error:
        return trouble(ACCESS, error)
    if tokens is None:
        return wrong(ACCESS, "there are no tokens yet", CONNECT, ExitCode.KEYS_REFUSED)
    if (tokens.billit_url, tokens.client_id) != (config.billit.base_url, config.billit.client_id):
        words = "the tokens are for another application, or another Billit"
        return wrong(ACCESS, words, CONNECT, ExitCode.KEYS_REFUSED)
    until = local(tokens.expires_at, config.zone)
    if tokens.expires_at <= datetime.now(UTC):
        return note(
            ACCESS,
            f"ended at {until}; the next run renews it, this command does not",
            "run `ppbillit sync --dry-run`, and `ppbillit doctor` again, to have Billit checked too",
        )
    return good(ACCESS, f"lasts until {until}, and is renewed by itself")


class BillitChecks:
    """The checks."""

    def __init__(self, config: Config, client: BillitClient, transport: HttpClient) -> None:
        self._config = config
        self._client = client
        self._transport = transport
        self.is_open = False

    def checks(self) -> Iterator[Check]:
        """Look at everything."""
        if self._config.billit.client_id:
            lasts = access(self._config)
            yield lasts
            if lasts.level is not Level.GOOD:
                yield from (unchecked(name, "Billit was not asked") for name in (KEY, *_REST))
                return
        try:
            companies = self._client.companies()
            yield good(KEY, f"opens {self._place()}: {_list(companies)}")
        except PpbillitError as error:
            is_access = isinstance(error, KeysRefused) and self._config.billit.client_id
            yield _refused_access() if is_access else trouble(KEY, error)
            yield from (unchecked(name, "Billit does not open") for name in _REST)
            return
        yield clock(CLOCK, self._transport)
        company = next((each for each in companies if each.party_id == self._config.billit.party_id), None)
        try:
            check_company(self._client, self._config.billit.party_id)
        except PpbillitError as error:
            yield trouble(COMPANY, error)
        if company is None or company.api_allowed is False:
            yield from (unchecked(name, "the company does not open") for name in (LEDGER, DEBTOR, PEPPOL))
            return
        self.is_open = True
        yield good(COMPANY, f"{company.party_id} ({company.name}), the API is allowed")
        looks: tuple[tuple[str, Callable[[Company], Check]], ...] = (
            (LEDGER, self._ledger),
            (DEBTOR, self._debtor),
            (PEPPOL, self._peppol),
        )
        for name, look in looks:
            try:
                yield look(company)
            except PpbillitError as error:
                yield trouble(name, error)

    def _place(self) -> str:
        url = self._config.billit.base_url
        name = next((name for name, known in BILLIT_URLS.items() if known == url), url)
        return "the SANDBOX" if name == "sandbox" else name

    def _ledger(self, company: Company) -> Check:
        ledger = self._config.ledger
        is_used = ledger.default is not None or bool(ledger.products)
        if company.features.gl_accounts is False and is_used:
            return wrong(
                LEDGER,
                "[ledger] names accounts, and this company has no ledger accounts in Billit",
                "ask Billit to switch them on, or take the accounts out of [ledger] and set from_product = false",
            )
        if company.features.gl_accounts is False and ledger.from_product:
            return note(
                LEDGER,
                "this company has no ledger accounts in Billit; those of products in the shop may be refused",
                "ask Billit to switch them on, or set from_product = false under [ledger]",
            )
        return good(LEDGER, "switched on" if company.features.gl_accounts else "not used")

    def _debtor(self, _company: Company) -> Check:
        wanted = self._config.customers.default_debtor.strip()
        if not wanted:
            return good(DEBTOR, "none is set: each buyer is a customer")
        found = debtors_with_number(self._client.debtors(), wanted)
        if not found:
            return wrong(
                DEBTOR,
                f"no customer in Billit has the number {wanted}",
                "correct default_debtor under [customers], or the number of that customer in Billit",
            )
        if len(found) > 1:
            return note(
                DEBTOR,
                f"{len(found)} customers in Billit have the number {wanted}; runs take the oldest, {found[0]}",
                "take the number away from the others in Billit",
            )
        return good(DEBTOR, f"{wanted} is customer {found[0]} in Billit")

    def _peppol(self, company: Company) -> Check:
        if not company.vat_number:
            return unchecked(PEPPOL, "Billit shows no VAT number of the company")
        takes = self._client.receiver(company.vat_number)
        if takes:
            return good(PEPPOL, "the company is registered")
        sending = self._config.sending
        if {"peppol", "auto"} & {sending.businesses, sending.consumers}:
            return note(
                PEPPOL,
                "the company is not registered on Peppol, and [sending] uses it",
                "register it in Billit: Settings → Peppol; until then sendings may be refused",
            )
        return good(PEPPOL, "the company is not registered, and [sending] does not use it")


def _refused_access() -> Check:
    """Say what helps where tokens are refused before their time, as after the clock was wrong: renewing may do."""
    return wrong(
        KEY,
        "Billit refuses the access, although it should last",
        f"run `ppbillit sync --dry-run`, which renews it, and doctor again; if that is refused too: {CONNECT}",
        ExitCode.KEYS_REFUSED,
    )


def _list(companies: list[Company]) -> str:
    return ", ".join(f"{each.party_id} ({each.name})" for each in companies) or "no company"
