"""TODO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.models import Order, Payment, Product, UnreadableOrder


class OrderSource(Protocol):
    """Where orders come from; Plug&Pay's client is one."""

    def orders(self, since: date, until: date | None = None) -> list[Order | UnreadableOrder]:
        """Give the orders with an invoice date in these days, and some around them."""
        ...

    def order(self, order_id: int) -> Order | UnreadableOrder | None:
        """Give one order, None where there is none."""
        ...

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Give the products with these ids, as far as there are any."""
        ...


class PaymentSource(Protocol):
    """Where orders are paid; Plug&Pay's client is one."""

    def paid_since(self, moment: datetime) -> list[Order]:
        """Give the orders that were paid since an aware time, with their payment and little else."""
        ...

    def with_payment(self, statuses: Iterable[str], since: date) -> list[Order]:
        """Give the orders whose payment is at one of these, invoiced on a day or later."""
        ...

    def payment(self, order_id: int) -> Payment | None:
        """Give one order's payment, None where there is no such order (any more)."""
        ...

    def mark_paid(self, order_id: int) -> WriteOutcome[Payment]:
        """Set an order to paid.  May raise KeysRefused and TryLater: then nothing was done."""
        ...
