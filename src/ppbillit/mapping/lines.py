"""The lines of a document: the plainest form whose total, by Billit's own arithmetic, is what was paid.

About one gross amount in six cannot be written as net plus rounded VAT at 21 % (29.99, 49, 97, 297 ...), so
lines come in three forms, tried in this order (DESIGN §5): net lines, gross-led lines, one gross-led line per
rate.  A form that is right under both roundings Billit may use goes before one that is right under one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.texts import Language, clean, fitted, word
from ppbillit.mapping.totals import Rounding, Totals, predict
from ppbillit.money import ZERO, cents, plain
from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.vat import Treatment

FormName = Literal["net lines", "gross-led lines", "one gross-led line per rate"]


@dataclass(frozen=True)
class TreatedPart:
    """A part with its VAT treatment and ledger account: all that a line is made of."""

    part: Part
    treatment: Treatment
    account: int | None


@dataclass(frozen=True)
class Form:
    """One way to write the lines, with the totals Billit would make of it under each rounding."""

    name: FormName
    lines: tuple[DraftLine, ...]
    predicted: dict[Rounding, Totals]

    def hits(self, total: Decimal, rounding: Rounding) -> bool:
        """Tell whether the gross total comes out under that rounding."""
        return self.predicted[rounding].gross == total


def write_lines(
    parts: Sequence[TreatedPart], total: Decimal, header: str | None, language: Language
) -> Form | Reason:
    """Give the lines whose predicted gross total is `total` (euros, positive), or say how near they come."""
    forms = [_form(name, writer(parts, header, language)) for name, writer in _WRITERS.items()]
    for roundings in (tuple(Rounding), (Rounding.KEPT,), (Rounding.RECOMPUTED,)):
        for form in forms:
            if all(form.hits(total, rounding) for rounding in roundings):
                return form
    closest = min(
        (totals.gross for form in forms for totals in form.predicted.values()),
        key=lambda gross: abs(gross - total),
    )
    return reason("total_unreachable", gross=plain(total), closest=plain(closest))


def _form(name: FormName, lines: tuple[DraftLine, ...]) -> Form:
    return Form(name, lines, {rounding: predict(lines, rounding) for rounding in Rounding})


def _net_lines(parts: Sequence[TreatedPart], header: str | None, language: Language) -> tuple[DraftLine, ...]:
    return tuple(_net_line(treated, header, language) for treated in parts)


def _net_line(treated: TreatedPart, header: str | None, language: Language) -> DraftLine:
    part = treated.part
    unit_price = part.net / part.quantity
    description = _description(part, language)
    # Billit cuts unit prices and quantities at two decimals unless the account says otherwise (sheet §5).
    splits = cents(unit_price) == unit_price and cents(part.quantity) == part.quantity
    return _line(
        treated,
        header,
        language,
        description if splits else _counted(part, description),
        quantity=part.quantity if splits else Decimal(1),
        unit_price_excl=cents(unit_price) if splits else part.net,
    )


def _gross_lines(
    parts: Sequence[TreatedPart], header: str | None, language: Language
) -> tuple[DraftLine, ...]:
    return tuple(
        _line(
            treated,
            header,
            language,
            _description(treated.part, language),
            quantity=treated.part.quantity,
            incl_leading=True,
            total_incl=treated.part.gross,
        )
        for treated in parts
    )


def _gross_line_per_rate(
    parts: Sequence[TreatedPart], header: str | None, language: Language
) -> tuple[DraftLine, ...]:
    """Add up per treatment and ledger account; the line keeps what it holds as its text."""
    groups: dict[tuple[Treatment, int | None], list[Part]] = defaultdict(list)
    for treated in parts:
        groups[treated.treatment, treated.account].append(treated.part)
    return tuple(
        DraftLine(
            quantity=Decimal(1),
            incl_leading=True,
            total_incl=sum((part.gross for part in members), ZERO),
            description=fitted(", ".join(_counted(part, _description(part, language)) for part in members)),
            vat_percentage=treatment.percentage,
            ventilation_code=_line_code(treatment, header),
            account_code=account,
        )
        for (treatment, account), members in groups.items()
    )


_WRITERS: dict[FormName, Callable[[Sequence[TreatedPart], str | None, Language], tuple[DraftLine, ...]]] = {
    "net lines": _net_lines,
    "gross-led lines": _gross_lines,
    "one gross-led line per rate": _gross_line_per_rate,
}


def _line(
    treated: TreatedPart, header: str | None, language: Language, description: str, **amounts: Any
) -> DraftLine:
    part = treated.part
    return DraftLine(
        description=fitted(description),
        description_extended=_discounts(part, language),
        vat_percentage=treated.treatment.percentage,
        ventilation_code=_line_code(treated.treatment, header),
        reference=part.product.sku if part.product else None,
        account_code=treated.account,
        **amounts,
    )


def _line_code(treatment: Treatment, header: str | None) -> str | None:
    """The header's code covers its lines; only another one is said on the line (billit sheet §4)."""
    return treatment.code if treatment.code and treatment.code != header else None


def _description(part: Part, language: Language) -> str:
    return clean(part.label) or word(part.origin, language)


def _counted(part: Part, description: str) -> str:
    return description if part.quantity == 1 else f"{part.quantity.normalize():f} × {description}"


def _discounts(part: Part, language: Language) -> str | None:
    """Name what was taken off; the line's own amounts are after it."""
    taken_off = [
        " ".join(filter(None, (word("discount", language), discount.code)))
        for discount in part.discounts
        if discount.amount
    ]
    return fitted(", ".join(dict.fromkeys(taken_off))) if taken_off else None
