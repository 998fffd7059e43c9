"""A dry run's Billit and shop: they can read, and only imagine to write."""

from __future__ import annotations

from typing import Any

import pytest

from ppbillit.billit.ports import BillitReader, DocumentCreator, DocumentSender, PaymentMarker
from ppbillit.exactly_once.dry_run import DryRunBillit, DryRunShop
from ppbillit.outcomes import Done
from ppbillit.plugandpay.ports import PaymentSource


class Anything:
    """A Billit that says which of its methods was called."""

    def __getattr__(self, name: str) -> Any:  # noqa: D105
        return name


def methods(part: type) -> set[str]:
    return {name for name in vars(part) if not name.startswith("_")}


def test_every_read_reaches_billit_and_no_write_does() -> None:
    rehearsal = DryRunBillit(Anything())
    for name in methods(BillitReader) - {"document"}:
        assert getattr(rehearsal, name) == name
    writers = methods(DocumentCreator) | methods(DocumentSender) | methods(PaymentMarker)
    for name in writers - methods(BillitReader):
        assert getattr(rehearsal, name) != name


def test_a_writing_method_of_a_later_day_does_not_get_through() -> None:
    with pytest.raises(AttributeError):
        _ = DryRunBillit(Anything()).delete_document


def test_every_look_at_payments_reaches_the_shop_and_no_write_does() -> None:
    """Otherwise: a dry run sets an order to paid, and its customer gets the course."""
    rehearsal = DryRunShop(Anything())
    for name in methods(PaymentSource) - {"mark_paid"}:
        assert getattr(rehearsal, name) == name
    assert isinstance(rehearsal.mark_paid(7), Done)
    with pytest.raises(AttributeError):
        _ = rehearsal.delete_order
