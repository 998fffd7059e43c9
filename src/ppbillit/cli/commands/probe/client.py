"""Read from one service for `probe`; a read without a sound answer becomes a line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ppbillit.errors import Unavailable
from ppbillit.http import Answered

if TYPE_CHECKING:
    from ppbillit.cli.commands.probe.findings import ProbeReport
    from ppbillit.http import HttpClient, Refused

# After so many reads in a row without a sound answer the service is considered down.
_MOST_UNANSWERED = 3


@dataclass(frozen=True)
class NoAnswer:
    """No sound answer came: a server error, a web page, nothing."""


class ProbeClient:
    """Read from one service, and note in its report what the answers are made of."""

    def __init__(self, http: HttpClient, report: ProbeReport) -> None:
        self._http = http
        self._report = report
        self._unanswered = 0

    def read(
        self, template: str, params: dict[str, str | int] | None = None, **fields: str | int
    ) -> Answered | Refused | NoAnswer:
        """Read and note the headers; raise Unavailable if the service is down, and TryLater."""
        try:
            answer = self._http.read(template, params, **fields)
        except Unavailable:
            self._unanswered += 1
            if self._unanswered >= _MOST_UNANSWERED:
                raise
            return NoAnswer()
        self._unanswered = 0
        self._report.note_headers(answer.headers)
        return answer

    def note_shape(self, name: str, answer: Answered | Refused | NoAnswer) -> Any:
        """Note the keys and kinds of an answer and return it; None where there is none, or it was refused."""
        body = body_of(answer)
        if isinstance(answer, Answered):
            self._report.note_shape(name, body)
        return body

    def note(self, question: str, answer: str) -> None:
        """Note the answer to a question."""
        self._report.answers[question] = answer

    def note_limits(self) -> None:
        """Note which rate limits the headers named."""
        limits = self._report.limits
        self.note("rate-limit headers", ", ".join(f"{name} {limits[name]}" for name in limits) or "none")


def body_of(answer: Answered | Refused | NoAnswer) -> Any:
    """Return the JSON of an answer; None where there is none, or it was refused."""
    return answer.json() if isinstance(answer, Answered) else None


def verdict(answer: Answered | Refused | NoAnswer) -> str:
    """Return in a word how a read was answered."""
    match answer:
        case Answered():
            return "accepted"
        case NoAnswer():
            return "no sound answer"
    return f"refused ({answer.status})"
