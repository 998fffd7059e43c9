"""What Billit is asked (billit sheet §15, as far as reading goes): a few documents and debtors, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ppbillit.money import cents
from ppbillit.transport import Answered

if TYPE_CHECKING:
    from ppbillit.cli.probing.report import Report
    from ppbillit.transport import Refused, Transport

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


class BooksProbe:
    """The questions, in turn."""

    def __init__(self, transport: Transport, report: Report) -> None:
        self._transport = transport
        self._report = report

    def ask(self) -> None:
        """Ask everything."""
        self._look("account", self._transport.read("/v1/account/accountInformation"))
        documents = self._documents()
        self._rounding(documents)
        states = Counter(_state(document) for document in documents)
        self._say("state of documents", ", ".join(f"{state} ({n})" for state, n in states.items()) or "none")
        self._pages()
        self._debtors()
        self._say(
            "rate-limit headers", ", ".join(f"{n} {v}" for n, v in self._report.limits.items()) or "none"
        )

    def _say(self, question: str, answer: str) -> None:
        self._report.answer(question, answer)

    def _look(self, name: str, answer: Answered | Refused) -> Any:
        if not isinstance(answer, Answered):
            self._report.note_headers(answer.headers)
            return None
        body = answer.json()
        self._report.look(name, body, answer.headers)
        return body

    def _documents(self) -> list[Mapping[str, Any]]:
        """Read the newest documents, as the list shows them and each in full."""
        params: dict[str, str | int] = {"$filter": _INCOME, "$orderby": "OrderID desc", "$top": _SOME}
        rows = _items(self._look("documents", self._transport.read(_ORDERS, params)))
        ids = [row["OrderID"] for row in rows if isinstance(row.get("OrderID"), int)]
        found = [self._look("document", self._transport.read("/v1/orders/{id}", id=each)) for each in ids]
        deleted = self._transport.read("/v1/orders/deleted", {"$top": 1})
        self._say("list of deleted documents", _verdict(deleted))
        self._look("deleted", deleted)
        return [each for each in found if isinstance(each, Mapping)]

    def _rounding(self, documents: list[Mapping[str, Any]]) -> None:
        """Find documents of several lines priced with VAT at one rate, and see which rounding made their VAT."""
        words: Counter[str] = Counter(filter(None, (_rounding_of(document) for document in documents)))
        said = "; ".join(f"{word} ({number})" for word, number in words.items())
        self._say("VAT of several lines priced with VAT", said or "open: no such document among those read")

    def _pages(self) -> None:
        many = self._transport.read(_ORDERS, {"$filter": _INCOME, "$top": 1000, "$inlinecount": "allpages"})
        body = many.json() if isinstance(many, Answered) else {}
        rows = _items(body)
        link = "with" if isinstance(body, Mapping) and body.get("NextPageLink") else "without"
        held = f"{len(rows)} rows, {link} a link to more" if rows else _verdict(many)
        self._say("a page where 1000 are asked for", held)
        counts = isinstance(body, Mapping) and isinstance(body.get("Count"), int)
        self._say("$inlinecount", "gives a Count" if counts else "gives none")

    def _debtors(self) -> None:
        customers = "PartyType eq 'Customer'"
        rows = _items(
            self._look("debtors", self._transport.read(_PARTIES, {"$filter": customers, "$top": _SOME}))
        )
        if rows and isinstance(rows[0].get("PartyID"), int):
            self._look("debtor", self._transport.read("/v1/parties/{id}", id=rows[0]["PartyID"]))
        for name in _FILTERS:
            asked = self._transport.read(_PARTIES, {"$filter": f"{name} eq '{_NOBODY}'", "$top": 1})
            self._say(f"debtors filtered by {name}", _verdict(asked))
        searched = self._transport.read(_PARTIES, {"fullTextSearch": _NOBODY, "$top": 1})
        self._say("debtors by fullTextSearch", _verdict(searched))


def _verdict(answer: Answered | Refused) -> str:
    return "accepted" if isinstance(answer, Answered) else f"refused ({answer.status})"


def _items(body: Any) -> list[Mapping[str, Any]]:
    rows = body.get("Items") if isinstance(body, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _state(document: Mapping[str, Any]) -> str:
    state = document.get("OrderStatus")
    word = state if state in _STATES else "another status"
    paid, sent = document.get("Paid") is True, document.get("IsSent") is True
    return f"{word}, {'paid' if paid else 'unpaid'}, {'sent' if sent else 'unsent'}"


def _rounding_of(document: Mapping[str, Any]) -> str | None:
    """Tell the two readings of billit sheet §5 apart, where the document does."""
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
