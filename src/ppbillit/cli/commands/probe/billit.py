"""What `probe` reads from Billit: a few documents and debtors, of which nothing is kept (billit.md §15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.cli.commands.probe.client import ProbeClient, body_of, verdict
from ppbillit.money import cents

if TYPE_CHECKING:
    from ppbillit.cli.commands.probe.findings import ProbeReport
    from ppbillit.http import HttpClient

_ORDERS, _PARTIES = "/v1/orders", "/v1/parties"
_INCOME = "OrderDirection eq 'Income'"
_SOME = 8
_FILTERS = ("VATNumber", "Email", "Nr", "Name", "ExternalProviderID")
_NOBODY = "ppbillit-probe"  # a value that no debtor has
# Billit's own status words; any other text may be private, and is not shown.
_STATES = {
    *("Draft", "ToSend", "ToPay", "ToInvoice", "Sent", "Invoiced", "Credited", "Refused", "Canceled", "Paid"),
    *("ApprovalNeeded", "Delivered"),
}


class BillitProbe:
    """The reads from Billit, and the answers found in them."""

    def __init__(self, http: HttpClient, report: ProbeReport) -> None:
        self._client = ProbeClient(http, report)

    def read_all(self) -> None:
        """Make all reads, one by one."""
        self._client.note_shape("account", self._client.read("/v1/account/accountInformation"))
        documents = self._documents()
        self._rounding(documents)
        states = Counter(_state(document) for document in documents)
        self._client.note(
            "state of documents", ", ".join(f"{state} ({n})" for state, n in states.items()) or "none"
        )
        self._pages()
        self._debtors()
        self._client.note_limits()

    def _documents(self) -> list[Mapping[str, Any]]:
        """Read the newest documents, as the list shows them and each in full."""
        params: dict[str, str | int] = {"$filter": _INCOME, "$orderby": "OrderID desc", "$top": _SOME}
        rows = _items(self._client.note_shape("documents", self._client.read(_ORDERS, params)))
        ids = [row["OrderID"] for row in rows if isinstance(row.get("OrderID"), int)]
        found = [
            self._client.note_shape("document", self._client.read("/v1/orders/{id}", id=each)) for each in ids
        ]
        deleted = self._client.read("/v1/orders/deleted", {"$top": 1})
        self._client.note("list of deleted documents", verdict(deleted))
        self._client.note_shape("deleted", deleted)
        return [each for each in found if isinstance(each, Mapping)]

    def _rounding(self, documents: list[Mapping[str, Any]]) -> None:
        """Find documents of several lines priced with VAT at one rate, and note which rounding made their VAT."""
        found: Counter[str] = Counter(filter(None, (_rounding_of(document) for document in documents)))
        said = "; ".join(f"{rounding} ({number})" for rounding, number in found.items())
        self._client.note(
            "VAT of several lines priced with VAT", said or "open: no such document among those read"
        )

    def _pages(self) -> None:
        many = self._client.read(_ORDERS, {"$filter": _INCOME, "$top": 1000, "$inlinecount": "allpages"})
        body = body_of(many)
        rows = _items(body)
        link = "with" if isinstance(body, Mapping) and body.get("NextPageLink") else "without"
        held = f"{len(rows)} rows, {link} a link to more" if rows else verdict(many)
        self._client.note("a page where 1000 are asked for", held)
        counts = isinstance(body, Mapping) and isinstance(body.get("Count"), int)
        self._client.note("$inlinecount", "gives a Count" if counts else "gives none")

    def _debtors(self) -> None:
        customers = "PartyType eq 'Customer'"
        rows = _items(
            self._client.note_shape(
                "debtors", self._client.read(_PARTIES, {"$filter": customers, "$top": _SOME})
            )
        )
        if rows and isinstance(rows[0].get("PartyID"), int):
            self._client.note_shape("debtor", self._client.read("/v1/parties/{id}", id=rows[0]["PartyID"]))
        for name in _FILTERS:
            asked = self._client.read(_PARTIES, {"$filter": f"{name} eq '{_NOBODY}'", "$top": 1})
            self._client.note(f"debtors filtered by {name}", verdict(asked))
        searched = self._client.read(_PARTIES, {"fullTextSearch": _NOBODY, "$top": 1})
        self._client.note("debtors by fullTextSearch", verdict(searched))


def _items(body: Any) -> list[Mapping[str, Any]]:
    rows = body.get("Items") if isinstance(body, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _state(document: Mapping[str, Any]) -> str:
    state = document.get("OrderStatus")
    word = state if state in _STATES else "another status"
    paid, sent = document.get("Paid") is True, document.get("IsSent") is True
    return f"{word}, {'paid' if paid else 'unpaid'}, {'sent' if sent else 'unsent'}"


def _rounding_of(document: Mapping[str, Any]) -> str | None:
    """Return which rounding a document shows (billit.md §5); None where both give the same."""
    lines = document.get("OrderLines")
    led = [each for each in lines if isinstance(each, Mapping)] if isinstance(lines, list) else []
    rates = {line.get("VATPercentage") for line in led}
    if len(led) <= 1 or len(rates) != 1 or not all(line.get("InclLeading") for line in led):
        return None
    gross, net, rate = _sum(led, "TotalIncl"), _sum(led, "TotalExcl"), _number(rates.pop())
    total = _number(document.get("TotalIncl"))
    if gross is None or net is None or rate is None or total is None:
        return None
    kept, recomputed = cents(gross), cents(net) + cents(net * rate / 100)
    roundings = {kept: "the amounts with VAT are kept", recomputed: "the VAT is worked out again"}
    return roundings.get(cents(total), "neither") if kept != recomputed else None


def _sum(lines: list[Mapping[str, Any]], name: str) -> Decimal | None:
    amounts = [amount for line in lines if (amount := _number(line.get(name))) is not None]
    return sum(amounts, Decimal(0)) if len(amounts) == len(lines) else None


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None
