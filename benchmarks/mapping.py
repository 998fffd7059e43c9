"""Print how many orders a second are mapped: `make bench`.  A figure to compare, not a test.

It maps the golden orders again and again, and for a ratio that means the same on every machine also reads them
from JSON: mapping should not cost many times what reading costs.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import simplejson
from pydantic import ValidationError

from ppbillit.cli.wiring import rules_of
from ppbillit.config import Config
from ppbillit.mapping.mapper import map_order
from ppbillit.plugandpay.models import Order

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = Path(__file__).parents[1] / "tests" / "golden" / "orders"
SECONDS = 3.0
CONFIG = {
    "plugandpay": {"api_key": "shop-key"},
    "billit": {"api_key": "billit-key", "party_id": 574991},
    "sync": {"go_live": "2026-10-01"},
}


def per_second(work: Callable[[], int]) -> float:
    """Return how many of what `work` counts are done in a second."""
    done, began = work(), time.perf_counter()  # the first round warms up
    done = 0
    while time.perf_counter() - began < SECONDS:
        done += work()
    return done / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    rules = rules_of(Config.model_validate(CONFIG), "4711")
    texts, orders = [], []
    for path in sorted(ORDERS.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        try:
            orders.append(Order.model_validate(simplejson.loads(text, use_decimal=True)))
        except ValidationError:
            continue  # one that cannot be read, on purpose
        texts.append(text)

    def read() -> int:
        return len([Order.model_validate(simplejson.loads(text, use_decimal=True)) for text in texts])

    def mapped() -> int:
        return len([map_order(order, rules) for order in orders])

    reading, mapping = per_second(read), per_second(mapped)
    sys.stdout.write(
        f"{len(orders)} golden orders: {reading:,.0f} read from JSON a second, {mapping:,.0f} mapped a second; "
        f"mapping takes {reading / mapping:.1f} times as long as reading\n"
    )


if __name__ == "__main__":
    main()
