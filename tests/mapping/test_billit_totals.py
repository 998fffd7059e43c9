"""Billit's totals are predicted by Billit's own method."""

from __future__ import annotations

from decimal import Decimal

from ppbillit.billit.models import DraftLine
from ppbillit.mapping.billit_totals import Rounding, predict


def draft_line(rate: str, net: str | None = None, gross: str | None = None, quantity: str = "1") -> DraftLine:
    return DraftLine(
        description="x",
        quantity=Decimal(quantity),
        unit_price_excl=Decimal(net) if net else None,
        incl_leading=True if gross else None,
        total_incl=Decimal(gross) if gross else None,
        vat_percentage=Decimal(rate),
    )


def predicted(*lines: DraftLine) -> dict[str, tuple[str, str, str]]:
    found = {rounding.name: predict(lines, rounding) for rounding in Rounding}
    return {name: (str(one.net), str(one.vat), str(one.gross)) for name, one in found.items()}


def test_the_samples_of_billits_documentation_come_out() -> None:
    sample_b = (draft_line("21", "49.99", quantity="2"), draft_line("21", "-10.00"))
    assert set(predicted(*sample_b).values()) == {("89.98", "18.90", "108.88")}
    assert set(predicted(draft_line("21", "7.50")).values()) == {("7.50", "1.58", "9.08")}
    assert set(predicted(draft_line("21", gross="149.80", quantity="10")).values()) == {
        ("123.80", "26.00", "149.80")
    }


def test_the_two_roundings_of_gross_led_lines_differ_where_the_reference_says() -> None:
    lines = (
        draft_line("21", gross="97.00"),
        draft_line("21", gross="5.95"),
        draft_line("21", gross="-10.00"),
    )
    assert predicted(*lines) == {
        "KEPT": ("76.83", "16.12", "92.95"),
        "RECOMPUTED": ("76.83", "16.13", "92.96"),
    }


def test_net_led_and_gross_led_lines_of_one_rate_stand_together() -> None:
    lines = (draft_line("21", "7.50"), draft_line("21", gross="97.00"))
    assert predicted(*lines) == {
        "KEPT": ("87.67", "18.41", "106.08"),
        "RECOMPUTED": ("87.67", "18.41", "106.08"),
    }


def test_a_text_line_counts_for_nothing() -> None:
    assert set(predicted(DraftLine(description="only text")).values()) == {("0.00", "0.00", "0.00")}
