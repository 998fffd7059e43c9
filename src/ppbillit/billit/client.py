"""Billit's documents and debtors: everything the ports in `ports` describe."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from ppbillit import __version__, http
from ppbillit.billit.api import BillitApi
from ppbillit.billit.models import Company, Debtor, Document, Participant
from ppbillit.billit.pages import PER_PAGE, Listed, odata_day, odata_moment, odata_text, read_by_id
from ppbillit.billit.responses import parse, parse_documents, parse_partially, parse_rows
from ppbillit.outcomes import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from ppbillit.billit.models import DebtorDraft, DocumentDraft, UnreadableDocument
    from ppbillit.billit.oauth import Access
    from ppbillit.billit.ports import TransportType
    from ppbillit.outcomes import WriteOutcome

_DOCUMENT, _DEBTOR = "/v1/orders/{id}", "/v1/parties/{id}"
_SALES = "OrderDirection eq 'Income'"
_NUMBERS_PER_REQUEST = 40  # keeps the URL far below 2,000 characters


def billit(
    base_url: str,
    party_id: int | None,
    *,
    api_key: str = "",
    access: Access | None = None,
    requests_per_second: float,
    timeout_seconds: float,
) -> http.Service:
    """Return the service for one company, or for the account if `party_id` is None; by API key or OAuth."""
    # A key with a line break at its end, as files have, is answered with 401 (billit.md §1.2).
    key = {"ApiKey": api_key.strip()}
    company = {} if party_id is None else {"PartyID": str(party_id)}
    service = http.Service(
        name="Billit",
        section="billit",
        base_url=base_url,
        secrets=lambda: key,
        headers={"User-Agent": f"ppbillit/{__version__}", **company},
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
    )
    return replace(service, secrets=access.secrets, renewed=access.renewed) if access else service


class BillitClient(AbstractContextManager["BillitClient"]):
    """Satisfies every port of Billit.  What each method promises is described there."""

    def __init__(self, transport: http.HttpClient) -> None:
        self.api = BillitApi(transport)

    def __exit__(self, *error: object) -> None:
        """Close the transport."""
        self.api.transport.close()

    def companies(self) -> list[Company]:
        """Return the companies that the key gives access to."""
        return self.api.companies()

    # --- documents --------------------------------------------------------------------------------

    def document(self, document_id: int) -> Document | None:
        """Return one document in full."""
        return self.api.get_by_id("document", _DOCUMENT, document_id, Document, parse)

    def partial_document(self, document_id: int) -> Document | None:
        """Return one document without the values that cannot be read."""
        return self.api.get_by_id("document", _DOCUMENT, document_id, Document, parse_partially)

    def documents_by_key(self, external_id: str) -> list[Document]:
        """Return the documents with exactly this ExternalProviderID.

        Rows with another one are dropped, in case the filter is not exact.  Rows without one are kept, since
        summaries may lack it.
        """
        found = self._documents(f"ExternalProviderID eq {odata_text(external_id)}")
        return [each for each in found if each.external_provider_id in {None, external_id}]

    def documents_by_number(self, *numbers: str) -> list[Document]:
        """Return the sales documents with exactly one of these OrderNumbers."""
        wanted = list(dict.fromkeys(numbers))
        found: list[Document] = []
        for first in range(0, len(wanted), _NUMBERS_PER_REQUEST):
            some = wanted[first : first + _NUMBERS_PER_REQUEST]
            has_number = " or ".join(f"OrderNumber eq {odata_text(number)}" for number in some)
            found += self._documents(f"{_SALES} and ({has_number})")
        return [each for each in found if each.order_number in numbers]

    def documents_between(self, since: date, until: date) -> list[Document]:
        """Return the sales documents dated from `since` to `until`.

        And a day more on both sides, since the zone of Billit's dates is not documented (billit.md §8.2).
        """
        first, end = odata_day(since - timedelta(days=1)), odata_day(until + timedelta(days=2))
        return self._documents(f"{_SALES} and OrderDate ge {first} and OrderDate lt {end}")

    def documents_modified_since(self, moment: datetime | None) -> list[Document | UnreadableDocument]:
        """Return the sales documents changed since an aware time, or all.

        Unreadable ones are included and do not fail the read: they may not be ours.
        """
        condition = f"{_SALES}{self._modified_since(moment)}"
        return self._read_documents(condition, parse_documents)

    def all_documents(self) -> list[Document]:
        """Return all sales documents, by OrderID."""
        return self._documents(_SALES)

    def deleted_documents(self) -> list[Document]:
        """Return the deleted documents (billit.md §8.5)."""
        return self.api.get_all(
            "deleted documents", "/v1/orders/deleted", Document, lambda document: document.order_id
        )

    def create_document(self, draft: DocumentDraft, party_id: int, idempotency_key: str) -> WriteOutcome[int]:
        """Create a document for the debtor `party_id` (billit.md §3.5)."""
        return self.api.post_new("/v1/orders", draft.body_for(party_id), idempotency_key)

    def send_document(
        self, document_id: int, transport: TransportType, idempotency_key: str, *, strict: bool
    ) -> WriteOutcome[None]:
        """Queue one document for sending (billit.md §6).

        One per request: what a batch does that fails half-way is not documented.
        """
        body = {"TransportType": transport, "OrderIDs": [document_id]}
        headers = {"StrictTransportType": "true"} if strict else {}
        return self.api.post("/v1/orders/commands/send", body, idempotency_key, headers)

    def mark_paid(
        self, document_id: int, paid_on: datetime, method: str, idempotency_key: str
    ) -> WriteOutcome[None]:
        """Mark one document as paid in full.

        Billit documents the payment method on its page of methods, but not as a member that can be changed
        (billit.md §8.4).  If it is refused, mark the payment without it, under another key: a refusal may use up a
        key, and a key may be valid for one body only (billit.md §9.1).
        """
        paid = {"Paid": True, "PaidDate": paid_on.isoformat(timespec="seconds")}
        outcome = self.api.patch(_DOCUMENT, document_id, {**paid, "PaymentMethod": method}, idempotency_key)
        if isinstance(outcome, Refused) and outcome.status == HTTPStatus.BAD_REQUEST:
            other_key = sha256(f"{idempotency_key} without method".encode()).hexdigest()
            return self.api.patch(_DOCUMENT, document_id, paid, other_key)
        return outcome

    def mark_unpaid(self, document_id: int, idempotency_key: str) -> WriteOutcome[None]:
        """Mark one document as unpaid; null is known to work (billit.md §8.4)."""
        return self.api.patch(_DOCUMENT, document_id, {"Paid": False, "PaidDate": None}, idempotency_key)

    def _documents(self, condition: str) -> list[Document]:
        return self._read_documents(condition, lambda answer: parse_rows(answer, Document))

    def _read_documents(
        self, condition: str, parse_page: Callable[[http.Answered], list[Listed]]
    ) -> list[Listed]:
        def read_after(last_id: int) -> list[Listed]:
            after = f"({condition}) and OrderID gt {last_id}" if last_id else condition
            params: dict[str, str | int] = {"$filter": after, "$orderby": "OrderID asc", "$top": PER_PAGE}
            return parse_page(self.api.get("/v1/orders", params))

        with self.api.reading("documents"):
            return read_by_id(read_after)

    def _modified_since(self, moment: datetime | None) -> str:
        """Return a further condition for a list; `moment` is an aware time of our clock."""
        if moment is None:
            return ""
        return f" and LastModified ge {odata_moment(self.api.transport.by_its_clock(moment))}"

    # --- debtors ----------------------------------------------------------------------------------

    def debtors(self, modified_since: datetime | None = None) -> list[Debtor]:
        """Return all debtors, or those changed since an aware time.

        Not sorted: by which members debtors can be sorted is not documented (billit.md §8.6).
        """
        condition = f"PartyType eq 'Customer'{self._modified_since(modified_since)}"
        params: dict[str, str | int] = {"$filter": condition, "$top": PER_PAGE}
        return self.api.get_all("debtors", "/v1/parties", Debtor, lambda debtor: debtor.party_id, params)

    def debtor(self, party_id: int) -> Debtor | None:
        """Return one debtor in full."""
        return self.api.get_by_id("debtor", _DEBTOR, party_id, Debtor, parse)

    def create_debtor(self, draft: DebtorDraft, idempotency_key: str) -> WriteOutcome[int]:
        """Create a debtor (billit.md §8.6)."""
        return self.api.post_new("/v1/parties", draft.body(), idempotency_key)

    def complete_debtor(
        self, party_id: int, details: Mapping[str, str | None], idempotency_key: str
    ) -> WriteOutcome[None]:
        """Add details to a debtor that was just created without them."""
        return self.update_debtor(party_id, details, idempotency_key)

    def update_debtor(
        self, party_id: int, changes: Mapping[str, str | None], idempotency_key: str
    ) -> WriteOutcome[None]:
        """Change only these members of a debtor; None empties one (billit.md §8.4)."""
        return self.api.patch(_DEBTOR, party_id, changes, idempotency_key)

    def receiver(self, identifier: str) -> frozenset[str]:
        """Return the document types that a VAT or company number accepts over Peppol.

        An identifier that Billit refuses as malformed (400) cannot be reached either (billit.md §7).
        """
        template = "/v1/peppol/participantInformation/{identifier}"
        response = self.api.transport.read(template, identifier=identifier)
        if isinstance(response, http.Refused) and response.status == HTTPStatus.BAD_REQUEST:
            return frozenset()
        with self.api.reading("Peppol participant"):
            participant = parse(self.api.require_answer(response).json(), Participant)
        return frozenset(participant.document_types) if participant.registered else frozenset()
