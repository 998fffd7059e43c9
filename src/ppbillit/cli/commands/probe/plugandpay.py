"""What `probe` reads from Plug&Pay: some orders, of which nothing is kept (plugandpay.md §14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ppbillit.cli.commands.probe.client import ProbeClient, body_of, verdict
from ppbillit.http import Answered
from ppbillit.mapping.shop_profile import QUESTIONS, agreed_profile, count_answers
from ppbillit.money import ZERO
from ppbillit.plugandpay.client import PER_PAGE
from ppbillit.plugandpay.models import Order
from ppbillit.plugandpay.relations import INCLUDES, SDK_INCLUDES, absent_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.cli.commands.probe.client import NoAnswer
    from ppbillit.cli.commands.probe.findings import ProbeReport
    from ppbillit.http import HttpClient, Refused
    from ppbillit.mapping.shop_profile import ShopProfile
    from ppbillit.plugandpay.models import Item

_ORDERS = "/v2/orders"
_MOST_PAGES = 4
# Relations seen in the integration of somebody else, and not modelled here (plugandpay.md §6.2).
_OTHERS = ("comments", "tags", "subscriptions", "checkout", "commissions", "is_collectible", "note", "utm")
_NONSENSE = "ppbillit_probe"
_NOT_ONE = "no such order among those read"


class ShopProbe:
    """The reads from Plug&Pay, and the answers found in them."""

    def __init__(self, http: HttpClient, report: ProbeReport) -> None:
        self._client = ProbeClient(http, report)
        self._orders: list[Order] = []

    def read_all(self) -> None:
        """Make all reads, one by one."""
        tenant = self._client.read("/v2/auth/tenants/me")
        self._client.note("may the key ask whose it is (tenants/me)", verdict(tenant))
        self._client.note_shape("tenant", tenant)
        self._relations()
        self._read_orders()
        self._amounts(count_answers(self._orders))
        self._kinds()
        self._limits()
        self._defaults()
        self._products()
        self._client.note_limits()

    def profile(self) -> ShopProfile:
        """Return what the orders that were read settle about this shop."""
        return agreed_profile(count_answers(self._orders))

    # --- relations and orders ---------------------------------------------------------------------

    def _relations(self) -> None:
        """Find out which relations are accepted: together, else one by one."""
        wanted = [*INCLUDES.split(","), *_OTHERS]
        together = self._client.read(_ORDERS, {"limit": 1, "include": ",".join(wanted)})
        if isinstance(together, Answered):
            order = _first(together.json())
            absent = absent_in(order, [each for each in wanted if each != "utm"]) if order else ()
            self._client.note("all relations asked for together", f"accepted; not given: {_listed(absent)}")
        else:
            refused = [each for each in wanted if not self._takes(each)]
            self._client.note(
                "all relations asked for together", f"{verdict(together)}; by itself: {_listed(refused)}"
            )
        unknown = self._client.read(_ORDERS, {"limit": 1, "include": _NONSENSE})
        self._client.note("a relation that does not exist", verdict(unknown))

    def _takes(self, relation: str) -> bool:
        return isinstance(self._client.read(_ORDERS, {"limit": 1, "include": relation}), Answered)

    def _read_orders(self) -> None:
        """Read the newest orders with all accepted relations, until every question has an answer."""
        include = INCLUDES if self._takes(INCLUDES) else SDK_INCLUDES
        for page in range(1, _MOST_PAGES + 1):
            params: dict[str, str | int] = {
                "mode": "live",
                "sort": "invoice_date",
                "direction": "desc",
                "limit": PER_PAGE,
                "page": page,
                "include": include,
            }
            body = self._client.note_shape("orders", self._client.read(_ORDERS, params))
            rows = body.get("data") if isinstance(body, Mapping) else None
            if not isinstance(rows, list) or not rows:
                break
            self._orders += [order for row in rows if (order := _order(row))]
            if all(count_answers(self._orders).values()):
                break
        if self._orders:
            single = self._client.read("/v2/orders/{id}", {"include": include}, id=self._orders[0].id)
            self._client.note_shape("order", single)

    # --- what the orders say ----------------------------------------------------------------------

    def _amounts(self, counted: dict[str, Counter[str]]) -> None:
        for name, question in QUESTIONS.items():
            self._client.note(question, _tally(counted[name]))

    def _kinds(self) -> None:
        """Note what rare orders look like: reverse charge, credits."""
        shifted = [order for order in self._orders if order.billing.contact.tax_exempt == "reverse"]
        rates = Counter(_rate_of(item) for order in shifted for item in order.items)
        self._client.note("the rate on lines with reverse charge", _tally(rates))
        credited = [order for order in self._orders if order.kind == "credit_note"]
        signs = Counter(_signs_of(item) for order in credited for item in order.items)
        self._client.note("lines of a credit invoice", _tally(signs))
        links = Counter("named" if order.related_orders else "not named" for order in credited)
        self._client.note("the order that a credit invoice credits", _tally(links))

    # --- lists ------------------------------------------------------------------------------------

    def _limits(self) -> None:
        self._client.note("page size without limit", self._page_size({}))
        self._client.note("page size where 1000 are asked for", self._page_size({"limit": 1000}))

    def _page_size(self, params: dict[str, str | int]) -> str:
        answer = self._client.read(_ORDERS, params)
        size = _meta(answer).get("per_page")
        return str(size) if isinstance(size, int) else verdict(answer)

    def _defaults(self) -> None:
        """Compare how many orders there are with and without a filter; the numbers are not reported."""
        everything, live = self._total({}), self._total({"mode": "live"})
        test = self._total({"mode": "test"})
        answer = "cannot be told"
        if everything is not None and live is not None and test:
            answer = {live + test: "live and test", live: "live"}.get(everything, answer)
        self._client.note("without mode, the list holds", answer)
        for name in ("is_hidden", "is_deleted"):
            some = self._total({"mode": "live", name: 1})
            without = self._total({"mode": "live", name: 0})
            answer = "cannot be told"
            if some and live is not None and without is not None:
                answer = {some + without: "held", without: "left out"}.get(live, answer)
            self._client.note(f"without {name}, such orders are", answer)

    def _total(self, params: dict[str, str | int]) -> int | None:
        total = _meta(self._client.read(_ORDERS, {**params, "limit": 1})).get("total")
        return total if isinstance(total, int) else None

    def _products(self) -> None:
        params: dict[str, str | int] = {"limit": 5, "include": "pricing,tax_rates"}
        answer = self._client.read("/v2/products", params)
        self._client.note("products", verdict(answer))
        self._client.note_shape("products", answer)


def _rate_of(item: Item) -> str:
    rate = item.tax.rate if item.tax else None
    if rate is None:
        return "without a rate"
    return "above 0 %" if rate.percentage else "0 %"


def _signs_of(item: Item) -> str:
    amount, quantity = ("negative" if value < ZERO else "positive" for value in (item.amount, item.quantity))
    return f"{amount} amount, {quantity} quantity"


# --- texts ----------------------------------------------------------------------------------------


def _tally(counted: Mapping[str, int]) -> str:
    if not counted:
        return f"open: {_NOT_ONE}"
    said = "; ".join(f"{word} ({number})" for word, number in sorted(counted.items()))
    return said if len(counted) == 1 else f"differs: {said}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _order(row: Any) -> Order | None:
    try:
        return Order.model_validate(row)
    except ValidationError:
        return None


def _first(body: Any) -> Mapping[str, Any] | None:
    rows = body.get("data") if isinstance(body, Mapping) else None
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else None


def _meta(answer: Answered | Refused | NoAnswer) -> Mapping[str, Any]:
    body = body_of(answer)
    meta = body.get("meta") if isinstance(body, Mapping) else None
    return meta if isinstance(meta, Mapping) else {}
