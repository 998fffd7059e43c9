"""Connect Billit: by API key or OAuth, production or sandbox, and the company that makes the invoices."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ppbillit.billit.client import BillitClient, billit
from ppbillit.cli.commands.connect.oauth_grant import ask_for_access
from ppbillit.cli.prompts import Question
from ppbillit.config.problems import problem_with
from ppbillit.config.services import BILLIT_URLS
from ppbillit.errors import KeysRefused, WrongRequest
from ppbillit.http import HttpClient

if TYPE_CHECKING:
    from ppbillit.billit.models import Company
    from ppbillit.billit.oauth import Access
    from ppbillit.cli.commands.connect.answers import BillitAnswers
    from ppbillit.cli.prompts import Prompter
    from ppbillit.config import StartedConfig

_KEY = ("billit", "api_key")
_PARTY_ID = ("billit", "party_id")


@dataclass(frozen=True)
class BillitEnvironment:
    """An address of Billit; `name` is None for another one than production and sandbox, as the emulator's."""

    name: str | None
    url: str

    def __str__(self) -> str:
        """Return what to call it."""
        if self.name is None:
            return f"at {self.url}"
        return "the SANDBOX, for trying out" if self.name == "sandbox" else "production"


def connect_billit(
    started: StartedConfig, prompter: Prompter, answers: BillitAnswers
) -> tuple[dict[str, Any], str]:
    """Return the new values for [billit], and a line that says what they open."""
    uses_oauth = answers.oauth
    if uses_oauth is None:
        uses_oauth = bool(answers.client_id or answers.secret.is_flagged)
        if not uses_oauth and not answers.key.is_flagged:
            has_application = bool(started.config.billit.client_id)
            prompter.say("An API key is for your own administration; OAuth needs an application of your own.")
            question = Question("Open Billit with", "--oauth, --no-oauth")
            way = prompter.choice(question, ["key", "oauth"], None, "oauth" if has_application else "key")
            uses_oauth = way == "oauth"
    if uses_oauth:
        environment = _environment(started, prompter, answers)
        values, access = ask_for_access(started, prompter, answers, environment.url)
        companies = _companies(started, environment, access=access)
    else:
        key, environment, companies = _ask_for_key(started, prompter, answers)
        values = {"api_key": key} if key else {}
    company = _pick(started, companies, prompter, answers)
    if environment.name is not None:
        values["environment"] = environment.name
    values["party_id"] = company.party_id
    return values, f"Billit: {environment}, {_company_name(company)}"


# --- with a key ---------------------------------------------------------------------------------


def _ask_for_key(
    started: StartedConfig, prompter: Prompter, answers: BillitAnswers
) -> tuple[str | None, BillitEnvironment, list[Company]]:
    """Return the new key (None: the present one stays), its environment, and the companies it reaches."""
    prompter.say("In Billit: your profile → User & API. The sandbox has keys of its own.")
    present = started.config.billit.api_key.get_secret_value()
    has_key = bool(present) and _KEY not in started.missing
    question = Question(
        "The API key of Billit",
        answers.key.flags,
        # In a config no key is right too, with OAuth; here one is needed.
        lambda key: problem_with(_KEY, key) or (None if key else "an answer is needed"),
    )

    def use(key: str | None) -> tuple[BillitEnvironment, list[Company]]:
        refused: KeysRefused | None = None
        environments = _environments_of_key(started, answers)
        for environment in environments:
            try:
                return environment, _companies(started, environment, key=key or present)
            except KeysRefused as error:
                refused = error
        raise KeysRefused(
            "Billit does not accept the key"
            + (", neither in production nor in the sandbox." if len(environments) > 1 else "."),
            "Copy it again from Billit: your profile → User & API.",
        ) from refused

    key, (environment, companies) = prompter.working_secret(
        question, answers.key.read(), use, has_one=has_key
    )
    return key, environment, companies


def _environments_of_key(started: StartedConfig, answers: BillitAnswers) -> list[BillitEnvironment]:
    """Return where to try a key: in the environment that was named, else in both."""
    config = started.config.billit
    if config.base_url not in BILLIT_URLS.values():
        return [BillitEnvironment(None, config.base_url)]
    others = [name for name in BILLIT_URLS if name != config.environment]
    names = [answers.environment] if answers.environment else [config.environment, *others]
    return [BillitEnvironment(name, BILLIT_URLS[name]) for name in names]


def _environment(started: StartedConfig, prompter: Prompter, answers: BillitAnswers) -> BillitEnvironment:
    """Ask for the environment of an application, which cannot be found out by trying as for a key."""
    config = started.config.billit
    if config.base_url not in BILLIT_URLS.values():
        return BillitEnvironment(None, config.base_url)
    name = prompter.choice(
        Question("Which Billit", "--environment"), [*BILLIT_URLS], answers.environment, config.environment
    )
    return BillitEnvironment(name, BILLIT_URLS[name])


# --- companies ----------------------------------------------------------------------------------


def _companies(
    started: StartedConfig, environment: BillitEnvironment, *, key: str = "", access: Access | None = None
) -> list[Company]:
    config = started.config.billit
    with ExitStack() as stack:
        service = billit(
            environment.url,
            None,
            api_key=key,
            access=access,
            requests_per_second=config.requests_per_second,
            timeout_seconds=config.timeout_seconds,
        )
        found = stack.enter_context(BillitClient(HttpClient(service))).companies()
    if not found:
        raise KeysRefused(
            "Billit accepts it, but it reaches no company.",
            "Use the key of somebody who may work in your company.",
        )
    return found


def _pick(
    started: StartedConfig, companies: list[Company], prompter: Prompter, answers: BillitAnswers
) -> Company:
    """Ask for one of the companies; raise KeysRefused for one that may not use the API."""
    by_id = {str(company.party_id): company for company in companies}
    present = None if _PARTY_ID in started.missing else str(started.config.billit.party_id)
    given = None if answers.company is None else str(answers.company)
    if given is not None and given not in by_id:
        reached = "; ".join(_company_name(company) for company in companies)
        raise WrongRequest(f"It does not reach company {given}.", f"Give one of these: {reached}.")
    if given is None and len(companies) == 1:
        [picked] = companies
    else:
        question = Question("Which company makes the invoices", "--company")
        options = {number: _company_name(company) for number, company in by_id.items()}
        picked = by_id[prompter.choice(question, options, given, present if present in by_id else None)]
    if picked.api_allowed is False:
        raise KeysRefused(
            f"Billit does not allow the API for {_company_name(picked)}.",
            "Switch the API on for this company in Billit, or ask Billit's support.",
        )
    return picked


def _company_name(company: Company) -> str:
    return f"company {company.party_id} ({company.name or 'without a name'})"
