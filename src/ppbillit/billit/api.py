"""How Billit is asked and told: pages made whole, refusals judged, keys of attempts sent along."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from ppbillit import http
from ppbillit.billit import pages
from ppbillit.billit.models import Company
from ppbillit.billit.responses import Model, NotAPage, is_about_the_key, names_no_reason, refusal, row, rows
from ppbillit.errors import KeysRefused, Unavailable
from ppbillit.outcomes import Refused, Unknown, WriteOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Outcome = TypeVar("Outcome", WriteOutcome[int], WriteOutcome[None])


class BillitApi:
    """What every group of calls stands on; closed together with its transport."""

    def __init__(self, transport: http.HttpClient) -> None:
        self.transport = transport

    def __enter__(self) -> Self:
        """It is open already."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the transport, whatever happened."""
        self.transport.close()

    def companies(self) -> list[Company]:
        """Give the companies that the key reaches (billit.md §1.4)."""
        answer = self.judged(self.transport.read("/v1/account/accountInformation"))
        try:
            return rows(answer, Company, "Companies")[0]
        except NotAPage as error:
            raise self.unreadable("account", error) from None

    def post(
        self, template: str, body: Any, key: str, headers: Mapping[str, str] | None = None
    ) -> http.Outcome:
        """Make something, or command it, under the idempotency key `key`."""
        return self.tell("POST", template, body, key, headers)

    def tell(
        self,
        method: Literal["POST", "PATCH"],
        template: str,
        body: Any,
        key: str,
        headers: Mapping[str, str] | None = None,
        **fields: int,
    ) -> http.Outcome:
        """Write something under the idempotency key `key`."""
        # Billit's pages spell the header in two ways; the wrong one alone is no protection (billit.md §14.2).
        keys = {"Idempotency-Key": key, "Idempotent-Key": key}
        return self.transport.write(method, template, body, {**keys, **(headers or {})}, None, **fields)

    def checked(self, outcome: Outcome) -> Outcome:
        """Give the outcome of a write, but raise KeysRefused where the key is the trouble.

        401 without a code may be the key or an id that is not this company's (billit.md §14.13): the key is tried.
        403 without a code is nobody's documented answer, so it is no verdict on what was posted.
        """
        if not isinstance(outcome, Refused):
            return outcome
        if is_about_the_key(outcome):
            raise self.key_refused()
        if outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and names_no_reason(outcome):
            self.companies()
            if outcome.status == HTTPStatus.FORBIDDEN:
                return Unknown("answered 403 without a reason")
        return outcome

    def one(
        self,
        what: str,
        template: str,
        wanted: int,
        model: type[Model],
        read: Callable[[Any, type[Model]], Model] = row,
    ) -> Model | None:
        """Give one thing by its id, as `read` from the answer; None: there is none (any more), or it is not ours.

        Billit says 401 for "not yours" as well as for a bad key (billit.md §14.13): the key is tried before that
        is believed, or a key that was revoked would look like a company without documents.
        """
        answer = self.transport.read(template, id=wanted)
        if isinstance(answer, http.Refused):
            if answer.status == HTTPStatus.UNAUTHORIZED and not is_about_the_key(refusal(answer)):
                self.companies()
                return None
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
        try:
            return read(self.judged(answer).json(), model)
        except NotAPage as error:
            raise self.unreadable(what, error) from None

    def since(self, moment: datetime) -> str:
        """Write an aware moment of our clock as a literal to ask from."""
        return pages.moment(self.transport.by_its_clock(moment))

    def page(
        self, template: str, model: type[pages.Row], params: Mapping[str, str | int]
    ) -> pages.Page[pages.Row]:
        """Give one page of a list."""
        return rows(self.judged(self.transport.read(template, params)), model)

    def whole(self, what: str, read: Callable[[], list[Any]]) -> list[Any]:
        """Read a list whole; one that cannot be had ends the run."""
        try:
            return read()
        except NotAPage as error:
            raise self.unreadable(what, error) from None
        except pages.ListChanged:
            raise self.transport.unavailable(f"changed its list of {what} each time it was read") from None

    def judged(self, answer: http.Answered | http.Refused) -> http.Answered:
        """Give the answer; a refusal of a read ends the run."""
        if isinstance(answer, http.Answered):
            return answer
        refused = refusal(answer)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or is_about_the_key(refused):
            raise self.key_refused()
        codes = ", ".join(problem.code for problem in refused.problems)
        raise self.transport.unavailable(f"refused the question ({answer.status}: {codes})")

    def unreadable(self, what: str, error: NotAPage) -> Unavailable:
        """Make the error for an answer that is not what was asked for."""
        return self.transport.unavailable(f"gave something that is no {what} ({error})")

    @staticmethod
    def key_refused() -> KeysRefused:
        """Make the error for a key that does not open this company."""
        return KeysRefused(
            "Billit does not accept the key, or the key does not reach this company.",
            "Run `ppbillit connect billit`, which asks for a new one (in Billit: your profile → User & API); or "
            "check [billit] environment and party_id: keys of the sandbox do not open production.",
        )


def skip(rows_seen: int) -> dict[str, str | int]:
    """Give the parameter that leaves out the rows seen."""
    return {"$skip": rows_seen} if rows_seen else {}
