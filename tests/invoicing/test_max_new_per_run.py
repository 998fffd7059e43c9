"""A run that would make more documents than `max_new_per_run` stops before the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.shop_orders import six_documents

if TYPE_CHECKING:
    from support.world import World


@pytest.mark.parametrize("way", ["flag", "config"])
def test_the_brake_stops_a_run_before_its_first_document(world: World, way: str) -> None:
    """Otherwise: a wrong go-live date makes a thousand invoices before anybody sees the first."""
    six_documents(world)
    flags = ["--max-new", "5"] if way == "flag" else []
    world.configure(sync={"max_new_per_run": 5} if way == "config" else {})
    result = world.run("sync", *flags)
    assert result.returncode == 3
    assert "6 new documents" in result.stderr
    assert "--max-new 6" in result.stderr
    assert (world.writes(), world.totals()) == (0, {})
    assert world.run("sync", "--max-new", "6").returncode == 0
    assert len(world.totals()) == 6
