"""Access: user agent, Accept, key, rate limit, unknown routes (plugandpay.md §2 to §5)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator.plugandpay.conftest import Clock, ShopClient
    from ppbillit_emulator.plugandpay.shop import Shop


@pytest.mark.parametrize("sent", [None, "Bearer other", "test-key", "bearer test-key"])
def test_without_the_key_the_response_is_401_in_json(ask: ShopClient, sent: str | None) -> None:
    response = ask("/v2/orders", authorization=sent)
    assert response.status == 401
    assert json.loads(response.body) == {"message": "Unauthenticated."}


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "text/html, application/json"])
def test_an_accept_that_is_not_json_redirects_to_the_login_page(ask: ShopClient, accept: str | None) -> None:
    response = ask("/v2/orders", accept=accept)
    assert response.status == 302
    assert response.headers["Location"].startswith("https://admin.plugandpay.com/")
    assert response.headers["Content-Type"].startswith("text/html")


def test_another_user_agent_is_blocked_with_html_or_let_through(shop: Shop, ask: ShopClient) -> None:
    blocked = ask("/v2/orders", user_agent="python-httpx/0.28")
    assert (blocked.status, blocked.headers["Content-Type"]) == (403, "text/html; charset=UTF-8")
    shop.switches.wrong_user_agent = "accept"
    assert ask("/v2/orders", user_agent="python-httpx/0.28").status == 200


def test_an_unknown_route_gets_404_and_a_wrong_method_405(ask: ShopClient) -> None:
    assert ask("/v2/nothing").status == 404
    assert ask("/v1/orders").status == 404
    assert ask("/v2/orders/").status == 404
    wrong = ask("/v2/orders", "PUT")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("form,expected", [("seconds", "15"), ("absent", None)])
def test_an_enforced_rate_limit_refuses_until_the_minute_is_over(
    shop: Shop, ask: ShopClient, clock: Clock, form: str, expected: str | None
) -> None:
    clock.now += timedelta(seconds=45)
    shop.switches.update(rate_limit_enforced=True, rate_limit_per_minute=1, retry_after=form)
    assert ask("/v2/orders").headers["X-RateLimit-Remaining"] == "0"
    refused = ask("/v2/orders")
    assert (refused.status, json.loads(refused.body)) == (429, {"message": "Too Many Attempts."})
    assert refused.headers.get("Retry-After") == expected
    clock.now += timedelta(seconds=15)
    assert ask("/v2/orders").status == 200


def test_retry_after_may_be_a_date(shop: Shop, ask: ShopClient) -> None:
    shop.switches.update(rate_limit_enforced=True, rate_limit_per_minute=0, retry_after="date")
    assert ask("/v2/orders").headers["Retry-After"] == "Mon, 12 Oct 2026 07:16:00 GMT"


def test_the_rate_limit_headers_can_be_absent(shop: Shop, ask: ShopClient) -> None:
    shop.switches.rate_limit_headers = False
    assert "X-RateLimit-Limit" not in ask("/v2/orders").headers
