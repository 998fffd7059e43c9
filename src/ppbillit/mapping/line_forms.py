"""The forms lines can take, from treated parts to the lines we post; which one is taken is decided in `lines`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.billit_totals import Rounding, Totals, net_of, predict
from ppbillit.mapping.document_texts import Language, clean, fitted, listed, word
from ppbillit.money import ZERO, cents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.vat_table import Treatment

FormName = Literal[
    "net lines", "gross-led lines", "one gross-led line per rate", "net lines and a rounding line"
]


@dataclass(frozen=True)
class TreatedPart:
    """A part with its VAT treatment and ledger account: all that a line is made of."""

    part: Part
    treatment: Treatment
    account: int | None


@dataclass(frozen=True)
class LineForm:
    """One way to write the lines, with the totals Billit would make of it under each rounding."""

    name: FormName
    lines: tuple[DraftLine, ...]
    predicted: dict[Rounding, Totals]
    grouped: bool = False

    def hits(self, total: Decimal, rounding: Rounding) -> bool:
        """Tell whether the gross total comes out under that rounding."""
        return self.predicted[rounding].gross == total

    def misses_by(self, total: Decimal) -> Decimal:
        """Give how many euros it is off the gross total, under the worse of the roundings."""
        return max(abs(totals.gross - total) for totals in self.predicted.values())


@dataclass(frozen=True)
class LineContext:
    """What the lines of one document have in common: its ventilation code and its language."""

    code: str | None
    language: Language


def form_of(name: FormName, lines: Sequence[DraftLine], *, grouped: bool = False) -> LineForm:
    """Give a form with its predictions."""
    return LineForm(
        name, tuple(lines), {rounding: predict(lines, rounding) for rounding in Rounding}, grouped
    )


def forms_of(parts: Sequence[TreatedPart], head: LineContext) -> list[LineForm]:
    """Write the parts in every form, the plainest first."""
    return [form_of(name, write(parts, head)) for name, write in _WRITERS.items()]


def groups_of(parts: Sequence[TreatedPart]) -> list[list[TreatedPart]]:
    """Group the parts by treatment and ledger account, in the order of their first members."""
    groups: dict[tuple[Treatment, int | None], list[TreatedPart]] = defaultdict(list)
    for treated in parts:
        groups[treated.treatment, treated.account].append(treated)
    return list(groups.values())


# --- single lines -----------------------------------------------------------------------------


def net_line(treated: TreatedPart, head: LineContext) -> DraftLine:
    """Write a part with its net price of one, where Billit can hold that."""
    part = treated.part
    unit_price = part.net / part.quantity
    description = _description(part, head.language)
    # Billit cuts unit prices and quantities at two decimals unless the account says otherwise (billit.md §5).
    splits = cents(unit_price) == unit_price and cents(part.quantity) == part.quantity
    return _line(
        treated,
        head,
        description if splits else _counted(part, description),
        quantity=part.quantity if splits else Decimal(1),
        unit_price_excl=cents(unit_price) if splits else part.net,
    )


def gross_line(treated: TreatedPart, head: LineContext) -> DraftLine:
    """Write a part with its gross amount leading."""
    return _line(
        treated,
        head,
        _description(treated.part, head.language),
        quantity=treated.part.quantity,
        incl_leading=True,
        total_incl=treated.part.gross,
    )


def rounding_line(amount: Decimal, code: str, account: int | None, head: LineContext) -> DraftLine:
    """Write a difference of some cents, in euros, without VAT."""
    return DraftLine(
        description=word("rounding", head.language),
        quantity=Decimal(1),
        unit_price_excl=amount,
        vat_percentage=Decimal(0),
        ventilation_code=_line_code(code, head),
        account_code=account,
    )


def _line(treated: TreatedPart, head: LineContext, description: str, **amounts: Any) -> DraftLine:
    part = treated.part
    return DraftLine(
        description=fitted(description),
        description_extended=_discounts([part], head.language),
        vat_percentage=treated.treatment.percentage,
        ventilation_code=_line_code(treated.treatment.code, head),
        reference=part.product.sku if part.product else None,
        account_code=treated.account,
        **amounts,
    )


# --- lines that add up ------------------------------------------------------------------------


def merged_gross_line(members: Sequence[TreatedPart], head: LineContext) -> DraftLine:
    """Add up the gross amounts of one group."""
    total = sum((treated.part.gross for treated in members), ZERO)
    return _merged(members, head, incl_leading=True, total_incl=total)


def merged_net_line(members: Sequence[TreatedPart], net: Decimal, head: LineContext) -> DraftLine:
    """Write one group with its net sum, in euros."""
    return _merged(members, head, unit_price_excl=net)


def _merged(members: Sequence[TreatedPart], head: LineContext, **amounts: Any) -> DraftLine:
    parts = [treated.part for treated in members]
    return DraftLine(
        quantity=Decimal(1),
        description=_contents(parts, head.language),
        description_extended=_discounts(parts, head.language),
        vat_percentage=members[0].treatment.percentage,
        ventilation_code=_line_code(members[0].treatment.code, head),
        account_code=members[0].account,
        **amounts,
    )


def _contents(parts: list[Part], language: Language) -> str:
    """Keep what a line holds as its text; counted where there is anything to count."""
    counts = any(part.quantity != 1 for part in parts)
    texts = [(part, _description(part, language)) for part in parts]
    return listed(
        [_counted(part, text) if counts and part.origin == "item" else text for part, text in texts], language
    )


# --- texts and codes --------------------------------------------------------------------------


def _line_code(code: str, head: LineContext) -> str | None:
    """The header's code covers its lines; only another one is said on the line (billit.md §4)."""
    return code if code and code != head.code else None


def _description(part: Part, language: Language) -> str:
    if part.origin == "discount":
        return " ".join(filter(None, (word("discount", language), clean(part.label))))
    return clean(part.label) or word(part.origin, language)


def _counted(part: Part, description: str) -> str:
    return f"{part.quantity.normalize():f} × {description}"


def _discounts(parts: list[Part], language: Language) -> str | None:
    """Name what was taken off; the line's own amounts are after it."""
    taken_off = [
        " ".join(filter(None, (word("discount", language), discount.code)))
        for part in parts
        for discount in part.discounts
        if discount.amount
    ]
    return fitted(", ".join(dict.fromkeys(taken_off))) if taken_off else None


_WRITERS: dict[FormName, Callable[[Sequence[TreatedPart], LineContext], list[DraftLine]]] = {
    "net lines": lambda parts, head: [net_line(treated, head) for treated in parts],
    "gross-led lines": lambda parts, head: [gross_line(treated, head) for treated in parts],
    "one gross-led line per rate": lambda parts, head: [
        merged_gross_line(members, head) for members in groups_of(parts)
    ],
}


def grouped(form: LineForm, parts: Sequence[TreatedPart], head: LineContext) -> LineForm:
    """Give the same document with its lines added up; the totals are those of `form`, to the cent."""
    groups = groups_of(parts)
    if form.name == "net lines":
        return form_of("net lines", [_net(members, head) for members in groups], grouped=True)
    if form.name == "gross-led lines":
        return _gross(form, groups, head)
    return form_of(form.name, form.lines, grouped=True)  # grouped already


def _net(members: list[TreatedPart], head: LineContext) -> DraftLine:
    if len(members) == 1:
        return net_line(members[0], head)
    return merged_net_line(members, sum((treated.part.net for treated in members), ZERO), head)


def _gross(form: LineForm, groups: list[list[TreatedPart]], head: LineContext) -> LineForm:
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
