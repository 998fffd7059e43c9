"""Billit's side: a key or an application, production or sandbox, and which company makes the invoices."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ppbillit.billit.client import BillitClient, billit
from ppbillit.cli.commands.connect.oauth_grant import ask_for_access
from ppbillit.cli.prompts import Question
from ppbillit.config.save import problem_with
from ppbillit.config.services import BILLIT_URLS
from ppbillit.errors import KeysRefused, WrongRequest
from ppbillit.http import HttpClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.billit.models import Company
    from ppbillit.billit.oauth import Access
    from ppbillit.cli.commands.connect.answers import BillitAnswers
    from ppbillit.cli.prompts import Questions
    from ppbillit.config import StartedConfig

_KEY = ("billit", "api_key")
_PARTY_ID = ("billit", "party_id")


@dataclass(frozen=True)
class Place:
    """One of Billit's environments; `environment` is None for the emulator's address."""

    environment: str | None
    url: str

    @property
    def words(self) -> str:
        """What to call it."""
        if self.environment is None:
            return f"at {self.url}"
        return "the SANDBOX, for trying out" if self.environment == "sandbox" else "production"


def connect_billit(
    started: StartedConfig, questions: Questions, answers: BillitAnswers
) -> tuple[dict[str, Any], str]:
    """Give what was learnt of Billit, and a line that says what it opens."""
    uses_oauth = answers.oauth
    if uses_oauth is None:
        uses_oauth = bool(answers.client_id or answers.secret.is_flagged)
        if not uses_oauth and not answers.key.is_flagged:
            has_application = bool(started.config.billit.client_id)
            questions.say(
                "An API key is for your own administration; OAuth needs an application of your own."
            )
            question = Question("Open Billit with", "--oauth, --no-oauth")
            way = questions.choice(question, ["key", "oauth"], None, "oauth" if has_application else "key")
            uses_oauth = way == "oauth"
    if uses_oauth:
        place = _place_to_ask(started, questions, answers)
        learnt, access = ask_for_access(started, questions, answers, place.url)
        companies = _companies(started, place, access=access)
    else:
        key, place, companies = _with_key(started, questions, answers)
        learnt = {"api_key": key} if key else {}
    company = _pick(started, companies, questions, answers)
    if place.environment is not None:
        learnt["environment"] = place.environment
    learnt["party_id"] = company.party_id
    return learnt, f"Billit: {place.words}, {_words(company)}"


# --- with a key ---------------------------------------------------------------------------------


def _with_key(
    started: StartedConfig, questions: Questions, answers: BillitAnswers
) -> tuple[str | None, Place, list[Company]]:
    """Give the new key (None: the present one stays), where it is at home, and what it reaches."""
    questions.say("In Billit: your profile → User & API. The sandbox has keys of its own.")
    present = started.config.billit.api_key.get_secret_value()
    has_key = bool(present) and _KEY not in started.missing
    question = Question(
        "The API key of Billit",
        answers.key.flags,
        # Where it stands in a config, none is right too: then there is OAuth.
        lambda key: problem_with(_KEY, key) or (None if key else "an answer is needed"),
    )

    def opens(key: str | None) -> tuple[Place, list[Company]]:
        refused: KeysRefused | None = None
        places = list(_places(started, answers))
        for place in places:
            try:
                return place, _companies(started, place, key=key or present)
            except KeysRefused as error:
                refused = error
        raise KeysRefused(
            "Billit does not accept the key"
            + (", neither in production nor in the sandbox." if len(places) > 1 else "."),
            "Copy it again from Billit: your profile → User & API.",
        ) from refused

    key, (place, companies) = questions.secret_that_opens(question, answers.key.read(), opens, keeps=has_key)
    return key, place, companies


def _places(started: StartedConfig, answers: BillitAnswers) -> Iterator[Place]:
    """Give where a key may be at home: in the environment that was named, else in both."""
    config = started.config.billit
    if config.base_url not in BILLIT_URLS.values():
        yield Place(None, config.base_url)
        return
    others = [name for name in BILLIT_URLS if name != config.environment]
    for name in [answers.environment] if answers.environment else [config.environment, *others]:
        yield Place(name, BILLIT_URLS[name])


def _place_to_ask(started: StartedConfig, questions: Questions, answers: BillitAnswers) -> Place:
    """Give the environment of an application, which does not tell it by itself."""
    config = started.config.billit
    if config.base_url not in BILLIT_URLS.values():
        return Place(None, config.base_url)
    environment = questions.choice(
        Question("Which Billit", "--environment"), [*BILLIT_URLS], answers.environment, config.environment
    )
    return Place(environment, BILLIT_URLS[environment])


# --- companies ----------------------------------------------------------------------------------


def _companies(
    started: StartedConfig, place: Place, *, key: str = "", access: Access | None = None
) -> list[Company]:
    config = started.config.billit
    with ExitStack() as stack:
        service = billit(
            place.url,
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
    started: StartedConfig, companies: list[Company], questions: Questions, answers: BillitAnswers
) -> Company:
    """Let one of the companies be picked; one that may not use the API is refused."""
    by_id = {str(company.party_id): company for company in companies}
    present = None if _PARTY_ID in started.missing else str(started.config.billit.party_id)
    given = None if answers.company is None else str(answers.company)
    if given is not None and given not in by_id:
        reached = "; ".join(_words(company) for company in companies)
        raise WrongRequest(f"It does not reach company {given}.", f"Give one of these: {reached}.")
    if given is None and len(companies) == 1:
        [picked] = companies
    else:
        question = Question("Which company makes the invoices", "--company")
        options = {number: _words(company) for number, company in by_id.items()}
        picked = by_id[questions.choice(question, options, given, present if present in by_id else None)]
    if picked.api_allowed is False:
        raise KeysRefused(
            f"Billit does not allow the API for {_words(picked)}.",
            "Switch the API on for this company in Billit, or ask Billit's support.",
        )
    return picked


def _words(company: Company) -> str:
    return f"company {company.party_id} ({company.name or 'without a name'})"
