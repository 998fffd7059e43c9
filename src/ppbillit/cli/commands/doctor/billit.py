"""The checks at Billit. They only read; OAuth access is used as it is and not renewed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ppbillit.billit.oauth import CONNECT
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.commands.doctor.checks import (
    Check,
    Level,
    check_clock,
    checked,
    failed,
    good,
    note,
    unchecked,
    wrong,
)
from ppbillit.cli.output.words import local_time
from ppbillit.cli.wiring import token_path
from ppbillit.config.services import BILLIT_URLS
from ppbillit.debtors.mirror import debtors_with_number
from ppbillit.errors import ExitCode, KeysRefused, PpbillitError
from ppbillit.invoicing.identity import check_company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.billit.client import BillitClient
    from ppbillit.billit.models import Company
    from ppbillit.config import Config
    from ppbillit.http import HttpClient

KEY, ACCESS, CLOCK, COMPANY = "Billit key", "Billit access", "clock, Billit", "Billit company"
LEDGER, DEBTOR, PEPPOL = "ledger accounts", "default debtor", "own Peppol"
_OF_COMPANY = (LEDGER, DEBTOR, PEPPOL)
_AFTER_KEY = (CLOCK, COMPANY, *_OF_COMPANY)


def check_access(config: Config) -> Check:
    """Check how long the OAuth tokens last; only a run renews them."""
    try:
        tokens = TokenFile(token_path(config.state_file)).read()
    except PpbillitError as error:
        return failed(ACCESS, error)
    if tokens is None:
        return wrong(ACCESS, "there are no tokens yet", CONNECT, ExitCode.KEYS_REFUSED)
    if (tokens.billit_url, tokens.client_id) != (config.billit.base_url, config.billit.client_id):
        finding = "the tokens are for another application, or another Billit"
        return wrong(ACCESS, finding, CONNECT, ExitCode.KEYS_REFUSED)
    until = local_time(tokens.expires_at, config.zone)
    if tokens.expires_at <= datetime.now(UTC):
        return note(
            ACCESS,
            f"ended at {until}; the next run renews it, this command does not",
            "run `ppbillit sync --dry-run`, and `ppbillit doctor` again, to have Billit checked too",
        )
    return good(ACCESS, f"lasts until {until}, and is renewed by itself")


class BillitChecks:
    """All checks at Billit; `is_open` is set when the company can be reached."""

    def __init__(self, config: Config, client: BillitClient, http: HttpClient) -> None:
        self._config = config
        self._client = client
        self._http = http
        self.is_open = False

    def checks(self) -> Iterator[Check]:
        """Make all checks, one by one."""
        if self._config.billit.client_id:
            access = check_access(self._config)
            yield access
            if access.level is not Level.GOOD:
                yield from unchecked((KEY, *_AFTER_KEY), "Billit was not asked")
                return
        try:
            companies = self._client.companies()
            yield good(KEY, f"opens {self._environment()}: {_list(companies)}")
        except PpbillitError as error:
            is_access = isinstance(error, KeysRefused) and self._config.billit.client_id
            yield _refused_access() if is_access else failed(KEY, error)
            yield from unchecked(_AFTER_KEY, "Billit does not open")
            return
        yield check_clock(CLOCK, self._http)
        company = next((each for each in companies if each.party_id == self._config.billit.party_id), None)
        try:
            check_company(self._client, self._config.billit.party_id)
        except PpbillitError as error:
            yield failed(COMPANY, error)
        if company is None or company.api_allowed is False:
            yield from unchecked(_OF_COMPANY, "the company does not open")
            return
        self.is_open = True
        yield good(COMPANY, f"{company.party_id} ({company.name}), the API is allowed")
        yield checked(LEDGER, lambda: self._ledger(company))
        yield checked(DEBTOR, self._debtor)
        yield checked(PEPPOL, lambda: self._peppol(company))

    def _environment(self) -> str:
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

    def _debtor(self) -> Check:
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
            return Check(PEPPOL, Level.UNCHECKED, "Billit shows no VAT number of the company")
        if self._client.receiver(company.vat_number):
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
    """Return what to do where tokens are refused before they expire, as after the clock was wrong."""
    return wrong(
        KEY,
        "Billit refuses the access, although it should last",
        f"run `ppbillit sync --dry-run`, which renews it, and doctor again; if that is refused too: {CONNECT}",
        ExitCode.KEYS_REFUSED,
    )


def _list(companies: list[Company]) -> str:
    return ", ".join(f"{each.party_id} ({each.name})" for each in companies) or "no company"
