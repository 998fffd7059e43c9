"""How a service is asked for a report: what is not answered soundly is one line of it, and not its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ppbillit.errors import Unavailable
from ppbillit.http import Answered

if TYPE_CHECKING:
    from ppbillit.cli.commands.probe.findings import Report
    from ppbillit.http import HttpClient, Refused

# So many questions in a row without an answer are no odd ones: the service is out of order.
_MOST_SILENT = 3


@dataclass(frozen=True)
class Silence:
    """No sound answer came: a server error, a web page, nothing."""


class Questions:
    """Questions for one service, put one by one, and what is noted of their answers."""

    def __init__(self, transport: HttpClient, report: Report) -> None:
        self._transport = transport
        self._report = report
        self._silent = 0

    def read(
        self, template: str, params: dict[str, str | int] | None = None, **fields: str | int
    ) -> Answered | Refused | Silence:
        """Ask, and note the headers; raises Unavailable where nothing is answered any more, and TryLater."""
        try:
            answer = self._transport.read(template, params, **fields)
        except Unavailable:
            self._silent += 1
            if self._silent >= _MOST_SILENT:
                raise
            return Silence()
        self._silent = 0
        self._report.note_headers(answer.headers)
        return answer

    def look(self, name: str, answer: Answered | Refused | Silence) -> Any:
        """Note what an answer is made of, and give it; None where there is none, or it was refused."""
        body = body_of(answer)
        if isinstance(answer, Answered):
            self._report.look(name, body)
        return body

    def say(self, question: str, answer: str) -> None:
        """Note what a service showed."""
        self._report.answer(question, answer)

    def say_limits(self) -> None:
        """Note which limits its headers told."""
        limits = self._report.limits
        self.say("rate-limit headers", ", ".join(f"{name} {limits[name]}" for name in limits) or "none")


def body_of(answer: Answered | Refused | Silence) -> Any:
    """Give what was answered; None where nothing was, or it was refused."""
    return answer.json() if isinstance(answer, Answered) else None


def verdict(answer: Answered | Refused | Silence) -> str:
    """Say in a word how it was answered."""
    match answer:
        case Answered():
            return "accepted"
        case Silence():
            return "no sound answer"
    return f"refused ({answer.status})"
