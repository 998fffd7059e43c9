"""Lines added up by VAT treatment and ledger account, without moving a cent of the document's totals.

Net amounts add up as they are.  Gross ones do not: Billit takes the net amount out of each gross-led line, and
rounds it, so the sum of several may have another net amount than they had.  Then the group becomes a net line of
what they had; but only where Billit's VAT of the lines is certain, since that of the net line is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.mapping.forms import (
    Form,
    Letterhead,
    TreatedPart,
    form_of,
    gross_line,
    groups_of,
    merged_gross_line,
    merged_net_line,
    net_line,
)
from ppbillit.mapping.totals import net_of
from ppbillit.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from ppbillit.billit.models import DraftLine


def grouped(form: Form, parts: Sequence[TreatedPart], head: Letterhead) -> Form:
    """Give the same document with its lines added up; the totals are those of `form`, to the cent."""
    groups = groups_of(parts)
    if form.name == "net lines":
        return form_of("net lines", [_net(members, head) for members in groups], grouped=True)
    if form.name == "gross-led lines":
        return _gross(form, groups, head)
    return form_of(form.name, form.lines, grouped=True)  # grouped already


def _net(members: list[TreatedPart], head: Letterhead) -> DraftLine:
    if len(members) == 1:
        return net_line(members[0], head)
    return merged_net_line(members, sum((treated.part.net for treated in members), ZERO), head)


def _gross(form: Form, groups: list[list[TreatedPart]], head: Letterhead) -> Form:
    singly = [[gross_line(treated, head) for treated in members] for members in groups]
    summed = [
        [merged_gross_line(members, head)] if len(members) > 1 else lines
        for members, lines in zip(groups, singly, strict=True)
    ]
    keeps_net = [_net_sum(sums) == _net_sum(lines) for sums, lines in zip(summed, singly, strict=True)]
    is_certain = len(set(form.predicted.values())) == 1
    if is_certain and not all(keeps_net):
        nets = [
            merged_net_line(members, _net_sum(lines), head)
            for members, lines in zip(groups, singly, strict=True)
        ]
        return form_of("net lines", nets, grouped=True)
    # What Billit makes of these is known for the gross total only: a group that would shift a cent between net
    # and VAT stays apart.
    kept = [
        line
        for sums, lines, keeps in zip(summed, singly, keeps_net, strict=True)
        for line in (sums if keeps else lines)
    ]
    return form_of("gross-led lines", kept, grouped=True)


def _net_sum(lines: list[DraftLine]) -> Decimal:
    return sum((net_of(line) for line in lines), ZERO)
