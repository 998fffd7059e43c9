"""Requests to Billit's API v1: reads that succeed or raise, writes with idempotency keys."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from ppbillit import http
from ppbillit.billit.models import Company
from ppbillit.billit.pages import ListChanged, read_by_position
from ppbillit.billit.responses import (
    Model,
    UnexpectedResponse,
    concerns_key,
    has_next_page,
    names_no_reason,
    parse_created,
    parse_refusal,
    parse_rows,
    parse_write,
)
from ppbillit.errors import KeysRefused
from ppbillit.outcomes import Refused, Unknown, WriteOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Outcome = TypeVar("Outcome", WriteOutcome[int], WriteOutcome[None])


class BillitApi:
    """Requests to one company of Billit, with Billit's rules for refusals and idempotency keys."""

    def __init__(self, transport: http.HttpClient) -> None:
        self.transport = transport

    # --- reads: raise KeysRefused, Unavailable and TryLater -----------------------------------------

    def companies(self) -> list[Company]:
        """Return the companies that the key gives access to (billit.md §1.4)."""
        with self.reading("account"):
            return parse_rows(self.get("/v1/account/accountInformation"), Company, "Companies")

    def get(self, template: str, params: Mapping[str, str | int] | None = None) -> http.Answered:
        """Return the answer to a GET; a refusal raises."""
        return self.require_answer(self.transport.read(template, params))

    def get_by_id(
        self,
        what: str,
        template: str,
        id_: int,
        model: type[Model],
        parse: Callable[[Any, type[Model]], Model],
    ) -> Model | None:
        """Return one object by its id; None if it does not exist (any more) or belongs to another company.

        Billit answers 401 for another company's object as well as for a bad key (billit.md §14.13).  So the key is
        tried first: otherwise a revoked key would look like a company without documents.
        """
        response = self.transport.read(template, id=id_)
        if isinstance(response, http.Refused):
            if response.status == HTTPStatus.NOT_FOUND:
                return None
            if response.status == HTTPStatus.UNAUTHORIZED and not concerns_key(parse_refusal(response)):
                self.companies()
                return None
        with self.reading(what):
            return parse(self.require_answer(response).json(), model)

    def get_all(
        self,
        what: str,
        template: str,
        model: type[Model],
        identity: Callable[[Model], int],
        params: Mapping[str, str | int] | None = None,
    ) -> list[Model]:
        """Return all rows of a list that can only be paged by position."""

        def read_from(position: int) -> tuple[list[Model], bool]:
            skip = {"$skip": position} if position else {}
            answer = self.get(template, {**(params or {}), **skip})
            return parse_rows(answer, model), has_next_page(answer)

        with self.reading(what):
            return read_by_position(read_from, identity)

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Raise Unavailable for responses that do not hold `what`, and for a list that keeps changing."""
        try:
            yield
        except UnexpectedResponse as error:
            raise self.transport.unavailable(f"gave something that is no {what} ({error})") from None
        except ListChanged:
            raise self.transport.unavailable(f"changed its list of {what} each time it was read") from None

    def require_answer(self, response: http.Answered | http.Refused) -> http.Answered:
        """Return the response to a read; raise if it is a refusal."""
        if isinstance(response, http.Answered):
            return response
        refused = parse_refusal(response)
        if response.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or concerns_key(refused):
            raise _key_refused()
        codes = ", ".join(problem.code for problem in refused.problems)
        raise self.transport.unavailable(f"refused the question ({response.status}: {codes})")

    # --- writes: raise KeysRefused and TryLater, and then nothing was done --------------------------

    def post_new(self, template: str, body: Any, idempotency_key: str) -> WriteOutcome[int]:
        """Create something; the value is its id."""
        return self._check_key(parse_created(self._write("POST", template, body, idempotency_key)))

    def post(
        self, template: str, body: Any, idempotency_key: str, headers: Mapping[str, str]
    ) -> WriteOutcome[None]:
        """Make a POST that is a command: its answer holds nothing of interest."""
        return self._check_key(parse_write(self._write("POST", template, body, idempotency_key, headers)))

    def patch(
        self, template: str, id_: int, changes: Mapping[str, object], idempotency_key: str
    ) -> WriteOutcome[None]:
        """Change only these members of an object."""
        response = self._write("PATCH", template, dict(changes), idempotency_key, id=id_)
        return self._check_key(parse_write(response))

    def _write(
        self,
        method: str,
        template: str,
        body: Any,
        idempotency_key: str,
        headers: Mapping[str, str] | None = None,
        **fields: int,
    ) -> http.Outcome:
        # Billit's pages spell the header in two ways; the wrong one alone is no protection (billit.md §14.2).
        keys = {"Idempotency-Key": idempotency_key, "Idempotent-Key": idempotency_key}
        return self.transport.write(method, template, body, {**keys, **(headers or {})}, None, **fields)

    def _check_key(self, outcome: Outcome) -> Outcome:
        """Return the outcome of a write; raise KeysRefused if the key was refused.

        401 without a code may mean the key, or an id of another company (billit.md §14.13), so the key is tried.
        403 without a code is not documented, so it does not say that the write was refused.
        """
        if not isinstance(outcome, Refused):
            return outcome
        if concerns_key(outcome):
            raise _key_refused()
        if outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and names_no_reason(outcome):
            self.companies()
            if outcome.status == HTTPStatus.FORBIDDEN:
                return Unknown("answered 403 without a reason")
        return outcome


def _key_refused() -> KeysRefused:
    return KeysRefused(
        "Billit does not accept the key, or the key does not reach this company.",
        "Run `ppbillit connect billit`, which asks for a new one (in Billit: your profile → User & API); or "
        "check [billit] environment and party_id: keys of the sandbox do not open production.",
    )
