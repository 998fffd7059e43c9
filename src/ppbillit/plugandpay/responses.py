"""Parse Plug&Pay's responses: orders, products, payments, refusals; pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from ppbillit import http
from ppbillit.outcomes import Done, NotSent, Problem, Refused, Unknown
from ppbillit.plugandpay.models import Order, Payment, PricedProduct, UnreadableOrder, UnreadableProduct
from ppbillit.text import describe_validation_error

if TYPE_CHECKING:
    from ppbillit.outcomes import WriteOutcome

Model = TypeVar("Model", bound=BaseModel)


def parse_order(order_id: int, value: Mapping[str, Any]) -> Order | UnreadableOrder:
    """Return an order; one without a mode is unreadable, since it might be a test order."""
    try:
        order = Order.model_validate(value)
    except ValidationError as error:
        return UnreadableOrder(order_id, describe_validation_error(error))
    return order if order.mode else UnreadableOrder(order_id, "mode: is missing")


def parse_priced_product(product_id: int, value: Mapping[str, Any]) -> PricedProduct | UnreadableProduct:
    """Return a product with its prices."""
    try:
        return PricedProduct.model_validate(value)
    except ValidationError as error:
        return UnreadableProduct(product_id, describe_validation_error(error))


def parse_or_none(value: Any, model: type[Model]) -> Model | None:
    """Return an object; None if it cannot be read."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def parse_payment(answer: http.Answered) -> Payment | None:
    """Return a payment; None if the answer is none."""
    body = unwrap(answer)
    return parse_or_none(body, Payment) if isinstance(body, Mapping) and "status" in body else None


def parse_set_paid(response: http.Outcome) -> WriteOutcome[Payment]:
    """Return how setting an order to paid ended; Done only if the answer shows it paid (plugandpay.md §8.3)."""
    match response:
        case http.Answered():
            payment = parse_payment(response)
            is_paid = payment is not None and payment.status == "paid"
            return Done(payment) if payment and is_paid else Unknown("said yes, but not that it is paid")
        case http.Refused() if response.is_web_page:
            return Unknown(f"answered with a web page instead of a reason ({response.status})")
        case http.Refused(status=HTTPStatus.FORBIDDEN):
            return Refused(response.status)
        case http.Refused():
            return Refused(response.status, (Problem(f"HTTP {response.status}{fields_named(response)}"),))
        case http.NotSent(why):
            return NotSent(why)
    return Unknown(response.why)


def unwrap(response: http.Answered | http.Refused) -> Any:
    """Return the body, without the `data` around a single object (plugandpay.md §5); None if it is not JSON."""
    try:
        body = response.json()
    except http.NotJson:
        return None
    return body["data"] if isinstance(body, Mapping) and isinstance(body.get("data"), Mapping) else body


def is_bad_request(response: http.Answered | http.Refused) -> bool:
    """Check whether the parameters were refused, and not the token."""
    is_about_parameters = response.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    return is_about_parameters and not is_oauth_error(response)


def is_oauth_error(response: http.Answered | http.Refused) -> bool:
    """Check for a 400 about the token: `{"error": …, "error_description": …}` (plugandpay.md §5)."""
    return response.status == HTTPStatus.BAD_REQUEST and "error" in _object(response)


def fields_named(refused: http.Refused) -> str:
    """Return ", for …" with the fields that a 422 names.

    Its messages are left out: they are in the user's language and may quote values.
    """
    errors = _object(refused).get("errors")
    names = list(errors) if isinstance(errors, Mapping) else []
    fields = ", ".join(name for name in names if re.fullmatch(r"[\w.]{1,60}", name))
    return f", for {fields}" if fields else ""


def _object(response: http.Answered | http.Refused) -> Mapping[str, Any]:
    try:
        body = response.json()
    except http.NotJson:
        return {}
    return body if isinstance(body, Mapping) else {}
