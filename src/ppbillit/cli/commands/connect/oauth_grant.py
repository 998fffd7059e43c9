"""Get OAuth access: ask for the application, open Billit's page, take the code, store the tokens."""

from __future__ import annotations

import secrets
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ppbillit.billit.oauth import Access, Application, code_in, page_to_open, token_service, tokens_for_code
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.commands.connect.oauth_redirect import wait_for_redirect
from ppbillit.cli.prompts import Question
from ppbillit.cli.wiring import token_path
from ppbillit.config.problems import problem_with
from ppbillit.config.types import web_address
from ppbillit.http import HttpClient

if TYPE_CHECKING:
    from ppbillit.cli.commands.connect.answers import BillitAnswers
    from ppbillit.cli.prompts import Prompter
    from ppbillit.config import StartedConfig

_ID = ("billit", "client_id")
_SECRET = ("billit", "client_secret")
_DEFAULT_URI = "http://127.0.0.1:8479/"


def ask_for_access(
    started: StartedConfig, prompter: Prompter, answers: BillitAnswers, billit_url: str
) -> tuple[dict[str, Any], Access]:
    """Return the new values for [billit], and the access, whose tokens are stored already."""
    values, application = _application(started, prompter, answers, billit_url)
    prompter.say(
        "The redirect URI is the one that Billit registered for your application. Where it leads to this machine "
        "(http://127.0.0.1 or http://localhost) the answer is heard by itself; else you paste it here."
    )
    redirect_uri = prompter.text(
        Question("The redirect URI", "--redirect-uri", _problem_with_uri), answers.redirect_uri, _DEFAULT_URI
    )
    state = secrets.token_urlsafe(24)  # letters, digits, - and _: an & would cut it off (billit.md §1.3)
    page = page_to_open(application, redirect_uri, state)
    address = _redirected_address(prompter, answers, redirect_uri, page)
    code = code_in(address, state)
    file = TokenFile(token_path(started.config.state_file))
    with ExitStack() as stack:
        http = stack.enter_context(
            HttpClient(token_service(application, started.config.billit.timeout_seconds))
        )
        stack.enter_context(file.locked())
        file.make_room()
        file.write(tokens_for_code(http, application, code, redirect_uri))
        return values, Access(application, file, http, renews=False)


def _problem_with_uri(text: str) -> str | None:
    """Return why a text cannot be a redirect URI; None if it can."""
    parts = web_address(text)
    return None if parts and parts.port != 0 else "it is not a web address; write it as Billit registered it"


def _application(
    started: StartedConfig, prompter: Prompter, answers: BillitAnswers, billit_url: str
) -> tuple[dict[str, Any], Application]:
    config = started.config.billit
    client_id = prompter.text(
        Question("The client id of your application", "--client-id", lambda text: problem_with(_ID, text)),
        answers.client_id,
        config.client_id or None,
    )
    has_one = client_id == config.client_id and _SECRET not in started.missing
    question = Question(
        "The client secret of your application",
        answers.secret.flags,
        lambda text: problem_with(_SECRET, text) or (None if text else "an answer is needed"),
    )
    secret = prompter.secret(question, answers.secret.read(), has_one=has_one)
    application = Application(billit_url, client_id, secret or config.client_secret.get_secret_value())
    return ({"client_id": client_id, "client_secret": secret} if secret else {}), application


def _redirected_address(prompter: Prompter, answers: BillitAnswers, redirect_uri: str, page: str) -> str:
    """Show the page to open, and return the address to which Billit redirects the browser."""

    def show_page() -> None:
        prompter.show(Text("Open this address in your browser, and let your application in:"))
        prompter.show(Text(page))
        prompter.say("Waiting for the answer; if the browser stops at a page, paste its address here.")

    if answers.redirected_by_stdin:
        show_page()
        return sys.stdin.readline()
    return wait_for_redirect(redirect_uri, show_page, may_paste=prompter.can_ask)
