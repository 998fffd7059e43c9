"""Requests to Plug&Pay's API v2: reads that succeed or raise, relations the shop accepts, complete lists."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ppbillit.errors import KeysRefused, NotAllowed, PpbillitError
from ppbillit.http import Answered, HttpClient, Outcome, Refused
from ppbillit.plugandpay.pages import ListChanged, NotAList, read_all
from ppbillit.plugandpay.relations import INCLUDES, SDK_INCLUDES
from ppbillit.plugandpay.responses import fields_named, is_bad_request, is_oauth_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    Params = Mapping[str, str | int]

logger = logging.getLogger("ppbillit.plugandpay")


class PlugAndPayApi:
    """Requests to one shop.  Reads raise KeysRefused, NotAllowed, Unavailable and TryLater."""

    def __init__(self, transport: HttpClient) -> None:
        self.transport = transport
        self._includes = INCLUDES

    def get(self, template: str, params: Params | None = None, **fields: int) -> Answered | None:
        """Return the answer to a GET; None for 404.  Any other refusal raises."""
        return self.require_answer(self.transport.read(template, params, **fields))

    def get_with_relations(self, template: str, params: Params, **fields: int) -> Answered | None:
        """GET with all relations; if the shop refuses them, with the SDK's from then on (plugandpay.md §6.2)."""
        response = self.transport.read(template, {**params, "include": self._includes}, **fields)
        if self._includes == SDK_INCLUDES or not is_bad_request(response):
            return self.require_answer(response)
        # Only if this succeeds, the relations were what was refused.
        answer = self.get(template, {**params, "include": SDK_INCLUDES}, **fields)
        self._includes = SDK_INCLUDES
        logger.warning(
            "Plug&Pay refuses some of the relations asked for: in this run there is no shipping, no answer to a "
            "checkout question, and no link between an order and its credit invoice"
        )
        return answer

    def get_all(self, what: str, params: Params, *, relations: bool = False) -> list[Mapping[str, Any]]:
        """Return all rows of the list `what`, with the latest reading of each row last."""
        get = self.get_with_relations if relations else self.get

        def read_page(number: int) -> Any:
            answer = get(f"/v2/{what}", {**params, "page": number})
            if answer is None:
                raise NotAList  # 404: there is no such list at this address
            return answer.json()

        try:
            return read_all(read_page)
        except NotAList:
            raise self.transport.unavailable(f"gave something that is no list of {what}") from None
        except ListChanged:
            raise self.transport.unavailable(f"changed its list of {what} each time it was read") from None

    def patch(self, template: str, id_: int, body: Mapping[str, str]) -> Outcome:
        """Change an object.  May raise KeysRefused and TryLater: then nothing was done."""
        response = self.transport.write("PATCH", template, body, id=id_)
        match response:
            case Refused(status=HTTPStatus.UNAUTHORIZED) if not response.is_web_page:
                raise key_refused()
        return response

    def require_answer(self, response: Answered | Refused) -> Answered | None:
        """Return the response to a read; None for 404.  Any other refusal raises."""
        if isinstance(response, Answered):
            return response
        if response.status == HTTPStatus.NOT_FOUND:
            return None
        raise self.read_refused(response)

    def read_refused(self, refused: Refused) -> PpbillitError:
        """Return the error to raise for a refused read."""
        is_web_page = "html" in refused.content_type  # of the CDN, or of a filter (plugandpay.md §5)
        if refused.status == HTTPStatus.UNAUTHORIZED or is_oauth_error(refused):
            return key_refused()
        if refused.status == HTTPStatus.FORBIDDEN and not is_web_page:
            return NotAllowed(
                "Plug&Pay knows the key, but does not let it read what was asked for.",
                "Make the key with a login that may see orders and products, in the shop that is to be synced.",
            )
        return self.transport.unavailable(f"refused the question ({refused.status}{fields_named(refused)})")


def key_refused() -> KeysRefused:
    """Return the error to raise for a refused key."""
    return KeysRefused(
        "Plug&Pay does not accept the key.",
        "Make a new key in Plug&Pay under Settings → Developers (it is not the webhook key) and run "
        "`ppbillit connect plugandpay`, which asks for it.",
    )
