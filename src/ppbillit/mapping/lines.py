"""The lines of a document: the plainest form whose total, by Billit's own arithmetic, is what was paid.

About one gross amount in six cannot be written as net plus rounded VAT at 21 % (29.99, 49, 97, 297 ...), so
lines come in three forms, tried in this order: net lines, gross-led lines, one gross-led line per
rate.  A form that is right under both roundings Billit may use goes before one that is right under one.  What is
done where none is right is the shop's choice: `on_cent_difference`.
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
    form_of,
    forms_of,
    grouped,
    rounding_line,
)
from ppbillit.money import CENT, ZERO, euros_text
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.mapping.rules import Rules


# More than this is no rounding any more: five lines of net prices are off by eight cents at most (market.md c.6).
LARGEST_ROUNDING = Decimal("0.05")


def write_lines(
    parts: Sequence[TreatedPart], total: Decimal, head: LineContext, rules: Rules
) -> LineForm | Reason:
    """Give the lines whose predicted gross total is `total` (euros, positive), or say how near they come."""
    forms = forms_of(parts, head)
    chosen = _right_under(forms, total, tuple(Rounding))
    if chosen is None and rules.on_cent_difference == "rounding_line":
        net_lines = grouped(forms[0], parts, head) if rules.group_lines else forms[0]
        if rounded := _with_rounding_line(net_lines, total, head, rules):
            return rounded
    for rounding in Rounding:
        chosen = chosen or _right_under(forms, total, (rounding,))
    if chosen is None and rules.on_cent_difference == "accept":
        closest = min(forms, key=lambda form: form.misses_by(total))
        chosen = closest if closest.misses_by(total) <= accepted_difference(closest, rules) else None
    if chosen is None:
        return _unreachable(forms, total)
    return grouped(chosen, parts, head) if rules.group_lines else chosen


def accepted_difference(form: LineForm, rules: Rules) -> Decimal:
    """Give by how many euros Billit's total may differ from what was paid: a cent per VAT rate, if any."""
    if rules.on_cent_difference != "accept":
        return ZERO
    rates = {line.vat_percentage for line in form.lines if line.vat_percentage}
    return CENT * max(1, len(rates))


def _right_under(forms: list[LineForm], total: Decimal, roundings: tuple[Rounding, ...]) -> LineForm | None:
    """Give the first form that hits the total under all of these roundings."""
    return next((form for form in forms if all(form.hits(total, rounding) for rounding in roundings)), None)


def _with_rounding_line(
    net_lines: LineForm, total: Decimal, head: LineContext, rules: Rules
) -> LineForm | Reason | None:
    """Make up for the cents with a line of their own; net lines come out the same under each rounding."""
    amount = total - net_lines.predicted[Rounding.KEPT].gross
    if abs(amount) > LARGEST_ROUNDING:
        return None
    if not rules.vat.rounding:
        line, said = word("rounding", head.language), "a rounding difference"
        return reason("vat_code_missing", line=line, treatment=said, key="rounding")
    line_of_cents = rounding_line(amount, rules.vat.rounding, rules.ledger.default, head)
    return form_of(
        "net lines and a rounding line", [*net_lines.lines, line_of_cents], grouped=net_lines.grouped
    )


def _unreachable(forms: list[LineForm], total: Decimal) -> Reason:
    closest = min(
        (totals.gross for form in forms for totals in form.predicted.values()),
        key=lambda gross: abs(gross - total),
    )
    return reason("total_unreachable", gross=euros_text(total), closest=euros_text(closest))
