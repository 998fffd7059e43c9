"""The forms in which the lines of a document can be written. `lines` chooses one of them."""

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
    from collections.abc import Sequence

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
class LineContext:
    """What the lines of one document have in common: its ventilation code and its language."""

    code: str | None
    language: Language


@dataclass(frozen=True)
class LineForm:
    """The lines of a document, written in one form, with the totals Billit computes for each rounding."""

    name: FormName
    lines: tuple[DraftLine, ...]
    predicted: dict[Rounding, Totals]
    grouped: bool = False

    def hits(self, total: Decimal, rounding: Rounding) -> bool:
        """Check whether Billit's gross total is `total`, in euros, with this rounding."""
        return self.predicted[rounding].gross == total

    def misses_by(self, total: Decimal) -> Decimal:
        """Return how many euros Billit's gross total can differ from `total`."""
        return max(abs(totals.gross - total) for totals in self.predicted.values())


def make_form(name: FormName, lines: Sequence[DraftLine], *, grouped: bool = False) -> LineForm:
    """Return lines as a form, with the totals predicted."""
    predicted = {rounding: predict(lines, rounding) for rounding in Rounding}
    return LineForm(name, tuple(lines), predicted, grouped)


def all_forms(parts: Sequence[TreatedPart], context: LineContext) -> list[LineForm]:
    """Return the parts written in every form, the plainest first."""
    merged = [_merged_gross_line(group, context) for group in _groups(parts)]
    return [
        make_form("net lines", [_net_line(part, context) for part in parts]),
        make_form("gross-led lines", [_gross_line(part, context) for part in parts]),
        make_form("one gross-led line per rate", merged),
    ]


def group_lines(form: LineForm, parts: Sequence[TreatedPart], context: LineContext) -> LineForm:
    """Return a document with the lines of each group merged. Its totals are those of `form`, to the cent."""
    groups = _groups(parts)
    if form.name == "net lines":
        return make_form("net lines", [_group_net_line(group, context) for group in groups], grouped=True)
    if form.name == "gross-led lines":
        return _group_gross_lines(form, groups, context)
    return make_form(form.name, form.lines, grouped=True)  # grouped already


def _groups(parts: Sequence[TreatedPart]) -> list[list[TreatedPart]]:
    """Return the parts by treatment and ledger account, in the order of the first of each."""
    groups: dict[tuple[Treatment, int | None], list[TreatedPart]] = defaultdict(list)
    for treated in parts:
        groups[treated.treatment, treated.account].append(treated)
    return list(groups.values())


def _group_net_line(group: list[TreatedPart], context: LineContext) -> DraftLine:
    if len(group) == 1:
        return _net_line(group[0], context)
    return _merged_net_line(group, sum((treated.part.net for treated in group), ZERO), context)


def _group_gross_lines(form: LineForm, groups: list[list[TreatedPart]], context: LineContext) -> LineForm:
    """Merge the gross-led lines of each group, unless that shifts a cent between net and VAT."""
    kept: list[DraftLine] = []
    nets = []
    for group in groups:
        single = [_gross_line(treated, context) for treated in group]
        merged = [_merged_gross_line(group, context)] if len(group) > 1 else single
        kept += merged if _net_sum(merged) == _net_sum(single) else single
        nets.append(_net_sum(single))
    shifts = len(kept) > len(groups)
    # If Billit's net is certain, a merged net line can hold it. Else only the gross total is known, and the lines
    # of such a group are not merged.
    if shifts and len(set(form.predicted.values())) == 1:
        net_lines = [_merged_net_line(group, net, context) for group, net in zip(groups, nets, strict=True)]
        return make_form("net lines", net_lines, grouped=True)
    return make_form("gross-led lines", kept, grouped=True)


def _net_sum(lines: list[DraftLine]) -> Decimal:
    return sum((net_of(line) for line in lines), ZERO)


# --- lines ------------------------------------------------------------------------------------


def _net_line(treated: TreatedPart, context: LineContext) -> DraftLine:
    """Return a line with the net price of one, if Billit can hold that price and the quantity."""
    part = treated.part
    unit_price = part.net / part.quantity
    description = _description(part, context.language)
    # Billit cuts unit prices and quantities at two decimals, unless the account is set otherwise (billit.md §5).
    if cents(unit_price) == unit_price and cents(part.quantity) == part.quantity:
        amounts = {"quantity": part.quantity, "unit_price_excl": cents(unit_price)}
    else:
        description = _counted(part, description)
        amounts = {"quantity": Decimal(1), "unit_price_excl": part.net}
    return _line([treated], context, fitted(description), reference=_sku(part), **amounts)


def _gross_line(treated: TreatedPart, context: LineContext) -> DraftLine:
    """Return a line whose gross amount leads."""
    part = treated.part
    return _line(
        [treated],
        context,
        fitted(_description(part, context.language)),
        reference=_sku(part),
        quantity=part.quantity,
        incl_leading=True,
        total_incl=part.gross,
    )


def _merged_gross_line(group: list[TreatedPart], context: LineContext) -> DraftLine:
    total = sum((treated.part.gross for treated in group), ZERO)
    return _merged_line(group, context, incl_leading=True, total_incl=total)


def _merged_net_line(group: list[TreatedPart], net: Decimal, context: LineContext) -> DraftLine:
    return _merged_line(group, context, unit_price_excl=net)


def _merged_line(group: list[TreatedPart], context: LineContext, **amounts: Any) -> DraftLine:
    return _line(group, context, _contents(group, context.language), quantity=Decimal(1), **amounts)


def _line(
    group: list[TreatedPart], context: LineContext, description: str, **amounts_and_reference: Any
) -> DraftLine:
    first = group[0]
    return DraftLine(
        description=description,
        description_extended=_discount_codes(group, context.language),
        vat_percentage=first.treatment.percentage,
        ventilation_code=_line_code(first.treatment.code, context),
        account_code=first.account,
        **amounts_and_reference,
    )


def rounding_line(amount: Decimal, code: str, account: int | None, context: LineContext) -> DraftLine:
    """Return a line without VAT for a difference of some cents, in euros."""
    return DraftLine(
        description=word("rounding", context.language),
        quantity=Decimal(1),
        unit_price_excl=amount,
        vat_percentage=Decimal(0),
        ventilation_code=_line_code(code, context),
        account_code=account,
    )


def _line_code(code: str, context: LineContext) -> str | None:
    """Return the code to write on a line, None if the header's code covers it (billit.md §4)."""
    return code if code and code != context.code else None


def _sku(part: Part) -> str | None:
    return part.product.sku if part.product else None


# --- texts ------------------------------------------------------------------------------------


def _description(part: Part, language: Language) -> str:
    if part.origin == "discount":
        return " ".join(filter(None, (word("discount", language), clean(part.label))))
    return clean(part.label) or word(part.origin, language)


def _counted(part: Part, description: str) -> str:
    return f"{part.quantity.normalize():f} × {description}"


def _contents(group: list[TreatedPart], language: Language) -> str:
    """Return what a merged line holds. Quantities are left out if all are one."""
    is_counted = any(treated.part.quantity != 1 for treated in group)
    texts = []
    for treated in group:
        description = _description(treated.part, language)
        counted = is_counted and treated.part.origin == "item"
        texts.append(_counted(treated.part, description) if counted else description)
    return listed(texts, language)


def _discount_codes(group: list[TreatedPart], language: Language) -> str | None:
    """Return the codes of the discounts that the line's amounts already include."""
    names = [
        " ".join(filter(None, (word("discount", language), discount.code)))
        for treated in group
        for discount in treated.part.discounts
        if discount.amount
    ]
    return fitted(", ".join(dict.fromkeys(names))) if names else None
