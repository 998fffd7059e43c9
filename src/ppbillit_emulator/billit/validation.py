"""Reading and checking a posted order: all errors are collected before anything is stored (billit.md §3, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.arithmetic import PostedLine
from ppbillit_emulator.billit.debtors import bind_party, party_errors
from ppbillit_emulator.billit.request_body import BAD_DATE, FILE, LINE, ORDER, PAYMENT_METHODS, bind, bind_all
from ppbillit_emulator.billit.vat import OSS, ZERO_CODES, ZERO_RATED, code_of_rate, rate_is_valid

if TYPE_CHECKING:
    from ppbillit_emulator.billit.errors import Error
    from ppbillit_emulator.billit.store import BillitOffice
    from ppbillit_emulator.billit.switches import BillitSwitches

_TEXT_LIMIT: Final = 512
_ORDER_TYPES: Final = frozenset({"Invoice", "CreditNote", "Offer", "DeliveryNote", "OrderForm"})
_DIRECTIONS: Final = frozenset({"Income", "Cost"})
_EXTENSIONS: Final = (".pdf", ".xls", ".xlsx", ".csv")
_RATE_ERROR: Final = "InvalidVAtPercentageForTaxCountry_0_"


@dataclass(frozen=True)
class Draft:
    """A posted order as read: header, lines, customer, files, and the errors in it."""

    header: dict[str, Any]
    lines: list[dict[str, Any]]
    customer: dict[str, Any] | None
    files: list[dict[str, Any]]
    pdf: dict[str, Any] | None
    errors: list[Error]


def read_draft(raw: dict[str, Any], office: BillitOffice, country: str) -> Draft:
    """Read a posted order; raise an error for a wrong type, and collect the errors against rules."""
    switches = office.switches
    header = bind(raw, ORDER, switches)
    lines = bind_all(header.pop("OrderLines", []), LINE, switches)
    files = bind_all(header.pop("Attachments", []), FILE, switches)
    pdf = bind(header.pop("OrderPDF"), FILE, switches) if "OrderPDF" in header else None
    customer = bind_party(header.pop("Customer"), switches) if "Customer" in header else None
    if customer is None and "CustomerID" in header:
        customer = {"PartyID": header.pop("CustomerID")}
    errors = _header_errors(header)
    errors += _customer_errors(customer, switches)
    errors += _text_errors(header, lines, switches)
    errors += [] if lines else [("ThereMustBeAtLeastOneOrderLine", "")]
    for line in lines:
        errors += _line_errors(line, header.get("VentilationCode", ""), office, country)
    errors += [("TheFileIsNotValid", "") for each in files if not _file_is_valid(each, _EXTENSIONS)]
    errors += [("TheFileIsNotValid", "")] if pdf is not None and not _file_is_valid(pdf, (".pdf",)) else []
    return Draft(header, lines, customer, files, pdf, list(dict.fromkeys(errors)))


def posted_line(line: dict[str, Any], header_code: str, country: str) -> PostedLine:
    """Return the numbers of a line, with the ventilation code that Billit sets (§4)."""
    if is_text(line):
        return PostedLine()
    rate = line.get("VATPercentage", Decimal(0))
    return PostedLine(
        rate=rate,
        code=_code(line.get("VentilationCode", ""), header_code, rate, country),
        quantity=line.get("Quantity", Decimal(0)),
        unit_price_excl=line.get("UnitPriceExcl"),
        unit_price_incl=line.get("UnitPriceIncl"),
        total_incl=line.get("TotalIncl"),
        reduction=line.get("ReductionPercentage", Decimal(0)),
        incl_leading=line.get("InclLeading", False),
    )


def is_text(line: dict[str, Any]) -> bool:
    """Check whether a line is a text line, which has no price (§3.2)."""
    leading = ("UnitPriceIncl", "TotalIncl") if line.get("InclLeading") else ("UnitPriceExcl",)
    return not any(name in line for name in leading)


def _code(own: str, header: str, rate: Decimal, country: str) -> str:
    if OSS in (own, header) and (own == OSS or not own):
        return OSS
    if rate > 0:
        return code_of_rate(country, rate)
    # Without any code a rate of zero becomes category Z, which is rarely right (§4).
    return own or (header if header in ZERO_CODES else "") or ZERO_RATED


def _header_errors(header: dict[str, Any]) -> list[Error]:
    errors: list[Error] = []
    if header.get("OrderType") not in _ORDER_TYPES:
        errors.append(("TheOrderTypeCode_0_IsInvalid", ""))
    if header.get("OrderDirection") not in _DIRECTIONS:
        errors.append(("TheOrderDirectionCode_0_IsInvalid", ""))
    for name, code in (("OrderDate", "OrderDateIsRequired"), ("ExpiryDate", "ExpiryDateIsRequired")):
        if header.get(name, BAD_DATE) == BAD_DATE:
            errors.append((code, ""))
    if header.get("DeliveryDate") == BAD_DATE:
        errors.append(("InvalidDeliveryDate", ""))
    others = ("PeriodFrom", "PeriodTill", "TaxPointDate", "PaidDate", "PaymentDiscountDate")
    errors += [("GenericError", f"Invalid date: {name}") for name in others if header.get(name) == BAD_DATE]
    if header.get("PaymentMethod", "Other") not in PAYMENT_METHODS:
        errors.append(("GenericError", "The payment method is invalid."))
    currency = header.get("Currency", "EUR")
    if len(currency) != 3 or not currency.isupper():  # noqa: PLR2004  (ISO 4217)
        errors.append(("GenericError", "The currency is invalid."))
    codes = ZERO_CODES | {"2", "3", "4"}
    if header.get("VentilationCode", OSS) not in codes:
        errors.append(("GenericError", "The ventilation code is invalid."))
    if "AboutInvoiceNumber" in header and header.get("OrderType") != "CreditNote":
        errors.append(("GenericError", "AboutInvoiceNumber is for credit notes only."))
    return errors


def _customer_errors(customer: dict[str, Any] | None, switches: BillitSwitches) -> list[Error]:
    if customer is None:
        return [("CustomerIsRequired", "")]
    needs_name = "PartyID" not in customer or switches.pinned_needs_name
    return party_errors(customer, switches, needs_name=needs_name)


def _text_errors(
    header: dict[str, Any], lines: list[dict[str, Any]], switches: BillitSwitches
) -> list[Error]:
    """Check the limit of 512 characters of line texts (§3.2) and short header texts; or cut them, by switch."""
    short = ("OrderNumber", "Reference", "OrderTitle", "PaymentReference", "ExternalProviderID")
    errors: list[Error] = []
    for holder, names in (
        (header, short),
        *((line, ("Description", "DescriptionExtended")) for line in lines),
    ):
        for name in names:
            if len(holder.get(name, "")) <= _TEXT_LIMIT:
                continue
            if switches.too_long == "cut":
                holder[name] = holder[name][:_TEXT_LIMIT]
            else:
                errors.append(("GenericError", f"{name} is longer than {_TEXT_LIMIT} characters."))
    return errors


def _line_errors(line: dict[str, Any], header_code: str, office: BillitOffice, country: str) -> list[Error]:
    if is_text(line):
        return (
            [] if line.get("Description") else [("GenericError", "A line without price needs a description.")]
        )
    errors: list[Error] = []
    if not line.get("Description", "").strip():
        errors.append(("DescriptionIsMandatoryForOrderLinesWithTotals", ""))
    if line.get("Quantity", Decimal(0)) <= 0:
        # A discount is a positive quantity at a negative price (§3.2).
        errors.append(("GenericError", "A line with a price needs a positive quantity."))
    if not 0 <= line.get("ReductionPercentage", Decimal(0)) <= 100:  # noqa: PLR2004  (per cent)
        errors.append(("GenericError", "The reduction percentage is invalid."))
    return errors + _rate_errors(line, header_code, office.switches, country) + _account_errors(line, office)


def _rate_errors(
    line: dict[str, Any], header_code: str, switches: BillitSwitches, country: str
) -> list[Error]:
    rate, own = line.get("VATPercentage"), line.get("VentilationCode", "")
    if rate is None or not 0 <= rate < 100:  # noqa: PLR2004  (per cent)
        return [(_RATE_ERROR, "")]
    oss = OSS in (own, header_code)
    if not rate_is_valid(country, rate):
        allowed = switches.oss_foreign_rate if oss else switches.foreign_rate_without_oss
        if allowed == "reject":
            return [(_RATE_ERROR, "")]
    elif rate > 0 and own and own not in (OSS, code_of_rate(country, rate)):
        return [("GenericError", "The ventilation code does not fit the VAT percentage.")]
    if rate == 0 and own and own not in ZERO_CODES:
        return [("GenericError", "The ventilation code does not fit the VAT percentage.")]
    return []


def _account_errors(line: dict[str, Any], office: BillitOffice) -> list[Error]:
    account, switches = line.get("AccountCode"), office.switches
    if account is None:
        return []
    if not switches.gl_accounts:
        return [("GenericError", "GL accounts are not enabled.")]
    if switches.unknown_account_code == "reject" and account not in office.gl_accounts:
        return [("GenericError", f"Unknown GL account {account}.")]
    return []


def _file_is_valid(file: dict[str, Any], extensions: tuple[str, ...]) -> bool:
    return file.get("FileName", "").lower().endswith(extensions) and bool(file.get("FileContent"))
