"""The lines of a document: the plainest form whose total, computed as Billit does, is what was paid.

At 21 % VAT about one gross amount in six cannot be written as net plus rounded VAT (29.99, 49, 97, 297 ...).
Three forms are tried in this order: net lines, gross-led lines, one gross-led line per rate. A form that hits the
total with both roundings that Billit may use comes before one that hits it with one of them. What happens if no
form does is the shop's choice: `on_cent_difference`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.document_texts import word
from ppbillit.mapping.line_forms import (
    LineContext,
    LineForm,
    TreatedPart,
    all_forms,
    group_lines,
    make_form,
    rounding_line,
)
from ppbillit.money import CENT, ZERO, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ppbillit.mapping.rules import Rules


# A larger difference is no rounding: five lines of net prices are off by eight cents at most (market.md c.6).
LARGEST_ROUNDING = Decimal("0.05")


def write_lines(
    parts: Sequence[TreatedPart], total: Decimal, context: LineContext, rules: Rules
) -> LineForm | Reason:
    """Return the lines whose predicted gross total is `total` (euros, positive), or why there are none."""
    forms = all_forms(parts, context)
    chosen = _first_that_hits(forms, total, Rounding)
    if chosen is None and rules.on_cent_difference == "rounding_line":
        net_lines = group_lines(forms[0], parts, context) if rules.group_lines else forms[0]
        if rounded := _with_rounding_line(net_lines, total, context, rules):
            return rounded
    for rounding in Rounding:
        chosen = chosen or _first_that_hits(forms, total, [rounding])
    if chosen is None and rules.on_cent_difference == "accept":
        closest = min(forms, key=lambda form: form.misses_by(total))
        chosen = closest if closest.misses_by(total) <= accepted_difference(closest, rules) else None
    if chosen is None:
        return _unreachable(forms, total)
    return group_lines(chosen, parts, context) if rules.group_lines else chosen


def accepted_difference(form: LineForm, rules: Rules) -> Decimal:
    """Return how many euros Billit's total may differ from what was paid: a cent per VAT rate, or none."""
    if rules.on_cent_difference != "accept":
        return ZERO
    rates = {line.vat_percentage for line in form.lines if line.vat_percentage}
    return CENT * max(1, len(rates))


def _first_that_hits(forms: list[LineForm], total: Decimal, roundings: Iterable[Rounding]) -> LineForm | None:
    """Return the first form that hits the total with each of these roundings."""
    return next((form for form in forms if all(form.hits(total, rounding) for rounding in roundings)), None)


def _with_rounding_line(
    net_lines: LineForm, total: Decimal, context: LineContext, rules: Rules
) -> LineForm | Reason | None:
    """Return net lines and one more line for the missing cents, or None if they are too many."""
    amount = total - net_lines.predicted[Rounding.KEPT].gross  # with net lines both roundings give the same
    if abs(amount) > LARGEST_ROUNDING:
        return None
    if not rules.vat.rounding:
        label = word("rounding", context.language)
        return reason("vat_code_missing", line=label, treatment="a rounding difference", key="rounding")
    line = rounding_line(amount, rules.vat.rounding, rules.ledger.default, context)
    return make_form("net lines and a rounding line", [*net_lines.lines, line], grouped=net_lines.grouped)


def _unreachable(forms: list[LineForm], total: Decimal) -> Reason:
    reached = (totals.gross for form in forms for totals in form.predicted.values())
    closest = min(reached, key=lambda gross: abs(gross - total))
    return reason("total_unreachable", gross=euros_text(total), closest=euros_text(closest))
