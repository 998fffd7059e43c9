"""Whether a price, sold once by itself, can be written as net plus rounded VAT, and what Billit makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ppbillit.mapping.amounts import Part
from ppbillit.mapping.line_forms import LineContext, LineForm, TreatedPart, all_forms
from ppbillit.mapping.lines import write_lines
from ppbillit.mapping.vat_facts import without_zeros
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
    `gross_led` is Billit's total if the gross price leads, for each of its roundings. `form` is how ppbillit
    writes it, or why it cannot.
    """

    gross: Decimal
    percentage: Decimal
    net_led: tuple[Decimal, ...]
    gross_led: dict[Rounding, Decimal]
    form: LineForm | Reason

    @property
    def fits(self) -> bool:
        """Check whether some net amount plus its rounded VAT is the price."""
        return self.net_led == (self.gross,)


def judge_price(net: Decimal, gross: Decimal, percentage: Decimal, rules: Rules) -> JudgedPrice:
    """Return what becomes of a price of the shop, net and gross euros, in the seller's own country."""
    net, gross, percentage = cents(net), cents(gross), without_zeros(percentage)
    treatment = Treatment("domestic", percentage, country=rules.vat.seller_country)
    part = Part("item", None, Decimal(1), net, gross, Rate(percentage=percentage))
    parts, context = [TreatedPart(part, treatment, None)], LineContext(None, "NL")
    led = next(form for form in all_forms(parts, context) if form.name == "gross-led lines")
    return JudgedPrice(
        gross,
        percentage,
        _net_led(gross, percentage),
        {rounding: totals.gross for rounding, totals in led.predicted.items()},
        write_lines(parts, gross, context, rules),
    )


def _net_led(gross: Decimal, percentage: Decimal) -> tuple[Decimal, ...]:
    """Return the gross amounts of the net prices around a gross price. A cent more net is always more gross."""
    middle = cents(gross / (1 + percentage / 100))
    around = sorted({_with_vat(middle + step * CENT, percentage) for step in (-1, 0, 1)})
    if gross in around:
        return (gross,)
    return (max(made for made in around if made < gross), min(made for made in around if made > gross))


def _with_vat(net: Decimal, percentage: Decimal) -> Decimal:
    return net + cents(net * percentage / 100)
