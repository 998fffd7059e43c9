"""Any sales: after a sync Billit has to the cent what was paid, or the order says why not."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppbillit.mapping.billit_totals import Rounding, predict
from ppbillit.mapping.mapper import Ignored, Mapped, Parked, map_order
from ppbillit.plugandpay.models import Order
from ppbillit_emulator.plugandpay.builder import DIRECT_DEBIT, OPEN_TRANSFER, Payment, as_api, build_order
from ppbillit_emulator.plugandpay.buyers import (
    CONSUMER_BE,
    CONSUMER_CH,
    CONSUMER_DE,
    CONSUMER_NL,
    FIRM_BE,
    FIRM_BE_WITHOUT_VAT,
    FIRM_DE,
    FIRM_NL,
    NO_ADDRESS,
    Buyer,
)
from ppbillit_emulator.plugandpay.lines import READINGS, Line, Shipping
from support.schema_defaults import RULES
from support.shop_orders import noon
from support.world import SENDING, World, document_key, new_world

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from ppbillit_emulator import LedgerRow

# A random story that is cut off by a slow machine would be called a failure that nobody can reproduce.
pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]

EXAMPLES = 25
Mode = Literal["difference", "recomputed"]
ROUNDINGS: dict[Mode, Rounding] = {"difference": Rounding.KEPT, "recomputed": Rounding.RECOMPUTED}

# Who buys, and at which rates a seller of goods and courses sells to them.
MARKETS: list[tuple[Buyer, str, list[str]]] = [
    (CONSUMER_BE, "BE", ["21", "12", "6"]),
    (CONSUMER_NL, "NL", ["21", "9"]),
    (CONSUMER_DE, "DE", ["19", "7"]),
    (CONSUMER_CH, "CH", ["0"]),
    (FIRM_BE, "BE", ["21", "6"]),
    (FIRM_BE_WITHOUT_VAT, "BE", ["21", "12", "6"]),
    (FIRM_NL, "BE", ["21", "6"]),
    (FIRM_DE, "BE", ["21"]),
    (replace(NO_ADDRESS, country="BE"), "BE", ["21", "6"]),
]
PAYMENTS = [Payment(), OPEN_TRANSFER, DIRECT_DEBIT, Payment("reversed", "directdebit")]


def money(most: str) -> SearchStrategy[Decimal]:
    """Prices as shops have them: any cents, and often one that cannot be net plus rounded VAT."""
    awkward = st.sampled_from([Decimal("29.99"), Decimal(49), Decimal(97), Decimal(297), Decimal("0.01")])
    return st.one_of(awkward, st.decimals("0.01", most, places=2))


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """One final, live order of some days ago."""
    buyer, country, rates = draw(st.sampled_from(MARKETS))
    rate = st.sampled_from(rates)
    lines = []
    for number in range(draw(st.integers(1, 4))):
        price, quantity = draw(money("2000")), draw(st.integers(1, 12))
        discount = draw(st.one_of(st.just(Decimal(0)), st.decimals(0, price * quantity, places=2)))
        lines.append(
            Line(
                f"Artikel {number}",
                price,
                draw(rate),
                country,
                quantity,
                discount,
                "CODE" if discount else None,
            )
        )
    shipping = draw(st.one_of(st.none(), st.builds(Shipping, money("25"), rate, st.just(country))))
    return build_order(
        lines,
        buyer,
        created_at=noon(draw(st.integers(1, 8))),
        gross_led=draw(st.booleans()),
        reading=draw(st.sampled_from(READINGS)),
        shipping=shipping,
        payment=draw(st.sampled_from(PAYMENTS)),
    )


@pytest.mark.parametrize("mode", ["difference", "recomputed"])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(shop=st.lists(orders(), min_size=1, max_size=6), credited=st.sets(st.integers(0, 5)))
def test_after_a_sync_every_order_has_one_document_to_the_cent_or_a_reason(
    mode: Mode, shop: list[dict[str, Any]], credited: set[int]
) -> None:
    """Otherwise: some basket nobody thought of gets an invoice of another total, or two, or none."""
    with tempfile.TemporaryDirectory() as folder, new_world(Path(folder), sending=SENDING) as world:
        world.emulator.office.switches.update(gross_group_vat=mode, peppol_unlisted=True)
        ids = [world.emulator.shop.add(order) for order in shop]
        for position in credited:
            if position < len(ids):
                world.emulator.shop.credit(ids[position])
        result = world.run_in_process("sync", "--json")
        assert result.returncode in {0, 3}, result
        outcomes = result.outcomes
        world.totals()  # no key twice
        books = {row.external_id: row for row in world.emulator.office.ledger()}
        sent = {sent.document_id for sent in world.emulator.office.deliveries}
        assert len(sent) == len(world.emulator.office.deliveries)
        for order_id, order in world.emulator.shop.orders.items():
            check(order, outcomes[order_id], books.pop(document_key(order_id), None), sent, mode)
        assert not books  # and nothing else
        assert_quiet(world)


def check(order: dict[str, Any], outcome: str, row: LedgerRow | None, sent: set[int], mode: Mode) -> None:
    """Compare one order with its document, and both with what the mapping foresaw."""
    paid = abs(Decimal(order["amount_with_tax"]))
    mapping = map_order(Order.model_validate(as_api(order)), RULES)
    if row is None:
        assert isinstance(mapping, Parked | Ignored), outcome
        assert outcome == ("parked" if isinstance(mapping, Parked) else "skipped")
        assert mapping.reasons
        return
    assert isinstance(mapping, Mapped)
    foreseen = predict(mapping.draft.order_lines, ROUNDINGS[mode])
    assert (row.excl, row.vat, row.incl) == (foreseen.net, foreseen.vat, foreseen.gross)
    if outcome == "held":
        assert mode == "recomputed"
        assert row.incl != paid
        assert row.order_id not in sent
    else:
        assert outcome in {"sent", "unsent", "failed"}
        assert row.incl == paid
        assert (row.order_id in sent) is (outcome == "sent")


def assert_quiet(world: World) -> None:
    """A second run has nothing to do."""
    written = world.writes()
    assert world.run_in_process("sync").stdout == ""
    assert world.writes() == written
