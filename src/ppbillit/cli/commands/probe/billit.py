"""What Billit is asked (billit.md §15, as far as reading goes): a few documents and debtors, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.cli.commands.probe.questions import Questions, body_of, verdict
from ppbillit.money import cents

if TYPE_CHECKING:
    from ppbillit.cli.commands.probe.findings import Report
    from ppbillit.http import HttpClient

_ORDERS, _PARTIES = "/v1/orders", "/v1/parties"
_INCOME = "OrderDirection eq 'Income'"
_SOME = 8
_FILTERS = ("VATNumber", "Email", "Nr", "Name", "ExternalProviderID")
_NOBODY = "ppbillit-probe"  # what is asked for is nobody's
# Words of Billit's own; any other is somebody's, and not shown.
_STATES = {
    *("Draft", "ToSend", "ToPay", "ToInvoice", "Sent", "Invoiced", "Credited", "Refused", "Canceled", "Paid"),
    *("ApprovalNeeded", "Delivered"),
}


class BillitProbe:
    """The questions, in turn."""

    def __init__(self, transport: HttpClient, report: Report) -> None:
        self._to = Questions(transport, report)

    def ask(self) -> None:
        """Ask everything."""
        self._to.look("account", self._to.read("/v1/account/accountInformation"))
        documents = self._documents()
        self._rounding(documents)
        states = Counter(_state(document) for document in documents)
        self._to.say(
            "state of documents", ", ".join(f"{state} ({n})" for state, n in states.items()) or "none"
        )
        self._pages()
        self._debtors()
        self._to.say_limits()

    def _documents(self) -> list[Mapping[str, Any]]:
        """Read the newest documents, as the list shows them and each in full."""
        params: dict[str, str | int] = {"$filter": _INCOME, "$orderby": "OrderID desc", "$top": _SOME}
        rows = _items(self._to.look("documents", self._to.read(_ORDERS, params)))
        ids = [row["OrderID"] for row in rows if isinstance(row.get("OrderID"), int)]
        found = [self._to.look("document", self._to.read("/v1/orders/{id}", id=each)) for each in ids]
        deleted = self._to.read("/v1/orders/deleted", {"$top": 1})
        self._to.say("list of deleted documents", verdict(deleted))
        self._to.look("deleted", deleted)
        return [each for each in found if isinstance(each, Mapping)]

    def _rounding(self, documents: list[Mapping[str, Any]]) -> None:
        """Find documents of several lines priced with VAT at one rate, and see which rounding made their VAT."""
        words: Counter[str] = Counter(filter(None, (_rounding_of(document) for document in documents)))
        said = "; ".join(f"{word} ({number})" for word, number in words.items())
        self._to.say(
            "VAT of several lines priced with VAT", said or "open: no such document among those read"
        )

    def _pages(self) -> None:
        many = self._to.read(_ORDERS, {"$filter": _INCOME, "$top": 1000, "$inlinecount": "allpages"})
        body = body_of(many)
        rows = _items(body)
        link = "with" if isinstance(body, Mapping) and body.get("NextPageLink") else "without"
        held = f"{len(rows)} rows, {link} a link to more" if rows else verdict(many)
        self._to.say("a page where 1000 are asked for", held)
        counts = isinstance(body, Mapping) and isinstance(body.get("Count"), int)
        self._to.say("$inlinecount", "gives a Count" if counts else "gives none")

    def _debtors(self) -> None:
        customers = "PartyType eq 'Customer'"
        rows = _items(
            self._to.look("debtors", self._to.read(_PARTIES, {"$filter": customers, "$top": _SOME}))
        )
        if rows and isinstance(rows[0].get("PartyID"), int):
            self._to.look("debtor", self._to.read("/v1/parties/{id}", id=rows[0]["PartyID"]))
        for name in _FILTERS:
            asked = self._to.read(_PARTIES, {"$filter": f"{name} eq '{_NOBODY}'", "$top": 1})
            self._to.say(f"debtors filtered by {name}", verdict(asked))
        searched = self._to.read(_PARTIES, {"fullTextSearch": _NOBODY, "$top": 1})
        self._to.say("debtors by fullTextSearch", verdict(searched))


def _items(body: Any) -> list[Mapping[str, Any]]:
    rows = body.get("Items") if isinstance(body, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _state(document: Mapping[str, Any]) -> str:
    state = document.get("OrderStatus")
    word = state if state in _STATES else "another status"
    paid, sent = document.get("Paid") is True, document.get("IsSent") is True
    return f"{word}, {'paid' if paid else 'unpaid'}, {'sent' if sent else 'unsent'}"


def _rounding_of(document: Mapping[str, Any]) -> str | None:
    """Tell the two readings of billit.md §5 apart, where the document does."""
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
    words = {kept: "the amounts with VAT are kept", recomputed: "the VAT is worked out again"}
    return words.get(cents(total), "neither") if kept != recomputed else None


def _sum(lines: list[Mapping[str, Any]], name: str) -> Decimal | None:
    amounts = [amount for line in lines if (amount := _number(line.get(name))) is not None]
    return sum(amounts, Decimal(0)) if len(amounts) == len(lines) else None


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None
