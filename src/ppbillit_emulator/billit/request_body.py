"""The members that Billit knows, and reading them from posted JSON with a check of types (billit.md §2, §3)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from ppbillit_emulator.billit.errors import BillitError, generic_error
from ppbillit_emulator.billit.times import to_brussels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ppbillit_emulator.billit.switches import BillitSwitches
    from ppbillit_emulator.wire import Request

Kind = Literal["text", "date", "int", "number", "bool", "map", "list", "texts"]

FLAT_ADDRESS: Final = ("Street", "StreetNumber", "Box", "Zipcode", "City", "CountryCode")


def names(text: str) -> tuple[str, ...]:
    """Return names that are separated by spaces."""
    return tuple(text.split())


def typed_names(**kinds: str) -> dict[str, Any]:
    """Return the kind of each name, from names separated by spaces for each kind."""
    return {name: kind for kind, members in kinds.items() for name in members.split()}


ORDER: Final = typed_names(
    text=(
        "OrderType OrderDirection OrderNumber Reference OrderTitle Currency PaymentReference PaymentTerms "
        "PaymentMethod VentilationCode AboutInvoiceNumber ExternalProviderID Comments InternalInfo Journal "
        "AnalyticCostCenter AnalyticCostBearer ContractNumber"
    ),
    date="OrderDate ExpiryDate DeliveryDate PeriodFrom PeriodTill TaxPointDate PaidDate PaymentDiscountDate",
    int="OrderID CustomerID AccountCode PaymentReductionDays TemplateID MessageTemplateID",
    number="ToPay TotalExcl TotalVAT TotalIncl PaymentDiscountPercentage PaymentDiscountAmount",
    bool="Paid",
    map="Customer CustomFields OrderPDF",
    list="OrderLines Attachments BookingEntries ExternalProviderReferences",
    texts="Tags",
)
LINE: Final = typed_names(
    text="VentilationCode Description DescriptionExtended Reference Unit AnalyticCostBearer AnalyticCostCenter",
    int="AccountCode ProductID OrderLineID",
    number=(
        "Quantity UnitPriceExcl UnitPriceIncl TotalExcl TotalVAT TotalIncl VATPercentage ReductionPercentage"
    ),
    bool="InclLeading",
    map="CustomFields",
    list="ExternalProviderReferences",
)
PARTY: Final = typed_names(
    text=(
        "Nr Name CommercialName PartyType VATNumber Email Phone Mobile Fax Website Language Contact "
        "ContactFirstName ContactLastName Street StreetNumber Box Zipcode City CountryCode IBAN BIC "
        "VentilationCode DefaultPaymentMethodTC DefaultTransportTypeTC DefaultCurrencyTC ExternalProviderID "
        "ExternalProviderTC InternalInfo PeppolIdentifier"
    ),
    int="PartyID GLAccountCode AccountantCode DefaultExpiryOffset GLDefaultExpiryOffset",
    number="DefaultReductionPercentage",
    bool=("VATLiable VATDeductable DefaultPaid SendUBL SendPDF AutoSendInvoiceReminders SmallEnterprise"),
    list="Addresses Identifiers CustomFields BankAccounts",
)
ADDRESS: Final = typed_names(
    text="AddressType Name Tav Street StreetNumber Box Zipcode City CountryCode Phone",
)
IDENTIFIER: Final = typed_names(text="IdentifierType Identifier SchemeID", bool="Preferred")
KEY_VALUE: Final = typed_names(text="Key Value")
FILE: Final = typed_names(text="FileID FileName FileContent MimeType")
BANK_ACCOUNT: Final = typed_names(text="IBAN BIC")
PAYMENT: Final = typed_names(text="Description", date="Date", number="Amount")
SEND: Final = typed_names(text="TransportType PrintType", list="OrderIDs")
ORDER_PATCH: Final = typed_names(
    text="ApprovalStatus InternalInfo PaymentMethod",
    date="PaidDate",
    int="AccountCode",
    bool="Paid IsSent Invoiced AccountantVerificationNeeded",
)
PARTY_PATCH: Final = typed_names(
    text=(
        "Nr Email ExternalProviderTC ExternalProviderID Name CommercialName ContactFirstName ContactLastName "
        "CountryCode City Street StreetNumber Zipcode Box Phone Mobile Fax VATNumber IBAN Language"
    ),
    int="GLAccountCode GLDefaultExpiryOffset",
    bool="VATLiable",
)
# Members that the server sets; they are ignored in a request (§3.1).
READ_ONLY: Final = frozenset(
    names(
        "CompanyID CounterParty CounterPartyID Supplier VatGroups OrderStatus Overdue DaysOverdue RemindersSent "
        "LastReminder FXRateToForeign PaymentLinks Messages CurrentDocumentDeliveryDetails LastModified Created "
        "ApprovalStatus ExportedToConnector ExternalProvider IsSent Invoiced DisplayName"
    )
)
PAYMENT_METHODS: Final = frozenset(
    names("Wired Visa Bancontact Contant Domiciliation Online Other PrivateAccount")
)
TRANSPORTS: Final = frozenset(names("Peppol SMTP Letter SDI KSeF OSA ANAF SAT MyInvois Chorus PDP"))

_TOO_LARGE: Final = Decimal(10) ** 12
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
_PYTHON_TYPES: Final[dict[Kind, type[Any]]] = {
    "text": str,
    "date": str,
    "int": int,
    "bool": bool,
    "map": dict,
    "list": list,
    "texts": list,
}
# The default of .NET dates. The check of each date has an error code of its own.
BAD_DATE: Final = datetime.min  # noqa: DTZ901


def read_object(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object; raise "Data is Required" for anything else (§9.4)."""
    try:
        value = request.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise generic_error("Data is Required")
    return value


def bind(
    raw: Any, table: Mapping[str, Kind], switches: BillitSwitches, *, nulls: bool = False
) -> dict[str, Any]:
    """Return the members of `table` that were sent, with values of the right types.

    Unknown members are ignored or refused, by switch. An explicit null is a value with `nulls` (PATCH);
    without, it is refused or dropped, by switch.
    """
    if not isinstance(raw, dict):
        raise generic_error("Data is Required")
    spelled = {name.lower(): name for name in table} if switches.any_letter_case else {n: n for n in table}
    bound: dict[str, Any] = {}
    for sent, value in raw.items():
        name = spelled.get(sent.lower() if switches.any_letter_case else sent)
        if name is None:
            if switches.unknown_members == "reject" and sent not in READ_ONLY:
                raise generic_error(f"Could not find member '{sent}' on object")
        elif value is not None:
            bound[name] = _typed(value, table[name], name)
        elif nulls:
            bound[name] = None
        elif switches.explicit_nulls == "reject":
            raise generic_error(f"Required property '{name}' expects a non-null value.")
    return bound


def bind_all(raw: list[Any], table: Mapping[str, Kind], switches: BillitSwitches) -> list[dict[str, Any]]:
    """Bind each object of a list."""
    return [bind(each, table, switches) for each in raw]


def parse_date(text: str) -> datetime:
    """Return a date or timestamp as zone-less Belgian local time; BAD_DATE if it is not valid."""
    if not _DATE.fullmatch(text):
        return BAD_DATE
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return BAD_DATE
    return moment if moment.tzinfo is None else to_brussels(moment)


def _typed(value: Any, kind: Kind, name: str) -> Any:
    if kind == "number":
        return _number(value, name)
    # In Python a bool is an int, in JSON it is not.
    if not isinstance(value, _PYTHON_TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
        raise _conversion_error(name)
    if kind == "texts" and not all(isinstance(each, str) for each in value):
        raise _conversion_error(name)
    return parse_date(value) if kind == "date" else value


def _number(value: Any, name: str) -> Decimal:
    """Return a number; raise an error for text, NaN or an amount that is too large."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _conversion_error(name)
    number = Decimal(value)
    if abs(number) >= _TOO_LARGE:
        raise _conversion_error(name)
    return number


def _conversion_error(name: str) -> BillitError:
    return generic_error(f"Error converting value of '{name}'.")
