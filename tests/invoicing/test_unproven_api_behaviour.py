"""Each unproven behaviour of the two APIs, switched the other way: the result is the same."""

from __future__ import annotations

import pytest

from support.shop_orders import sell, sell_abroad, sell_mixed, six_documents
from support.world import SENDING, EndState, World, document_key, new_world


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> EndState:
    """How it ends where everything is as it was thought to be."""
    with new_world(tmp_path_factory.mktemp("peace"), sending=SENDING) as world:
        six_documents(world)
        assert world.run_in_process("sync").returncode == 0
        return world.end_state()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "switch",
    [
        {"page_size": 2},
        {"page_size": 2, "next_page_link": "relative"},
        {"page_size": 2, "next_page_link": "foreign"},
        {"page_size": 2, "next_page_link": "absent"},
        {"page_size": 2, "equal_keys": "shuffled"},
        {"page_size": 2, "drift": "touch"},
        {"inline_count": False},
        {"top_ends_paging": True},
        {"text_compare": "ignore_case"},
        {"time_zone": "utc"},
        {"unknown_fields": True},
        {"unknown_enums": True},
        {"nulls": True},
        {"order_create_status": 201},
        {"bare_integer_type": "text"},
        {"wrong_id_status": 404},
        {"paid_unsent_status": "Paid"},
        {"idempotency_key_kept_on_refusal": True},
        {"idempotency_lifetime_seconds": 0},
        {"party_upsert": "matching"},
        {"match_external_id": True},
        {"match_overwrites": False},
        {"party_external_id_filter": "reject"},
        {"unknown_members": "reject"},
        {"any_letter_case": False},
        {"batch": "one_by_one"},
        {"second_company": True},
        {"language": "EN", "descriptions": False},
    ],
    ids=str,
)
def test_nothing_unproven_about_billit_changes_what_is_made_and_sent(
    world: World, wanted: EndState, switch: dict[str, object]
) -> None:
    """Otherwise: the real Billit differs in one of the points nobody could check, and invoices get doubled."""
    world.configure(sending=SENDING)
    world.emulator.office.switches.update(**switch)
    six_documents(world)
    assert world.run_in_process("sync").returncode == 0
    assert world.run_in_process("sync").returncode == 0
    assert world.end_state() == wanted
    assert not world.emulator.strays
    world.lose_state()
    assert world.run_in_process("sync").returncode == 78
    assert set(world.run_in_process("rebuild-state", "--json").outcomes.values()) == {"adopted"}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "switch",
    [
        {"date_filter": "utc"},
        {"date_filter": "ignored"},
        {"invoice_date": "timestamp_utc"},
        {"invoice_date": "timestamp_local"},
        {"links_lose_filters": True, "max_page_size": 2},
        {"shuffle_ties": True, "max_page_size": 2},
        {"drift": "move", "max_page_size": 2},
        {"known_includes": "sdk", "unknown_include": "ignore"},
        {"amounts": "numbers"},
        {"quantities": "text"},
        {"extra_fields": True},
        {"unknown_method": "wero", "unknown_provider": "whop"},
        {"wrap_single": False},
        {"tax_amount": "base"},
    ],
    ids=str,
)
def test_nothing_unproven_about_the_shop_changes_what_is_invoiced(
    world: World, switch: dict[str, object]
) -> None:
    """Otherwise: the real Plug&Pay differs in one of the points nobody could check, and orders get lost."""
    world.emulator.shop.switches.update(**switch)
    orders = [sell(world), sell_mixed(world), sell_abroad(world, days_ago=5)]
    # An order that drifts takes over the date of the one it changes places with, which must not be a real change.
    too_old = sell(world, days_ago=5 if "drift" in switch else 11)
    orders += [too_old] if "drift" in switch else []
    for _ in range(2):
        world.run_in_process("sync")
    without_shipping = switch.get("known_includes") == "sdk"  # then the mixed order does not add up
    assert set(world.totals()) == {
        document_key(each) for each in orders if not without_shipping or each != orders[1]
    }
    assert world.run_in_process("sync").returncode == 0
    assert (too_old in world.stages()) is ("drift" in switch)
