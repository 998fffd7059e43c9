"""A price by itself, sold once: whether it can be written as net plus rounded VAT, and what Billit makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.mapping.amounts import Part
from ppbillit.mapping.line_forms import LineContext, LineForm, TreatedPart, forms_of
from ppbillit.mapping.lines import write_lines
from ppbillit.mapping.vat_facts import tidy
from ppbillit.mapping.vat_table import Treatment
from ppbillit.money import CENT, cents
from ppbillit.plugandpay.models import Rate

if TYPE_CHECKING:
    from ppbillit.mapping.billit_totals import Rounding
    from ppbillit.mapping.rules import Rules
    from ppbillit.reasons import Reason


@dataclass(frozen=True)
class JudgedPrice:
    """A gross price in euros at a rate in percent.

    `net_led` are the gross amounts that net prices give: the price itself, or the nearest below and above it.
    `gross_led` is what Billit makes of the price leading, under each of its roundings.  `form` is how ppbillit
    writes it, or why it does not.
    """

    gross: Decimal
    percentage: Decimal
    net_led: tuple[Decimal, ...]
    gross_led: dict[Rounding, Decimal]
    form: LineForm | Reason

    @property
    def fits(self) -> bool:
        """Tell whether some net amount plus its rounded VAT is the price."""
        return self.net_led == (self.gross,)


def judge(net: Decimal, gross: Decimal, percentage: Decimal, rules: Rules) -> JudgedPrice:
    """Judge a price, given in euros as the shop has it, of something sold by itself at home."""
    net, gross, percentage = cents(net), cents(gross), tidy(percentage)
    treatment = Treatment("domestic", percentage, country=rules.vat.seller_country)
    part = Part("item", None, Decimal(1), net, gross, Rate(percentage=percentage))
    parts, head = [TreatedPart(part, treatment, None)], LineContext(None, "NL")
    led = next(form for form in forms_of(parts, head) if form.name == "gross-led lines")
    return JudgedPrice(
        gross,
        percentage,
        _net_led(gross, percentage),
        {rounding: totals.gross for rounding, totals in led.predicted.items()},
        write_lines(parts, gross, head, rules),
    )


def _net_led(gross: Decimal, percentage: Decimal) -> tuple[Decimal, ...]:
    """Give the gross amounts of the net prices around a gross one: more net is more gross, cent by cent."""
    middle = cents(gross / (1 + percentage / 100))
    around = sorted({_with_vat(middle + step * CENT, percentage) for step in (-1, 0, 1)})
    if gross in around:
        return (gross,)
    return (max(made for made in around if made < gross), min(made for made in around if made > gross))


def _with_vat(net: Decimal, percentage: Decimal) -> Decimal:
    return net + cents(net * percentage / 100)
