"""Access by OAuth: the application, Billit's page, the answer, the tokens on the disk."""

from __future__ import annotations

import secrets
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ppbillit.billit.oauth import Access, Application, code_in, page_to_open, token_service, tokens_for_code
from ppbillit.billit.token_file import TokenFile
from ppbillit.cli.commands.connect.oauth_redirect import wait_for_answer
from ppbillit.cli.prompts import Question
from ppbillit.cli.wiring import token_path
from ppbillit.config.save import problem_with
from ppbillit.config.types import web_address
from ppbillit.http import HttpClient

if TYPE_CHECKING:
    from ppbillit.cli.commands.connect.answers import BillitAnswers
    from ppbillit.cli.prompts import Questions
    from ppbillit.config import StartedConfig

_ID = ("billit", "client_id")
_SECRET = ("billit", "client_secret")
_LIKELY = "http://127.0.0.1:8479/"


def ask_for_access(
    started: StartedConfig, questions: Questions, answers: BillitAnswers, billit_url: str
) -> tuple[dict[str, Any], Access]:
    """Give what was learnt of the application, and the access; its tokens are on the disk already."""
    learnt, application = _application(started, questions, answers, billit_url)
    questions.say(
        "The redirect URI is the one that Billit registered for your application. Where it leads to this machine "
        "(http://127.0.0.1 or http://localhost) the answer is heard by itself; else you paste it here."
    )
    redirect_uri = questions.text(
        Question("The redirect URI", "--redirect-uri", _no_address), answers.redirect_uri, _LIKELY
    )
    state = secrets.token_urlsafe(24)  # letters, digits, - and _: an & would cut it off (billit.md §1.3)
    page = page_to_open(application, redirect_uri, state)
    address = _answer(questions, answers, redirect_uri, page)
    code = code_in(address, state)
    file = TokenFile(token_path(started.config.state_file))
    with ExitStack() as stack:
        door = stack.enter_context(
            HttpClient(token_service(application, started.config.billit.timeout_seconds))
        )
        stack.enter_context(file.locked())
        file.make_room()
        file.write(tokens_for_code(door, application, code, redirect_uri))
        return learnt, Access(application, file, door, renews=False)


def _no_address(text: str) -> str | None:
    """Say why a text is no address to lead back to; None if it is one."""
    parts = web_address(text)
    return None if parts and parts.port != 0 else "it is not a web address; write it as Billit registered it"


def _application(
    started: StartedConfig, questions: Questions, answers: BillitAnswers, billit_url: str
) -> tuple[dict[str, Any], Application]:
    config = started.config.billit
    client_id = questions.text(
        Question("The client id of your application", "--client-id", lambda text: problem_with(_ID, text)),
        answers.client_id,
        config.client_id or None,
    )
    keeps = client_id == config.client_id and _SECRET not in started.missing
    question = Question(
        "The client secret of your application",
        answers.secret.flags,
        lambda text: problem_with(_SECRET, text) or (None if text else "an answer is needed"),
    )
    secret = questions.secret(question, answers.secret.read(), keeps=keeps)
    application = Application(billit_url, client_id, secret or config.client_secret.get_secret_value())
    return ({"client_id": client_id, "client_secret": secret} if secret else {}), application


def _answer(questions: Questions, answers: BillitAnswers, redirect_uri: str, page: str) -> str:
    """Show the page to open, and give the address that it leads back to."""

    def ask() -> None:
        questions.show(Text("Open this address in your browser, and let your application in:"))
        questions.show(Text(page))
        questions.say("Waiting for the answer; if the browser stops at a page, paste its address here.")

    if answers.redirected_by_stdin:
        ask()
        return sys.stdin.readline()
    return wait_for_answer(redirect_uri, ask, may_paste=questions.is_answered_here)
