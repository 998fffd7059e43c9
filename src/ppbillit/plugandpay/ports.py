"""The parts of Plug&Pay that the core uses.  Reads may raise KeysRefused, Unavailable and TryLater."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from ppbillit.outcomes import WriteOutcome
    from ppbillit.plugandpay.models import Order, Payment, Product, UnreadableOrder


class OrderSource(Protocol):
    """Reads orders and their products."""

    def orders(self, since: date, until: date | None = None) -> list[Order | UnreadableOrder]:
        """Return the live orders invoiced from `since` to `until` (and a day more), by date and id."""

    def order(self, order_id: int) -> Order | UnreadableOrder | None:
        """Return one order, also a test order or a deleted one; None if it does not exist (any more)."""

    def products_of(self, ids: Sequence[int]) -> list[Product]:
        """Return the existing products with these ids, including deleted ones."""


class PaymentSource(Protocol):
    """Reads payments of orders, and sets orders to paid."""

    def paid_since(self, moment: datetime) -> list[Order]:
        """Return the live orders paid since an aware time, with their payment and few other members."""

    def with_payment(self, statuses: Iterable[str], since: date) -> list[Order]:
        """Return the live, final orders invoiced since a day whose payment has one of these statuses."""

    def payment(self, order_id: int) -> Payment | None:
        """Return the payment of one order; None if the order does not exist (any more)."""

    def set_paid(self, order_id: int) -> WriteOutcome[Payment]:
        """Set an order to paid.  May raise KeysRefused and TryLater: then nothing was done."""
