"""Laws that hold for every order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.amounts import Part
from ppbillit.mapping.billit_totals import Rounding, predict
from ppbillit.mapping.buyer import Buyer, read_buyer
from ppbillit.mapping.mapper import Mapped, Mapping, Parked, map_order
from ppbillit.mapping.rules import VatRules
from ppbillit.mapping.vat_facts import gather_vat_facts
from ppbillit.mapping.vat_table import Treatment, decide
from ppbillit.money import cents
from ppbillit.plugandpay.models import Discount, Order, Product, Rate
from support.generated_orders import RATES, credited, orders
from support.order_json import RULES, mapped, order
from support.schema_defaults import vat_rules

pytestmark = pytest.mark.no_cover
WITH_ZERO_RATE = replace(RULES, vat=vat_rules(zero_rate="24"), zero_total="export")
law = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def values_in(tree: Any) -> list[Any]:
    """Return every value of a JSON body that is neither a list nor an object."""
    if isinstance(tree, dict):
        return [leaf for branch in tree.values() for leaf in values_in(branch)]
    if isinstance(tree, list):
        return [leaf for branch in tree for leaf in values_in(branch)]
    return [tree]


@law
@given(orders())
def test_an_invoice_says_to_the_cent_what_was_paid_or_there_is_a_reason_why_not(given_order: Order) -> None:
    mapping = map_order(given_order, WITH_ZERO_RATE)
    if isinstance(mapping, Mapped):
        paid = abs(cents(given_order.amount_with_tax))
        claimed = [rounding for rounding in Rounding if mapping.form.hits(paid, rounding)]
        assert claimed
        for rounding in claimed:
            assert predict(mapping.draft.order_lines, rounding).gross == paid == mapping.total
    else:
        assert isinstance(mapping, Parked)
        assert mapping.reasons
        assert all(reason.message and reason.fix for reason in mapping.reasons)


@law
@given(orders())
def test_net_differs_from_the_shops_by_its_own_rounding_at_most(given_order: Order) -> None:
    """A shop that rounds the net price of one, then multiplies, is up to half a cent off per piece."""
    mapping = map_order(given_order, WITH_ZERO_RATE)
    if isinstance(mapping, Mapped):
        pieces = sum(item.quantity for item in given_order.items) + len(given_order.items) + 2
        net = mapping.form.predicted[Rounding.KEPT].net
        assert abs(net - abs(cents(given_order.amount))) <= Decimal("0.01") * pieces


@law
@given(orders())
def test_the_same_order_gives_the_same_draft(given_order: Order) -> None:
    first, second = (map_order(given_order, WITH_ZERO_RATE) for _ in range(2))
    assert first == second
    if isinstance(first, Mapped) and isinstance(second, Mapped):
        assert first.draft.digest() == second.draft.digest()


def _figures(mapping: Mapping) -> Any:
    if not isinstance(mapping, Mapped):
        return type(mapping), mapping.total
    totals = {name: (found.net, found.vat) for name, found in mapping.form.predicted.items()}
    return mapping.total, mapping.form.name, totals, mapping.reading


@law
@given(orders(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_change_the_totals(given_order: Order, random: Any) -> None:
    shuffled = list(given_order.items)
    random.shuffle(shuffled)
    other = given_order.model_copy(update={"items": tuple(shuffled)})
    assert _figures(map_order(given_order, WITH_ZERO_RATE)) == _figures(map_order(other, WITH_ZERO_RATE))


@law
@given(orders(), st.booleans())
def test_a_body_holds_no_float_no_null_and_texts_that_fit(given_order: Order, group_lines: bool) -> None:
    mapping = map_order(given_order, replace(WITH_ZERO_RATE, group_lines=group_lines))
    if not isinstance(mapping, Mapped):
        return
    for value in values_in(mapping.draft.body_for(1)) + values_in(mapping.buyer.draft.body()):
        assert not isinstance(value, float)
        assert value is not None
        assert value != ""
    for one in mapping.draft.order_lines:
        for text in (one.description, one.description_extended or "x"):
            assert text.strip()
            assert len(text.encode("utf-16-le")) // 2 <= 512
        for amount in (one.total_incl, one.unit_price_excl):
            assert amount is None or amount == cents(amount)
        assert (one.unit_price_excl is None) == bool(one.incl_leading)


@law
@given(orders(), st.booleans(), st.sampled_from(["hold", "accept", "rounding_line"]))
def test_a_credit_note_mirrors_its_invoice(
    given_order: Order, group_lines: bool, on_cent_difference: Any
) -> None:
    rules = replace(WITH_ZERO_RATE, group_lines=group_lines, on_cent_difference=on_cent_difference)
    invoice, credit = map_order(given_order, rules), map_order(credited(given_order), rules)
    if given_order.amount_with_tax <= 0:
        return
    assert type(invoice) is type(credit)
    if isinstance(invoice, Mapped) and isinstance(credit, Mapped):
        own = {"OrderType", "OrderNumber", "ExternalProviderID", "Reference", "Comments", "ExpiryDate"}
        own |= {"Paid", "PaidDate", "PaymentMethod"}
        mirrored = [
            {key: value for key, value in one.draft.body().items() if key not in own}
            for one in (invoice, credit)
        ]
        assert mirrored[0] == mirrored[1]
        assert invoice.form.predicted == credit.form.predicted
        assert invoice.buyer.key == credit.buyer.key


@law
@given(orders(), st.sampled_from(["0.00", "0.01", "10.00", "97.00"]))
def test_a_discount_on_the_order_changes_nothing_where_the_lines_explain_the_total(
    given_order: Order, off: str
) -> None:
    bare = map_order(given_order.model_copy(update={"total_discounts": ()}), WITH_ZERO_RATE)
    discounts = (Discount(amount=Decimal(off), amount_with_tax=Decimal(off), code="OTHER"),)
    other = map_order(given_order.model_copy(update={"total_discounts": discounts}), WITH_ZERO_RATE)
    if not isinstance(bare, Parked) or bare.reasons[0].code != "amounts_unexplained":
        assert bare == other


@law
@given(orders(), st.sampled_from(["hold", "accept", "rounding_line"]))
def test_grouping_moves_no_cent(given_order: Order, on_cent_difference: Any) -> None:
    rules = replace(WITH_ZERO_RATE, on_cent_difference=on_cent_difference)
    apart, grouped = (map_order(given_order, replace(rules, group_lines=on)) for on in (False, True))
    if not isinstance(apart, Mapped) or not isinstance(grouped, Mapped):
        assert apart == grouped
        return
    assert apart.form.predicted == grouped.form.predicted
    assert (apart.total, apart.notes, apart.accepted_difference) == (
        grouped.total,
        grouped.notes,
        grouped.accepted_difference,
    )
    assert len(grouped.draft.order_lines) <= len(apart.draft.order_lines)
    assert predict(grouped.draft.order_lines, Rounding.KEPT) == apart.form.predicted[Rounding.KEPT]


@law
@given(orders())
def test_grouped_lines_are_of_one_treatment_and_account_each(given_order: Order) -> None:
    mapping = map_order(given_order, replace(WITH_ZERO_RATE, group_lines=True))
    if isinstance(mapping, Mapped) and all(one.unit_price_excl is not None for one in mapping.form.lines):
        kinds = [(one.vat_percentage, one.ventilation_code, one.account_code) for one in mapping.form.lines]
        assert len(set(kinds)) == len(kinds)


@law
@given(orders())
def test_what_is_accepted_is_a_cent_per_rate_and_said(given_order: Order) -> None:
    held = map_order(given_order, WITH_ZERO_RATE)
    mapping = map_order(given_order, replace(WITH_ZERO_RATE, on_cent_difference="accept"))
    if not isinstance(mapping, Mapped):
        assert mapping == held
        return
    rates = {one.vat_percentage for one in mapping.form.lines if one.vat_percentage}
    assert mapping.accepted_difference == Decimal("0.01") * max(1, len(rates))
    hits = [rounding for rounding in Rounding if mapping.form.hits(mapping.total, rounding)]
    assert hits or mapping.form.misses_by(mapping.total) <= mapping.accepted_difference
    assert ("cents_accepted" in {note.code for note in mapping.notes}) == (not hits)
    if isinstance(held, Mapped):
        assert held.form == mapping.form
        assert held.accepted_difference == 0


@law
@given(orders())
def test_a_rounding_line_makes_the_total_certain(given_order: Order) -> None:
    held = map_order(given_order, WITH_ZERO_RATE)
    mapping = map_order(given_order, replace(WITH_ZERO_RATE, on_cent_difference="rounding_line"))
    if not isinstance(mapping, Mapped) or mapping.form.name != "net lines and a rounding line":
        assert mapping == held
        return
    last = mapping.form.lines[-1]
    assert last.unit_price_excl is not None
    assert 0 < abs(last.unit_price_excl) <= Decimal("0.05")
    assert last.vat_percentage == 0
    assert last.ventilation_code == "1"
    for rounding in Rounding:
        assert mapping.form.hits(mapping.total, rounding)
    if isinstance(held, Mapped):
        assert not all(held.form.hits(held.total, rounding) for rounding in Rounding)


@law
@given(orders())
def test_a_line_without_vat_always_has_a_code(given_order: Order) -> None:
    mapping = map_order(given_order, WITH_ZERO_RATE)
    if isinstance(mapping, Mapped):
        for one in mapping.draft.order_lines:
            assert one.vat_percentage or one.ventilation_code or mapping.draft.ventilation_code


def test_most_generated_orders_can_be_invoiced() -> None:
    outcomes: Counter[str] = Counter()

    @settings(law, max_examples=300)
    @given(orders())
    def count(given_order: Order) -> None:
        outcomes[type(map_order(given_order, WITH_ZERO_RATE)).__name__] += 1

    count()
    assert outcomes["Mapped"] > outcomes.total() / 6  # how many varies from run to run
    assert outcomes["Parked"] > 0


# --- Billit's arithmetic ------------------------------------------------------------------------

AMOUNTS = st.decimals(-2000, 2000, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def draft_lines(draw: st.DrawFn) -> DraftLine:
    rate, amount = draw(RATES), draw(AMOUNTS)
    if draw(st.booleans()):
        return DraftLine(description="x", incl_leading=True, total_incl=amount, vat_percentage=rate)
    quantity = Decimal(draw(st.integers(1, 12)))
    return DraftLine(description="x", quantity=quantity, unit_price_excl=amount, vat_percentage=rate)


@law
@given(st.lists(draft_lines(), max_size=8), st.sampled_from(Rounding))
def test_net_and_vat_make_gross_in_whole_cents(lines: list[DraftLine], rounding: Rounding) -> None:
    totals = predict(lines, rounding)
    assert totals.net + totals.vat == totals.gross == cents(totals.gross)


@law
@given(st.lists(draft_lines(), max_size=8))
def test_gross_amounts_that_are_kept_add_up_to_the_total(lines: list[DraftLine]) -> None:
    gross_led = [one for one in lines if one.incl_leading]
    total = sum((one.total_incl or Decimal(0) for one in gross_led), Decimal(0))
    assert predict(gross_led, Rounding.KEPT).gross == total


@law
@given(st.lists(draft_lines(), max_size=8))
def test_the_roundings_agree_where_no_line_is_gross_led(lines: list[DraftLine]) -> None:
    net_led = [one for one in lines if not one.incl_leading]
    assert predict(net_led, Rounding.KEPT) == predict(net_led, Rounding.RECOMPUTED)


@law
@given(st.lists(draft_lines(), max_size=8))
def test_the_roundings_differ_by_half_a_cent_a_line_at_most(lines: list[DraftLine]) -> None:
    kept, anew = (predict(lines, rounding) for rounding in Rounding)
    assert kept.net == anew.net
    rates = len({one.vat_percentage for one in lines})
    assert abs(kept.vat - anew.vat) <= Decimal("0.0064") * len(lines) + Decimal("0.01") * rates


@law
@given(st.lists(draft_lines(), max_size=8), st.sampled_from(Rounding))
def test_mirrored_lines_make_mirrored_totals(lines: list[DraftLine], rounding: Rounding) -> None:
    mirrored = [
        one.model_copy(
            update={
                "total_incl": None if one.total_incl is None else -one.total_incl,
                "unit_price_excl": None if one.unit_price_excl is None else -one.unit_price_excl,
            }
        )
        for one in lines
    ]
    there, back = predict(lines, rounding), predict(mirrored, rounding)
    assert (there.net, there.vat) == (-back.net, -back.vat)


# --- VAT ----------------------------------------------------------------------------------------

CODES = st.sampled_from(["", "21", "55"])


@st.composite
def parts(draw: st.DrawFn) -> Part:
    net, vat = draw(AMOUNTS), draw(st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(1)]))
    rate = Rate(country=draw(st.sampled_from(["BE", "NL", "GB", None])), percentage=draw(RATES))
    goods = Product(id=1, is_physical=draw(st.sampled_from([True, False, None])))
    return Part(
        draw(st.sampled_from(["item", "shipping", "collection"])),
        "x",
        Decimal(1),
        net,
        draw(st.sampled_from([net + vat, cents(net * (1 + rate.percentage / 100))])),
        draw(st.sampled_from([rate, None])),
        product=draw(st.sampled_from([goods, None])),
    )


@st.composite
def buyers(draw: st.DrawFn) -> Buyer:
    contact = {
        "vat_id_number": draw(st.sampled_from([None, "typo", "BE0123456749", "NL000099998B57"])),
        "tax_exempt": draw(st.sampled_from(["none", "reverse", "unknown"])),
    }
    address = {"country": draw(st.sampled_from(["BE", "NL", "CH", "MC", "Belgium", None]))}
    found = read_buyer(order(contact=contact, address=address), RULES)
    assert isinstance(found, Buyer)
    return found


@law
@given(
    parts(),
    buyers(),
    st.builds(VatRules, *[st.just("BE")], CODES, CODES, CODES, CODES, CODES, CODES, st.just("1")),
    st.booleans(),
)
def test_a_treatment_without_vat_or_of_another_country_always_has_a_code(
    part: Part, buyer: Buyer, rules: VatRules, goods_sold: bool
) -> None:
    found = decide(part, gather_vat_facts(part, buyer, rules, goods_sold=goods_sold), rules).outcome
    if isinstance(found, Treatment):
        assert found.code or (found.percentage and found.country == "BE")
        assert found.percentage or found.country is None


@law
@given(orders())
def test_what_is_mapped_does_not_depend_on_texts_or_people(given_order: Order) -> None:
    mapping = map_order(given_order, WITH_ZERO_RATE)
    if isinstance(mapping, Mapped):
        bare = given_order.model_copy(
            update={"items": tuple(item.model_copy(update={"label": None}) for item in given_order.items)}
        )
        assert mapped(bare, WITH_ZERO_RATE).form.predicted == mapping.form.predicted
