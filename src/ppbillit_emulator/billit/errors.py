"""Billit's error responses: a status and a list of coded errors, in the user's language (billit.md §9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ppbillit_emulator.wire import Response, json_response

if TYPE_CHECKING:
    from ppbillit_emulator.billit.switches import BillitSwitches

_TEXTS: Final[dict[str, tuple[str, str]]] = {  # code: (Dutch, English)
    "OrderDateIsRequired": ("De datum is verplicht.", "Order date is required."),
    "ExpiryDateIsRequired": ("De vervaldatum is verplicht.", "Expiry date is required."),
    "CustomerIsRequired": ("De klant is verplicht.", "Customer is required."),
    "InvalidDeliveryDate": ("De leverdatum is ongeldig.", "Invalid delivery date."),
    "TheOrderTypeCode_0_IsInvalid": ("Het documenttype is ongeldig.", "The order type code is invalid."),
    "TheOrderDirectionCode_0_IsInvalid": ("De richting is ongeldig.", "The order direction code is invalid."),
    "ThereMustBeAtLeastOneOrderLine": (
        "Er moet minstens één lijn zijn.",
        "There must be at least one order line.",
    ),
    "DescriptionIsMandatoryForOrderLinesWithTotals": (
        "Een omschrijving is verplicht voor lijnen met een bedrag.",
        "Description is mandatory for order lines with totals.",
    ),
    "InvalidVAtPercentageForTaxCountry_0_": (
        "Ongeldig btw-percentage voor landcode BE",
        "Invalid VAT percentage for country code BE",
    ),
    "CompanyNameOrContactNameIsRequired": (
        "Bedrijfsnaam of contactnaam is verplicht.",
        "Company name or contact name is required.",
    ),
    "Only1OfEachAddressTypeAllowed": (
        "Slechts één adres van elk type is toegelaten.",
        "Only 1 of each address type is allowed.",
    ),
    "IdentifierTypeIsRequired": ("Het type identificatie is verplicht.", "Identifier type is required."),
    "_0_IsNoValidBEVAT": ("Dit is geen geldig Belgisch btw-nummer.", "This is no valid BE VAT."),
    "YourVATIsNotValid": ("Uw btw-nummer is niet geldig.", "Your VAT is not valid."),
    "TheFileIsNotValid": ("Het bestand is niet geldig.", "The file is not valid."),
    "TheAboutInvoiceNumberCouldNotBeFound": (
        "Het factuurnummer waarover de creditnota gaat is niet gevonden.",
        "The about invoice number could not be found.",
    ),
    "TheCustomerIsNotActiveOnPeppol": (
        "De klant is niet actief op Peppol.",
        "The customer is not active on Peppol.",
    ),
    "TheCustomerDoesNotSupportPeppolForType_0": (
        "De klant ondersteunt Peppol niet voor dit type.",
        "The customer does not support Peppol for this type.",
    ),
    "TheCustomer_0_DoesNotHaveAValidEmailAddress": (
        "De klant heeft geen geldig e-mailadres.",
        "The customer does not have a valid email address.",
    ),
    "This_0_WasAlreadySentLessThen_1_MinutesAgoTo_2_OrIsStillInTheQueue": (
        "Dit document is zopas al verzonden of staat nog in de wachtrij.",
        "This document was already sent or is still in the queue.",
    ),
    "PleaseSupplyAValidPONumberInTheFieldYourReference": (
        "Vul een geldig PO-nummer in bij uw referentie.",
        "Please supply a valid PO number in the field your reference.",
    ),
    "ApiKeyNotValid": ("De API-sleutel is niet geldig.", "The API key is not valid."),
    "OrderAlreadySent": ("Dit document is al verzonden.", "This document was already sent."),
}

Error = tuple[str, str]  # code, and a description if it is not that of the code


class BillitError(Exception):
    """An error response."""

    def __init__(self, status: int, *errors: Error) -> None:
        super().__init__(", ".join(f"{code} {text}".strip() for code, text in errors))
        self.status = status
        self.errors = errors


def refusal(code: str) -> BillitError:
    """Return an error with status 400 and one code."""
    return BillitError(400, (code, ""))


def generic_error(text: str) -> BillitError:
    """Return an error with status 400 and the code GenericError; only the description says what it is."""
    return BillitError(400, ("GenericError", text))


def as_response(error: BillitError, switches: BillitSwitches) -> Response:
    """Return the response for an error."""
    if switches.plain_text_errors:
        return Response(error.status, str(error).encode(), {"Content-Type": "text/plain; charset=utf-8"})
    return json_response(error.status, {"errors": [_member(each, switches) for each in error.errors]})


def _member(error: Error, switches: BillitSwitches) -> dict[str, str]:
    code, text = error
    dutch, english = _TEXTS.get(code, ("", ""))
    text = text or (dutch if switches.language == "NL" else english)
    return {"Code": code, "Description": text} if text and switches.descriptions else {"Code": code}
