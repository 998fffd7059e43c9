"""The OData v3 $filter of Billit's lists, over a whitelist of properties (billit.md §8.1)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from ppbillit_emulator.billit.errors import BillitError, generic_error
from ppbillit_emulator.billit.request_body import BAD_DATE, parse_date, typed_names

if TYPE_CHECKING:
    from ppbillit_emulator.billit.switches import BillitSwitches

Row = Mapping[str, Any]
Predicate = Callable[[Row], bool]
Type = Literal["text", "number", "bool", "date"]

ORDER_TYPE_NAME: Final = "Domain.Order.OrderPartyPerformanceSafeColumns"
PARTY_TYPE_NAME: Final = "Domain.Party.Party"


# All other properties were switched off on 17 March 2026.
ORDER_PROPERTIES: Final[dict[str, Type]] = typed_names(
    text=(
        "OrderDirection OrderType OrderNumber OrderStatus ExternalProviderID Currency PaymentReference "
        "ApprovalStatus PaymentMethod Reference ExternalProvider"
    ),
    number=(
        "OrderID CounterParty/PartyID CompanyID TotalExcl TotalVAT TotalIncl FXRateToForeign RemindersSent"
    ),
    bool="ExportedToConnector AccountantVerificationNeeded Paid IsSent",
    date="OrderDate ExpiryDate LastModified Created PaidDate",
)
PARTY_PROPERTIES: Final[dict[str, Type]] = typed_names(
    text="PartyType VATNumber Name Nr", number="PartyID", date="LastModified Created"
)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TOKENS: Final = re.compile(
    r"\s*(?:(?P<date>datetime'[^']*')|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?[mMdDlL]?(?!\w))"
    r"|(?P<word>[A-Za-z_][\w/]*)|(?P<mark>[(),]))",
    re.IGNORECASE | re.ASCII,
)


class _Token(NamedTuple):
    kind: str
    text: str


class _Operand(NamedTuple):
    type: Type | None  # None: the null literal
    value: Callable[[Row], Any]


def parse_filter(
    text: str, properties: Mapping[str, Type], type_name: str, switches: BillitSwitches
) -> Predicate:
    """Return the predicate of a $filter; raise an error for a wrong syntax or a property off the whitelist."""
    parser = _Parser(_tokens(text), properties, type_name, switches)
    predicate = parser.either()
    if parser.peek() is not None:
        raise _syntax(text)
    return predicate


def check_property(name: str, properties: Mapping[str, Type], type_name: str) -> None:
    """Raise an error for a property that is not on the whitelist."""
    if name not in properties:
        raise generic_error(f"Could not find a property named '{name}' on type '{type_name}'.")


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKENS.match(stripped, position)
        if match is None or match.lastgroup is None:
            raise _syntax(text)
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """A recursive descent parser: or, and, not, comparison."""

    def __init__(
        self, tokens: list[_Token], properties: Mapping[str, Type], type_name: str, switches: BillitSwitches
    ) -> None:
        self._tokens = tokens
        self._position = 0
        self._properties = properties
        self._type_name = type_name
        self._switches = switches

    def peek(self) -> _Token | None:
        """Return the next token without consuming it."""
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def either(self) -> Predicate:
        """Parse a chain of `or`."""
        left = self._both()
        while self._took("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Predicate:
        left = self._inverted()
        while self._took("and"):
            left = _and(left, self._inverted())
        return left

    def _inverted(self) -> Predicate:
        if self._took("not"):
            inner = self._inverted()
            return lambda row: not inner(row)
        return self._comparison()

    def _comparison(self) -> Predicate:
        if self._took("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._next_is_function():
            return self._function()
        left = self._operand()
        token = self.peek()
        if token is None or token.kind != "word" or token.text not in _COMPARE:
            if left.type == "bool":  # `$filter=Paid` is a filter
                return lambda row: bool(left.value(row))
            raise _syntax(" ".join(each.text for each in self._tokens))
        self._position += 1
        return self._compare(left, token.text, self._operand())

    def _compare(self, left: _Operand, word: str, right: _Operand) -> Predicate:
        if None not in (left.type, right.type) and left.type != right.type:
            raise generic_error("A binary operator with incompatible types was detected.")
        compare, fold = _COMPARE[word], self._switches.text_compare == "ignore_case"

        def holds(row: Row) -> bool:
            one, other = left.value(row), right.value(row)
            if one is None or other is None:
                return compare(one, other) if word in ("eq", "ne") else False
            if fold and isinstance(one, str):
                return compare(one.casefold(), other.casefold())
            return compare(one, other)

        return holds

    def _next_is_function(self) -> bool:
        token = self.peek()
        return (
            token is not None
            and token.text in ("substringof", "startswith")
            and self._position + 1 < len(self._tokens)
            and self._tokens[self._position + 1].text == "("
        )

    def _function(self) -> Predicate:
        name = self._take().text
        if not self._switches.substring_functions:
            raise generic_error(f"An unknown function with name '{name}' was found.")
        self._expect("(")
        one = self._operand()
        self._expect(",")
        other = self._operand()
        self._expect(")")
        if name == "substringof":  # v3: the part comes first
            return lambda row: str(one.value(row)).casefold() in str(other.value(row) or "").casefold()
        return lambda row: str(one.value(row) or "").casefold().startswith(str(other.value(row)).casefold())

    def _operand(self) -> _Operand:
        token = self._take()
        if token.kind == "word" and token.text not in ("true", "false", "null"):
            name = token.text
            check_property(name, self._properties, self._type_name)
            return _Operand(self._properties[name], lambda row: row.get(name))
        kind, value = _literal(token)
        return _Operand(kind, lambda _: value)

    def _took(self, text: str) -> bool:
        token = self.peek()
        if token is None or token.text != text or token.kind not in ("word", "mark"):
            return False
        self._position += 1
        return True

    def _take(self) -> _Token:
        token = self.peek()
        if token is None:
            raise _syntax(" ".join(each.text for each in self._tokens))
        self._position += 1
        return token

    def _expect(self, text: str) -> None:
        if not self._took(text):
            raise _syntax(" ".join(each.text for each in self._tokens))


def _literal(token: _Token) -> tuple[Type | None, Any]:
    match token.kind:
        case "text":
            return "text", token.text[1:-1].replace("''", "'")
        case "number":
            return "number", Decimal(token.text.rstrip("mMdDlL"))
        case "date":
            moment = parse_date(token.text[len("datetime'") : -1])
            if moment == BAD_DATE:
                raise generic_error(f"Unrecognized 'Edm.DateTime' literal '{token.text}'.")
            return "date", moment
    words: dict[str, tuple[Type | None, Any]] = {
        "true": ("bool", True),
        "false": ("bool", False),
        "null": (None, None),
    }
    if token.text not in words:
        raise _syntax(token.text)
    return words[token.text]


def _and(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) and right(row)


def _or(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) or right(row)


def _syntax(text: str) -> BillitError:
    return generic_error(f"Syntax error in '{text}'.")


def sort_key(value: Any) -> tuple[bool, Any]:
    """Return a sort key by which missing values come first, as in SQL Server."""
    if isinstance(value, str):
        return True, value.casefold()
    return (False, 0) if value is None else (True, value)
