"""Ask for what the first config needs and only the owner knows."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

from ppbillit.billit.client import BillitClient
from ppbillit.cli.prompts import Question
from ppbillit.cli.wiring import billit_service
from ppbillit.config.keys import config_keys
from ppbillit.config.problems import problem_with
from ppbillit.debtors.mirror import debtors_with_number
from ppbillit.http import Clock, HttpClient

if TYPE_CHECKING:
    from ppbillit.cli.commands.connect.answers import ConfigAnswers
    from ppbillit.cli.prompts import Prompter
    from ppbillit.config import StartedConfig
    from ppbillit.config.keys import KeyPath

_GO_LIVE = ("sync", "go_live")
_NUMBER = ("invoice", "number")
_DEBTOR = ("customers", "default_debtor")
# Not letters: they cost money, and need a second key.
_CHANNELS = ["none", "auto", "peppol", "email"]


def ask_for_config(started: StartedConfig, prompter: Prompter, answers: ConfigAnswers) -> dict[KeyPath, Any]:
    """Return the answers by their keys."""
    prompter.say(
        "The go-live date is the first day that is ppbillit's: orders invoiced from then on are brought to "
        "Billit, older ones are left alone. From that day on nothing else may bring your orders to Billit."
    )
    go_live = prompter.text(
        Question("The go-live date, like 2027-01-01", "--go-live", lambda text: problem_with(_GO_LIVE, text)),
        answers.go_live.isoformat() if answers.go_live else None,
        None if _GO_LIVE in started.missing else started.config.sync.go_live.isoformat(),
    )
    number = prompter.choice(
        Question("The number of an invoice", "--number"),
        {
            "invoice_number": "Plug&Pay's invoice number",
            "order_number": "Plug&Pay's order number",
            "billit": "the next number of Billit",
        },
        answers.number,
        str(config_keys()[_NUMBER].field.default),
    )
    groups = prompter.yes(
        Question(
            "Make one line of all lines with the same VAT and account", "--group-lines, --separate-lines"
        ),
        answers.group_lines,
        default=False,
    )
    prompter.say(
        "If all orders are to be booked on one customer, give its customer number in Billit; such invoices are "
        "not sent. Most shops press Enter: each buyer is a customer then."
    )
    debtor = prompter.text(
        Question("The default debtor", "--default-debtor", lambda text: _unknown_debtor(started, text)),
        answers.default_debtor,
        "",
    )
    prompter.say("How Billit sends new invoices; none makes them and leaves the sending to you.")
    businesses = _channel(prompter, "businesses", answers.send_businesses)
    consumers = _channel(prompter, "consumers", answers.send_consumers)
    return {
        _GO_LIVE: date.fromisoformat(go_live),
        _NUMBER: number,
        ("invoice", "group_lines"): groups,
        **({_DEBTOR: debtor} if debtor else {}),
        ("sending", "businesses"): businesses,
        ("sending", "consumers"): consumers,
    }


def _channel(prompter: Prompter, whom: str, given: str | None) -> str:
    return prompter.choice(Question(f"To {whom}", f"--send-{whom}"), _CHANNELS, given, "none")


def _unknown_debtor(started: StartedConfig, number: str) -> str | None:
    """Return what is wrong if Billit has no single debtor with this number: every order would be parked."""
    if not number.strip():
        return None
    with ExitStack() as stack:
        service = billit_service(started.config, stack, Clock())
        debtors = stack.enter_context(BillitClient(HttpClient(service))).debtors()
    found = debtors_with_number(debtors, number)
    if len(found) == 1:
        return None
    return f"{'no' if not found else 'more than one'} customer in Billit has this number"
