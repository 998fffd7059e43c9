"""From the JSON that was posted to known members with values of the right type, or a refusal (billit sheet §2)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from ppbillit_emulator.billit.errors import BillitError, generic
from ppbillit_emulator.clock import to_brussels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ppbillit_emulator.billit.switches import BillitSwitches
    from ppbillit_emulator.wire import Request


_TOO_LARGE: Final = Decimal(10) ** 12
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
_PYTHON: Final[dict[Kind, type[Any]]] = {
    "text": str,
    "date": str,
    "int": int,
    "bool": bool,
    "map": dict,
    "list": list,
    "texts": list,
}
BAD_DATE: Final = datetime.min  # noqa: DTZ901  (what .NET calls default: each date has its own code for it)


def body_object(request: Request) -> dict[str, Any]:
    """Read the body as one JSON object; anything else binds to nothing: "Data is Required" (§9.4)."""
    try:
        value = request.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise generic("Data is Required")
    return value


def bind(
    raw: Any, table: Mapping[str, Kind], switches: BillitSwitches, *, nulls: bool = False
) -> dict[str, Any]:
    """Give the members of `table` that were sent, typed; unknown ones are ignored or refused by switch.

    With `nulls` (PATCH) an explicit null is a value; without it, it is refused or dropped by switch.
    """
    if not isinstance(raw, dict):
        raise generic("Data is Required")
    spelled = {name.lower(): name for name in table} if switches.any_letter_case else {n: n for n in table}
    bound: dict[str, Any] = {}
    for sent, value in raw.items():
        name = spelled.get(sent.lower() if switches.any_letter_case else sent)
        if name is None:
            if switches.unknown_members == "reject" and sent not in READ_ONLY:
                raise generic(f"Could not find member '{sent}' on object")
        elif value is not None:
            bound[name] = _typed(value, table[name], name)
        elif nulls:
            bound[name] = None
        elif switches.explicit_nulls == "reject":
            raise generic(f"Required property '{name}' expects a non-null value.")
    return bound


def bind_all(raw: list[Any], table: Mapping[str, Kind], switches: BillitSwitches) -> list[dict[str, Any]]:
    """Bind each object of a list."""
    return [bind(each, table, switches) for each in raw]


def parse_date(text: str) -> datetime:
    """Read a date or timestamp as zone-less Belgian local time; BAD_DATE where it is none."""
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
    # A bool is an int to Python, not to JSON.
    if not isinstance(value, _PYTHON[kind]) or (kind == "int" and isinstance(value, bool)):
        raise _unfit(name)
    if kind == "texts" and not all(isinstance(each, str) for each in value):
        raise _unfit(name)
    return parse_date(value) if kind == "date" else value


def _number(value: Any, name: str) -> Decimal:
    """Numbers only: a text, NaN or an astronomical amount does not bind."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _unfit(name)
    number = Decimal(value)
    if abs(number) >= _TOO_LARGE:
        raise _unfit(name)
    return number


def _unfit(name: str) -> BillitError:
    return generic(f"Error converting value of '{name}'.")


Kind = Literal["text", "date", "int", "number", "bool", "map", "list", "texts"]

PARTY_FLAT: Final = ("Street", "StreetNumber", "Box", "Zipcode", "City", "CountryCode")


def names(text: str) -> list[str]:
    """Split a written list of names."""
    return text.split()


def _table(**kinds: str) -> dict[str, Kind]:
    table: dict[str, Kind] = {}
    for kind, members in kinds.items():
        for name in names(members):
            table[name] = kind  # type: ignore[assignment]
    return table


ORDER: Final = _table(
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
LINE: Final = _table(
    text="VentilationCode Description DescriptionExtended Reference Unit AnalyticCostBearer AnalyticCostCenter",
    int="AccountCode ProductID OrderLineID",
    number=(
        "Quantity UnitPriceExcl UnitPriceIncl TotalExcl TotalVAT TotalIncl VATPercentage ReductionPercentage"
    ),
    bool="InclLeading",
    map="CustomFields",
    list="ExternalProviderReferences",
)
PARTY: Final = _table(
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
ADDRESS: Final = _table(
    text="AddressType Name Tav Street StreetNumber Box Zipcode City CountryCode Phone",
)
IDENTIFIER: Final = _table(text="IdentifierType Identifier SchemeID", bool="Preferred")
KEY_VALUE: Final = _table(text="Key Value")
FILE: Final = _table(text="FileID FileName FileContent MimeType")
BANK_ACCOUNT: Final = _table(text="IBAN BIC")
PAYMENT: Final = _table(text="Description", date="Date", number="Amount")
SEND: Final = _table(text="TransportType PrintType", list="OrderIDs")
ORDER_PATCH: Final = _table(
    text="ApprovalStatus InternalInfo PaymentMethod",
    date="PaidDate",
    int="AccountCode",
    bool="Paid IsSent Invoiced AccountantVerificationNeeded",
)
PARTY_PATCH: Final = _table(
    text=(
        "Nr Email ExternalProviderTC ExternalProviderID Name CommercialName ContactFirstName ContactLastName "
        "CountryCode City Street StreetNumber Zipcode Box Phone Mobile Fax VATNumber IBAN Language"
    ),
    int="GLAccountCode GLDefaultExpiryOffset",
    bool="VATLiable",
)
# Members that the server computes or owns: sent along, they are ignored (§3.1).
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
