"""The routes that write to Billit, and the ways in which the answer to a write can get lost."""

from __future__ import annotations

from ppbillit_emulator import FaultKind

ROUTES = {
    "debtor": r"^/v1/parties$",
    "document": r"^/v1/orders$",
    "sending": r"^/v1/orders/commands/send$",
}
BEFORE_STORING = [
    FaultKind.ERROR_500_BEFORE,
    FaultKind.HTML_200_BEFORE,
    FaultKind.REDIRECT_302,
    FaultKind.BAD_GATEWAY_502,
    FaultKind.CLOSE_BEFORE,
    FaultKind.RESET_BEFORE,
]
AFTER_STORING = [
    FaultKind.ERROR_500_AFTER,
    FaultKind.HTML_200_AFTER,
    FaultKind.BAD_GATEWAY_AFTER,
    FaultKind.CLOSE_AFTER,
    FaultKind.RESET_AFTER,
    FaultKind.HALF_BODY_AFTER,
    FaultKind.LATE_AFTER,
    FaultKind.LATENCY,
    FaultKind.EMPTY_200,
    FaultKind.WRONG_CONTENT_TYPE,
]

WRITE_PATHS = ["/v1/parties", "/v1/orders", "/v1/orders/commands/send"]
