"""Parse Billit's responses: refusals and their codes, outcomes of writes, rows of lists; pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ppbillit import http
from ppbillit.billit.models import Company, Debtor, Document, NumberedDocument, UnreadableDocument
from ppbillit.outcomes import Done, KeyUsed, NotSent, Problem, Refused, Unknown, WriteOutcome
from ppbillit.text import describe_validation_error

Model = TypeVar("Model", bound=BaseModel)

# Members of a row that may be unreadable: none of them identifies whose document or which debtor it is.  Where
# they matter, the document or debtor is read by its id, in full.
_MAY_BE_UNREADABLE: dict[type[BaseModel], frozenset[str]] = {
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


class UnexpectedResponse(Exception):  # noqa: N818  (reads as what it is)
    """A response that does not hold what was requested.  Its text says what is wrong, without values."""


# --- refusals ---------------------------------------------------------------------------------


def parse_refusal(response: http.Refused) -> Refused:
    """Read the codes of a refusal: `{"errors": [{"Code", "Description"}]}`, or anything else (billit.md §9.4).

    Anything else gets the code "Http<status>", with its text if that is plain text.
    """
    found = _problems(response)
    return Refused(response.status, found or (Problem(f"Http{response.status}", _plain_text(response)),))


def concerns_key(refused: Refused) -> bool:
    """Check whether the key or token was refused; a 401 alone does not say so (billit.md §14.13)."""
    return has_code(refused, *_KEY_CODES)


def names_no_reason(refused: Refused) -> bool:
    """Check whether a refusal has no code of Billit's: it may come from a gateway."""
    return all(problem.code == f"Http{refused.status}" for problem in refused.problems)


def has_code(refused: Refused, *codes: str) -> bool:
    """Check whether Billit named one of these codes; their case varies (billit.md §9.4)."""
    named = {problem.code.casefold() for problem in refused.problems}
    return any(code.casefold() in named for code in codes)


def _problems(response: http.Answered | http.Refused) -> tuple[Problem, ...]:
    try:
        body = response.json()
    except http.NotJson:
        return ()
    errors = body.get("errors") if isinstance(body, Mapping) else None
    return tuple(
        Problem(str(error["Code"]), str(error.get("Description") or "")[:_LONGEST_TEXT])
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, Mapping) and error.get("Code")
    )


def _plain_text(response: http.Refused) -> str:
    text = response.text.strip()
    is_plain = text and text[0] not in "<{[" and "html" not in response.content_type
    return text[:_LONGEST_TEXT] if is_plain else ""


# --- outcomes of writes -----------------------------------------------------------------------


def parse_created(response: http.Outcome) -> WriteOutcome[int]:
    """Return how a create ended; Done only if the body is the id of the new object (billit.md §3.5)."""
    outcome = parse_write(response)
    if not isinstance(outcome, Done):
        return outcome
    number = _ID.fullmatch(response.text) if isinstance(response, http.Answered) else None
    return Done(int(number[1])) if number else Unknown("said yes, but gave no id")


def parse_write(response: http.Outcome) -> WriteOutcome[None]:
    """Return how a write ended whose response holds nothing of interest (billit.md §14.20)."""
    match response:
        case http.Answered():
            return Unknown("said yes, and errors with it") if _problems(response) else Done(None)
        case http.Refused(status=HTTPStatus.CONFLICT):
            return KeyUsed()
        case http.Refused() if response.is_web_page:
            return Unknown(f"answered with a web page instead of a reason ({response.status})")
        case http.Refused():
            return parse_refusal(response)
        case http.NotSent(why):
            return NotSent(why)
    return Unknown(response.why)


# --- objects and rows: raise UnexpectedResponse -----------------------------------------------


def parse(value: Any, model: type[Model]) -> Model:
    """Return one document, debtor or company; every member must be readable."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise UnexpectedResponse(describe_validation_error(error)) from None


def parse_partially(value: Any, model: type[Model]) -> Model:
    """Return one object without the values that cannot be read: a strange date must not hide what is ours.

    Raise UnexpectedResponse if an identifying member cannot be read: the object might be ours, a namesake, or the
    buyer.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        unreadable = {detail["loc"][0] if detail["loc"] else "" for detail in error.errors()}
        if not unreadable <= _MAY_BE_UNREADABLE.get(model, frozenset()):
            raise UnexpectedResponse(describe_validation_error(error)) from None
    return parse({name: member for name, member in value.items() if name not in unreadable}, model)


def parse_rows(answer: http.Answered, model: type[Model], member: str = "Items") -> list[Model]:
    """Return the rows of a page, each without the values that cannot be read."""
    return [parse_partially(item, model) for item in _items(answer, member)]


def parse_documents(answer: http.Answered) -> list[Document | UnreadableDocument]:
    """Return the documents of a page, including those of which only the id can be read."""
    return [_document(item) for item in _items(answer, "Items")]


def has_next_page(answer: http.Answered) -> bool:
    """Check whether a page links to a next one."""
    return bool(answer.json().get("NextPageLink"))


def _document(item: Any) -> Document | UnreadableDocument:
    try:
        return parse(item, Document)
    except UnexpectedResponse:
        return UnreadableDocument(parse(item, NumberedDocument).order_id)


def _items(answer: http.Answered, member: str) -> list[Any]:
    body = answer.json()
    items = body.get(member) if isinstance(body, Mapping) else None
    if not isinstance(items, list):
        raise UnexpectedResponse(f"{member}: is missing")
    return items
