"""What Billit's answers mean: refusals with their codes, outcomes of writes, rows of lists; pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ppbillit import http
from ppbillit.billit.models import Company, Debtor, Document, Numbered, UnreadableDocument
from ppbillit.outcomes import Done, KeyUsed, NotSent, Problem, Refused, Unknown, WriteOutcome
from ppbillit.text import describe_validation_error

Model = TypeVar("Model", bound=BaseModel)

# What may be odd in a row of a list: by none of it is told whose the row is, or who a debtor is.  Where it does
# matter, a document or debtor is read by itself, whole.
_MAY_BE_ODD: dict[type[BaseModel], frozenset[str]] = {
    Document: frozenset({
        "OrderDate", "TotalExcl", "TotalVAT", "TotalIncl", "Paid", "PaidDate", "ToPay", "OrderStatus", "IsSent",
        "CurrentDocumentDeliveryDetails", "Messages", "Customer", "LastModified",
    }),
    Debtor: frozenset({"Name", "DisplayName", "VATLiable", "LastModified"}),
    Company: frozenset({"Name", "VATNumber", "APIAllowed", "APIEnabledFeatures"}),
}  # fmt: skip

_KEY_CODES = {"apikeynotvalid", "invalidaccesstoken", "accesstokenexpired", "accesstokenrevoked"}
_ID = re.compile(r'\ufeff?\s*"?([1-9][0-9]{0,17})"?\s*')
_LONGEST_TEXT = 300


class NotAPage(Exception):  # noqa: N818  (reads as what it is)
    """An answer that does not hold what was asked for; says what is wrong with it, without values."""


def refusal(answer: http.Refused) -> Refused:
    """Read the codes of a refusal: `{"errors": [{"Code", "Description"}]}`, or anything else (billit.md §9.4).

    What is no JSON of that shape gets the code "Http<status>"; plain text comes along, web pages do not.
    """
    found = tuple(_problems(answer))
    return Refused(answer.status, found or (Problem(f"Http{answer.status}", _plain(answer)),))


def is_about_the_key(refused: Refused) -> bool:
    """Tell whether it is the key or token that is not accepted; a 401 alone does not say so (billit.md §14.13)."""
    return any(problem.code.lower() in _KEY_CODES for problem in refused.problems)


def names_no_reason(refused: Refused) -> bool:
    """Tell whether a refusal came without any code of Billit's: perhaps a gateway speaks, not Billit."""
    return all(problem.code == f"Http{refused.status}" for problem in refused.problems)


def made(result: http.Outcome) -> WriteOutcome[int]:
    """Say how a create ended: done only if the answer is the id of what was made (billit.md §3.5)."""
    outcome = done(result)
    if not isinstance(outcome, Done):
        return outcome
    number = _ID.fullmatch(result.text) if isinstance(result, http.Answered) else None
    return Done(int(number[1])) if number else Unknown("said yes, but gave no id")


def done(result: http.Outcome) -> WriteOutcome[None]:
    """Say how a command ended whose answer holds nothing of interest (billit.md §14.20)."""
    match result:
        case http.Answered():
            return Unknown("said yes, and errors with it") if any(_problems(result)) else Done(None)
        case http.Refused(status=HTTPStatus.CONFLICT):
            return KeyUsed()
        case http.Refused() if _is_page(result):
            return Unknown(f"answered with a web page instead of a reason ({result.status})")
        case http.Refused():
            return refusal(result)
        case http.NotSent(why):
            return NotSent(why)
    return Unknown(result.why)


def rows(answer: http.Answered, model: type[Model], key: str = "Items") -> tuple[list[Model], bool]:
    """Give the rows of a page, as far as they can be read, and whether it says there are more; raises NotAPage."""
    found = [as_far_as_readable(item, model) for item in _items(answer, key)]
    return found, bool(answer.json().get("NextPageLink"))


def as_far_as_readable(item: Any, model: type[Model]) -> Model:
    """Give a row, or one document, without what is odd in it: an odd date must not keep us from what is ours.

    Raises NotAPage where it could not be told any more whose it is: it might be ours, a namesake, or the buyer.
    """
    try:
        return model.model_validate(item)
    except ValidationError as error:
        odd = {detail["loc"][0] if detail["loc"] else "" for detail in error.errors()}
        if not odd <= _MAY_BE_ODD.get(model, frozenset()):
            raise NotAPage(describe_validation_error(error)) from None
    return row({name: value for name, value in item.items() if name not in odd}, model)


def documents(answer: http.Answered) -> list[Document | UnreadableDocument]:
    """Give the documents of a page, also those of which no more than the id can be read; raises NotAPage."""
    return [_document(item) for item in _items(answer, "Items")]


def _document(item: Any) -> Document | UnreadableDocument:
    try:
        return row(item, Document)
    except NotAPage:
        return UnreadableDocument(row(item, Numbered).order_id)


def _items(answer: http.Answered, key: str) -> list[Any]:
    body = answer.json()
    items = body.get(key) if isinstance(body, Mapping) else None
    if not isinstance(items, list):
        raise NotAPage(f"{key}: is missing")
    return items


def row(value: Any, model: type[Model]) -> Model:
    """Give one document, debtor or company, readable in every member; raises NotAPage."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise NotAPage(describe_validation_error(error)) from None


def _problems(answer: http.Answered | http.Refused) -> list[Problem]:
    try:
        body = answer.json()
    except http.NotJson:
        return []
    errors = body.get("errors") if isinstance(body, Mapping) else None
    found = errors if isinstance(errors, list) else []
    return [_problem(error) for error in found if isinstance(error, Mapping) and error.get("Code")]


def _problem(error: Mapping[str, Any]) -> Problem:
    return Problem(str(error["Code"]), str(error.get("Description") or "")[:_LONGEST_TEXT])


def _is_page(answer: http.Refused) -> bool:
    return "html" in answer.content_type or answer.text.lstrip().startswith("<")


def _plain(answer: http.Refused) -> str:
    text = answer.text.strip()
    is_words = text and text[0] not in "<{[" and "html" not in answer.content_type
    return text[:_LONGEST_TEXT] if is_words else ""


def has_code(refused: Refused, *codes: str) -> bool:
    """Tell whether Billit named one of these codes; their case varies (billit.md §9.4)."""
    named = {problem.code.casefold() for problem in refused.problems}
    return any(code.casefold() in named for code in codes)
