"""What stands before every route: the edge, Laravel's login, the key, the rate (plugandpay sheet §2-5)."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ppbillit.emulator.plugandpay.answers import RefusedError, message
from ppbillit.emulator.wire import Response, html

if TYPE_CHECKING:
    from ppbillit.emulator.plugandpay.shop import Shop
    from ppbillit.emulator.wire import Request

USER_AGENT = "CustomApiCall/2"
LOGIN_PAGE = "https://admin.plugandpay.com/login"
OPEN_ROUTES = {"/v2/countries"}  # §1: answers without a key
MINUTE = 60


def check(shop: Shop, request: Request) -> None:
    """Raise RefusedError unless the request may pass: user agent, then Accept, then key, as a stack would."""
    refuse = shop.switches.wrong_user_agent == "refuse"
    if refuse and request.headers.get("user-agent") != USER_AGENT:
        raise RefusedError(html(403, "Sorry, you have been blocked"))
    if not _wants_json(request.headers.get("accept", "")):
        raise RefusedError(html(302, "Redirecting to login", Location=LOGIN_PAGE))
    if request.path not in OPEN_ROUTES and request.headers.get("authorization") != f"Bearer {shop.key}":
        raise RefusedError(message(401, "Unauthenticated."))


def _wants_json(accept: str) -> bool:
    """Laravel asks whether the first type named is a JSON one; `*/*` is not."""
    first = re.split("[,;]", accept)[0].strip().lower()
    return first.endswith(("/json", "+json"))


class Throttle:
    """Counts requests per minute of the shop's clock (plugandpay sheet §4: Laravel's ways, a guess)."""

    def __init__(self) -> None:
        self._minute = datetime.min.replace(tzinfo=UTC)
        self._count = 0

    def count(self, now: datetime) -> None:
        """Note one request."""
        minute = now.replace(second=0, microsecond=0)
        self._count = self._count + 1 if minute == self._minute else 1
        self._minute = minute

    def check(self, shop: Shop) -> None:
        """Raise 429 where the limit is enforced and passed."""
        switches = shop.switches
        if not switches.rate_limit_enforced or self._count <= switches.rate_limit_per_minute:
            return
        now = shop.now()
        over = datetime.fromtimestamp((now.timestamp() // MINUTE + 1) * MINUTE, UTC)
        headers = {"X-RateLimit-Reset": str(int(over.timestamp()))}
        if switches.retry_after == "seconds":
            headers["Retry-After"] = str(math.ceil((over - now).total_seconds()))
        elif switches.retry_after == "date":
            headers["Retry-After"] = format_datetime(over, usegmt=True)
        raise RefusedError(message(429, "Too Many Attempts.", **headers))

    def mark(self, shop: Shop, response: Response) -> Response:
        """Add the headers that say how much is left."""
        if not shop.switches.rate_limit_headers:
            return response
        limit = shop.switches.rate_limit_per_minute
        left = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - self._count))}
        return Response(response.status, response.body, {**left, **response.headers})
