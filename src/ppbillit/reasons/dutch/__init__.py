"""The catalogue in Dutch: the same codes and the same facts as in `english`, for who runs a Flemish or Dutch shop.

What Billit calls "klant" in its own screens is the debtor.  "ze" and "haar" are the order or its invoice.
"""

from __future__ import annotations

from ppbillit.reasons.dutch.afterwards import AFTERWARDS
from ppbillit.reasons.dutch.making import MAKING
from ppbillit.reasons.dutch.terms import in_dutch

DUTCH: dict[str, tuple[str, str]] = {**MAKING, **AFTERWARDS}

__all__ = ["DUTCH", "in_dutch"]
