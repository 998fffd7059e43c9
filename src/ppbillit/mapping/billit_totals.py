"""What Billit will make of our lines: its own arithmetic, done here beforehand (billit.md §5).

Lines are rounded to cents, added up per VAT rate, and the VAT is taken once per rate; the invoice is the sum
of its rates.  For gross-led lines Billit's group VAT is undocumented, so both readings are predicted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ppbillit.money import ZERO, cents

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ppbillit.billit.models import DraftLine


class Rounding(Enum):
    """How Billit may take the VAT of gross-led lines."""

    KEPT = "gross amounts are kept: VAT is what lies between the gross and net sums"
    RECOMPUTED = "VAT is taken anew on the net sum"


@dataclass(frozen=True)
class Totals:
    """A document's totals in euros."""

    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """Net plus VAT (EN 16931 BR-CO-15)."""
        return self.net + self.vat


def predict(lines: Iterable[DraftLine], rounding: Rounding) -> Totals:
    """Give the totals Billit makes of these lines under one reading of its rounding."""
    groups: dict[Decimal, list[DraftLine]] = defaultdict(list)
    for line in lines:
        groups[line.vat_percentage or ZERO].append(line)
    net = vat = ZERO
    for rate, members in groups.items():
        net_of_rate = sum((net_of(line) for line in members), ZERO)
        gross_led = [line for line in members if line.incl_leading]
        if rounding is Rounding.KEPT:
            net_led = net_of_rate - sum((net_of(line) for line in gross_led), ZERO)
            gross_led_vat = sum(((line.total_incl or ZERO) - net_of(line) for line in gross_led), ZERO)
            vat += cents(net_led * rate / 100) + gross_led_vat
        else:
            vat += cents(net_of_rate * rate / 100)
        net += net_of_rate
    return Totals(net, vat)


def net_of(line: DraftLine) -> Decimal:
    """Give the net amount Billit makes of one line, in euros."""
    if line.incl_leading:
        return cents((line.total_incl or ZERO) / (1 + (line.vat_percentage or ZERO) / 100))
    return cents((line.quantity or ZERO) * (line.unit_price_excl or ZERO))
