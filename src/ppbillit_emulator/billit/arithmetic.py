"""Billit's arithmetic: from posted lines to the totals of lines, VAT groups and document (billit.md §5).

All amounts are euros, rounded half away from zero. A net line rounds its net amount, and VAT is computed once per
group. A gross-led line starts from its gross amount. Which VAT a group of gross-led lines has is not documented:
a switch chooses between the two possibilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ppbillit_emulator.billit.switches import ArithmeticSwitches

ZERO: Final = Decimal(0)
_CENT: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class PostedLine:
    """The numbers of a line as posted; a text line has none."""

    rate: Decimal = ZERO
    code: str = ""
    quantity: Decimal = ZERO
    unit_price_excl: Decimal | None = None
    unit_price_incl: Decimal | None = None
    total_incl: Decimal | None = None
    reduction: Decimal = ZERO
    incl_leading: bool = False


@dataclass(frozen=True)
class ComputedLine:
    """The numbers of a line as Billit computes them."""

    rate: Decimal
    code: str
    quantity: Decimal
    unit_price_excl: Decimal
    reduction: Decimal
    incl_leading: bool
    excl: Decimal
    vat: Decimal
    incl: Decimal


@dataclass(frozen=True)
class VatGroup:
    """The totals of one ventilation code and rate."""

    code: str
    rate: Decimal
    excl: Decimal
    vat: Decimal

    @property
    def incl(self) -> Decimal:
        """Return the gross amount."""
        return self.excl + self.vat


@dataclass(frozen=True)
class Totals:
    """The totals of a document."""

    lines: tuple[ComputedLine, ...]
    groups: tuple[VatGroup, ...]

    @property
    def excl(self) -> Decimal:
        """Return the net total, the sum of the groups."""
        return sum((group.excl for group in self.groups), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        """Return the VAT total, the sum of the groups."""
        return sum((group.vat for group in self.groups), Decimal("0.00"))

    @property
    def incl(self) -> Decimal:
        """Return the gross total."""
        return self.excl + self.vat


def round2(amount: Decimal) -> Decimal:
    """Round to the cent, halves away from zero."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def limit_decimals(amount: Decimal, decimals: int, mode: str) -> Decimal:
    """Keep as many decimals as the account setting says; the others are ignored."""
    step = Decimal(1).scaleb(-decimals)
    return amount.quantize(step, ROUND_DOWN if mode == "cut" else ROUND_HALF_UP)


def compute_totals(lines: Sequence[PostedLine], rules: ArithmeticSwitches) -> Totals:
    """Compute the lines, then the VAT of each group."""
    computed = tuple(_compute_line(line, rules) for line in lines)
    groups: dict[tuple[str, Decimal], list[ComputedLine]] = {}
    for line, posted in zip(computed, lines, strict=True):
        if not _is_text(posted):
            groups.setdefault((line.code, line.rate.normalize()), []).append(line)
    return Totals(computed, tuple(_group(members, rules) for members in groups.values()))


def _is_text(line: PostedLine) -> bool:
    return line.unit_price_excl is None and line.unit_price_incl is None and line.total_incl is None


def _compute_line(line: PostedLine, rules: ArithmeticSwitches) -> ComputedLine:
    quantity = limit_decimals(line.quantity, rules.quantity_decimals, rules.decimals_mode)
    kept = 1 - line.reduction / _HUNDRED
    factor = 1 + line.rate / _HUNDRED
    if line.incl_leading:
        incl = _gross(line, quantity, kept, rules)
        excl = round2(incl / factor)
        divisor = quantity * kept
        unit = limit_decimals(excl / divisor if divisor else ZERO, rules.unit_price_decimals, "round")
    else:
        unit = limit_decimals(line.unit_price_excl or ZERO, rules.unit_price_decimals, rules.decimals_mode)
        excl = round2(quantity * unit * kept)
        incl = excl + round2(excl * line.rate / _HUNDRED)
    return ComputedLine(
        rate=line.rate,
        code=line.code,
        quantity=quantity,
        unit_price_excl=unit,
        reduction=line.reduction,
        incl_leading=line.incl_leading,
        excl=excl,
        vat=incl - excl,
        incl=incl,
    )


def _gross(line: PostedLine, quantity: Decimal, kept: Decimal, rules: ArithmeticSwitches) -> Decimal:
    """Return the gross amount of a gross-led line: its total if given, else from the unit price."""
    if line.total_incl is not None:
        given = limit_decimals(line.total_incl, 2, rules.decimals_mode)
        return round2(given * kept) if rules.total_incl_before_reduction else given
    unit = limit_decimals(line.unit_price_incl or ZERO, rules.unit_price_decimals, rules.decimals_mode)
    return round2(quantity * unit * kept)


def _group(lines: Sequence[ComputedLine], rules: ArithmeticSwitches) -> VatGroup:
    rate = lines[0].rate
    excl = _sum(line.excl for line in lines)
    if rules.gross_group_vat == "recomputed":
        return VatGroup(lines[0].code, rate, excl, round2(excl * rate / _HUNDRED))
    # In a mixed group the gross-led lines keep their own VAT, and the net lines share one rounding.
    kept = _sum(line.vat for line in lines if line.incl_leading)
    net = _sum(line.excl for line in lines if not line.incl_leading)
    return VatGroup(lines[0].code, rate, excl, kept + round2(net * rate / _HUNDRED))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))
