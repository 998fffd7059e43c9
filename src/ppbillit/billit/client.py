"""Asks Billit's API v1 and tells it what to do: all three parts of the gateway, over HTTP."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from ppbillit import __version__
from ppbillit import transport as http
from ppbillit.billit import lists
from ppbillit.billit.answers import (
    NotAPage,
    done,
    is_about_the_key,
    made,
    names_no_reason,
    refusal,
    row,
    rows,
)
from ppbillit.billit.models import Company, Debtor, Document, Refused, Unknown
from ppbillit.errors import KeysRefused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from ppbillit.billit.gateway import TransportType
    from ppbillit.billit.models import DebtorDraft, DocumentDraft, WriteOutcome

INCOME = "OrderDirection eq 'Income'"
NUMBERS_PER_QUESTION = 40  # so that the address stays far below the 2,000 characters everybody takes


def billit(
    base_url: str, party_id: int, *, api_key: str, requests_per_second: float, timeout_seconds: float
) -> http.Service:
    """Give the service to make a `Transport` for: one company, opened by an API key."""
    # A key with a line break at its end, as files have, is answered with 401 (sheet §1.2).
    secrets = {"ApiKey": api_key.strip()}
    return http.Service(
        name="Billit",
        section="billit",
        base_url=base_url,
        secrets=lambda: secrets,
        headers={"User-Agent": f"ppbillit/{__version__}", "PartyID": str(party_id)},
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
    )


class BillitClient(AbstractContextManager["BillitClient"]):
    """Billit: a BillitReader, DocumentCreator and DocumentSender; what they promise is said in `gateway`."""

    def __init__(self, transport: http.Transport) -> None:
        self._transport = transport

    def __exit__(self, *error: object) -> None:
        """Close the transport, whatever happened."""
        self._transport.close()

    # --- reading ----------------------------------------------------------------------------------

    def companies(self) -> list[Company]:
        """Give the companies that the key reaches (sheet §1.4)."""
        answer = self._judged(self._transport.read("/v1/account/accountInformation"))
        try:
            return rows(answer, Company, "Companies")[0]
        except NotAPage as error:
            raise self._unreadable("account", error) from None

    def document(self, document_id: int) -> Document | None:
        """Give one document in full; None where there is none (any more), or it is not this company's.

        Billit says 401 for "not yours" as well as for a bad key (trap 13): the key is tried before that is
        believed, or a key that was revoked would look like a company without documents.
        """
        answer = self._transport.read("/v1/orders/{id}", id=document_id)
        if isinstance(answer, http.Refused):
            if answer.status == HTTPStatus.UNAUTHORIZED and not is_about_the_key(refusal(answer)):
                self.companies()
                return None
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
        try:
            return row(self._judged(answer).json(), Document)
        except NotAPage as error:
            raise self._unreadable("document", error) from None

    def documents_by_key(self, external_id: str) -> list[Document]:
        """Give the documents that carry this ExternalProviderID.

        What carries another one is dropped, in case the filter is not as exact as it should be; what does not
        show any is kept, since summaries may lack it.
        """
        found = self._documents(f"ExternalProviderID eq {lists.text(external_id)}")
        return [each for each in found if each.external_provider_id in {None, external_id}]

    def documents_by_number(self, *numbers: str) -> list[Document]:
        """Give the sales documents with any of these OrderNumbers, exactly."""
        found: list[Document] = []
        for some in _batched(dict.fromkeys(numbers), NUMBERS_PER_QUESTION):
            wanted = " or ".join(f"OrderNumber eq {lists.text(number)}" for number in some)
            found += self._documents(f"{INCOME} and ({wanted})")
        return [each for each in found if each.order_number in numbers]

    def documents_between(self, since: date, until: date) -> list[Document]:
        """Give the sales documents dated from `since` to `until`, both included, by OrderID.

        And some of the days next to them: in which zone Billit keeps its dates is a guess (sheet §8.2).
        """
        first, after = lists.day(since - timedelta(days=1)), lists.day(until + timedelta(days=2))
        return self._documents(f"{INCOME} and OrderDate ge {first} and OrderDate lt {after}")

    def documents_modified_since(self, moment: datetime) -> list[Document]:
        """Give the sales documents changed since an aware time, and some changed hours before it."""
        return self._documents(f"{INCOME} and LastModified ge {lists.moment(moment)}")

    def all_documents(self) -> Iterator[Document]:
        """Give all sales documents there are, by OrderID."""
        return iter(self._documents(INCOME))

    def deleted_documents(self) -> list[Document]:
        """Give the documents that were deleted, of all directions and types (sheet §8.5)."""
        return self._whole(
            "deleted documents",
            lambda: lists.by_position(
                lambda skip: self._page("/v1/orders/deleted", Document, _skip(skip)),
                lambda document: document.order_id,
            ),
        )

    def debtors(self, modified_since: datetime | None = None) -> list[Debtor]:
        """Give all customers, or those changed since an aware time, and some changed hours before it.

        No order is asked for: by which fields debtors can be sorted is not documented (sheet §8.6).
        """
        changed = f" and LastModified ge {lists.moment(modified_since)}" if modified_since else ""
        params: dict[str, str | int] = {
            "$filter": f"PartyType eq 'Customer'{changed}",
            "$top": lists.PER_PAGE,
        }
        return self._whole(
            "debtors",
            lambda: lists.by_position(
                lambda skip: self._page("/v1/parties", Debtor, {**params, **_skip(skip)}),
                lambda debtor: debtor.party_id,
            ),
        )

    # --- writing ----------------------------------------------------------------------------------

    def create_document(self, draft: DocumentDraft, party_id: int, key: str) -> WriteOutcome:
        """Create a document for the debtor `party_id`; Accepted holds its OrderID (sheet §3.5)."""
        return self._checked(made(self._post("/v1/orders", draft.body_for(party_id), key)))

    def create_debtor(self, draft: DebtorDraft, key: str) -> WriteOutcome:
        """Create a debtor; Accepted holds its PartyID (sheet §8.6)."""
        return self._checked(made(self._post("/v1/parties", draft.body(), key)))

    def send(self, document_id: int, transport: TransportType, key: str) -> WriteOutcome:
        """Put one document in the queue of that channel and no other (sheet §6).

        One at a time: what half a batch means is not documented.
        """
        body = {"TransportType": transport, "OrderIDs": [document_id]}
        strict = {"StrictTransportType": "true"}
        return self._checked(done(self._post("/v1/orders/commands/send", body, key, strict)))

    # --- how --------------------------------------------------------------------------------------

    def _post(
        self, template: str, body: Any, key: str, headers: Mapping[str, str] | None = None
    ) -> http.Outcome:
        # Billit's pages spell the header in two ways; the wrong one alone is no protection (trap 2).
        keys = {"Idempotency-Key": key, "Idempotent-Key": key}
        return self._transport.write("POST", template, body, {**keys, **(headers or {})})

    def _checked(self, outcome: WriteOutcome) -> WriteOutcome:
        """Give the outcome of a write, but raise KeysRefused where the key is the trouble.

        401 without a code may be the key or an id that is not this company's (trap 13): the key is tried.  403
        without a code is nobody's documented answer, so it is no verdict on what was posted.
        """
        if not isinstance(outcome, Refused):
            return outcome
        if is_about_the_key(outcome):
            raise self._key_refused()
        if outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and names_no_reason(outcome):
            self.companies()
            if outcome.status == HTTPStatus.FORBIDDEN:
                return Unknown("answered 403 without a reason")
        return outcome

    def _documents(self, wanted: str) -> list[Document]:
        def page_after(last: int) -> lists.Page[Document]:
            where = f"({wanted}) and OrderID gt {last}" if last else wanted
            params: dict[str, str | int] = {
                "$filter": where,
                "$orderby": "OrderID asc",
                "$top": lists.PER_PAGE,
            }
            return self._page("/v1/orders", Document, params)

        return self._whole("documents", lambda: lists.by_id(page_after))

    def _page(
        self, template: str, model: type[lists.Row], params: Mapping[str, str | int]
    ) -> lists.Page[lists.Row]:
        return rows(self._judged(self._transport.read(template, params)), model)

    def _whole(self, what: str, read: Callable[[], list[lists.Row]]) -> list[lists.Row]:
        try:
            return read()
        except NotAPage as error:
            raise self._unreadable(what, error) from None
        except lists.KeptMoving:
            raise self._transport.unavailable(f"changed its list of {what} each time it was read") from None

    def _judged(self, answer: http.Answered | http.Refused) -> http.Answered:
        """Give the answer; a refusal of a read ends the run."""
        if isinstance(answer, http.Answered):
            return answer
        refused = refusal(answer)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or is_about_the_key(refused):
            raise self._key_refused()
        codes = ", ".join(problem.code for problem in refused.problems)
        raise self._transport.unavailable(f"refused the question ({answer.status}: {codes})")

    def _unreadable(self, what: str, error: NotAPage) -> Unavailable:
        return self._transport.unavailable(f"gave something that is no {what} ({error})")

    @staticmethod
    def _key_refused() -> KeysRefused:
        return KeysRefused(
            "Billit does not accept the key, or the key does not reach this company.",
            "Check [billit] environment, party_id and api_key (in Billit: your profile → User & API); keys of the "
            "sandbox do not open production.",
        )


def _skip(rows_seen: int) -> dict[str, str | int]:
    return {"$skip": rows_seen} if rows_seen else {}


def _batched(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """Give the values in lists of at most `size` (itertools has this from Python 3.12 on)."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
