"""The payments of the shop's orders: which were paid since when, what one says, and the one write there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ppbillit import http
from ppbillit.outcomes import Done, NotSent, Problem, Refused, Unknown
from ppbillit.plugandpay.client import ONE_DAY, PER_PAGE, PlugAndPayClient, named_fields
from ppbillit.plugandpay.models import Order, Payment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from ppbillit.outcomes import WriteOutcome

_PATH = "/v2/orders/{id}/payment"


class PlugAndPayPayments(PlugAndPayClient):
    """The shop, whose orders can be set to paid; nothing else can be written."""

    def paid_since(self, moment: datetime) -> list[Order]:
        """Give the live orders that were paid since an aware time, with their payment and little else.

        In which zone the filter is read is unknown (plugandpay.md §6.1): said in UTC, it may reach some hours
        back.
        """
        since = self._transport.by_its_clock(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return self._payments_of({"since_paid_at": since})

    def with_payment(self, statuses: Iterable[str], since: date) -> list[Order]:
        """Give the live, final orders whose payment is at one of these, invoiced on a day or later."""
        wanted = frozenset(statuses)
        found = self._payments_of({
            "payment_status": ",".join(sorted(wanted)),
            "invoice_status": "final",
            "since_invoice_date": (since - ONE_DAY).isoformat(),
        })  # fmt: skip
        return [order for order in found if order.payment.status in wanted]  # the filter is not relied on

    def payment(self, order_id: int) -> Payment | None:
        """Give one order's payment; None where the order is not there (any more)."""
        answer = self._judged(self._transport.read(_PATH, id=order_id))
        if answer is None:
            return None
        found = _payment(answer)
        if found is None:
            raise self._transport.unavailable("gave something that is no payment")
        return found

    def mark_paid(self, order_id: int) -> WriteOutcome[Payment]:
        """Set an order to paid, as if by hand; done only if the answer shows it paid (plugandpay.md §8.3).

        May raise KeysRefused and TryLater: then nothing was done.
        """
        outcome = self._transport.write("PATCH", _PATH, {"status": "paid", "type": "manual"}, id=order_id)
        match outcome:
            case http.Answered():
                found = _payment(outcome)
                shows_paid = found is not None and found.status == "paid"
                return Done(found) if found and shows_paid else Unknown("said yes, but not that it is paid")
            case http.Refused() if "html" in outcome.content_type or outcome.text.lstrip().startswith("<"):
                return Unknown(f"answered with a web page instead of a reason ({outcome.status})")
            case http.Refused(status=HTTPStatus.UNAUTHORIZED):
                raise self.refusal(outcome)
            case http.Refused(status=HTTPStatus.FORBIDDEN):
                return Refused(outcome.status)
            case http.Refused():
                return Refused(outcome.status, (Problem(_words(outcome)),))
            case http.NotSent(why):
                return NotSent(why)
        return Unknown(outcome.why)

    def _payments_of(self, wanted: Mapping[str, str]) -> list[Order]:
        """Give each order once; one that cannot be read at all says nothing about its payment either."""
        params: dict[str, str | int] = {
            "mode": "live",
            **wanted,
            "sort": "invoice_number",
            "direction": "asc",
            "limit": PER_PAGE,
            "include": "payment",
        }
        return [order for order in self._listed(params) if isinstance(order, Order)]


def _payment(answer: http.Answered) -> Payment | None:
    try:
        body: Any = answer.json()
    except http.NotJson:
        return None
    if isinstance(body, Mapping) and isinstance(body.get("data"), Mapping):
        body = body["data"]
    if not isinstance(body, Mapping) or "status" not in body:
        return None
    try:
        return Payment.model_validate(body)
    except ValidationError:
        return None


def _words(refused: http.Refused) -> str:
    fields = ", ".join(named_fields(refused))
    return f"HTTP {refused.status}{f', for {fields}' if fields else ''}"
