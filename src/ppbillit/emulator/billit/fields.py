"""The members that Billit knows, with their types (billit sheet §3.1 to §3.3)."""

from __future__ import annotations

from typing import Final, Literal

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
