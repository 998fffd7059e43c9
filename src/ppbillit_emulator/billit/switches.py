"""Switches for all that is unproven, undocumented or configurable in Billit (billit.md).

A client must handle every setting of every switch. The default is the most likely behaviour, or the stricter one
where that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppbillit_emulator.switches import Switches

Refusal = Literal["reject", "accept"]


@dataclass
class AccountSwitches:
    """Credentials, companies, environment (§1), and the texts of errors (§9.4)."""

    environment: Literal["production", "sandbox"] = "production"
    """Letters cannot be sent on sandbox (§1.1)."""
    party_id_header: Literal["required", "optional"] = "required"
    """Whether a request without PartyID gets 401; one known client reads without it (§1.2)."""
    second_company: bool = False
    """Whether the key reaches a second company (§1.4)."""
    api_allowed: bool = True
    """`APIAllowed` of the company; if off, all routes but accountInformation give 401."""
    gl_accounts: bool = True
    """`APIEnabledFeatures.GLAccounts`; if off, an AccountCode is refused."""
    unknown_account_code: Refusal = "accept"
    """An AccountCode that was never added (§11: undocumented)."""
    account_verified: bool = True
    """If off, nothing can be sent (§1.1)."""
    sender_email_validated: bool = True
    """If off, nothing can be sent by e-mail (§6)."""
    wrong_id_status: Literal[401, 404] = 401
    """The status for an id that is unknown or of another company (§8.2: 401; the Swagger also lists 404)."""
    language: Literal["NL", "EN"] = "NL"
    """The user's language, in which errors are described (§9.4)."""
    descriptions: bool = True
    """Whether errors have a `Description` (§9.4)."""
    plain_text_errors: bool = False
    """Whether errors are plain text, as some are (§9.4)."""
    request_id_header: str = "X-Correlation-Id"
    """The header with the request id, whose name is not known (§9.4)."""


@dataclass
class IdempotencySwitches:
    """Idempotency keys (§9.1)."""

    idempotency_header: Literal["Idempotency-Key", "Idempotent-Key", "both", "neither"] = "Idempotency-Key"
    """Which spelling works; the other one is ignored."""
    idempotency_scope: Literal["company", "endpoint", "account"] = "company"
    """The scope in which a key must be unique."""
    idempotency_other_body: Literal["conflict", "new"] = "conflict"
    """What the same key with another body means."""
    idempotency_alphanumeric: bool = True
    """Whether keys that are not alphanumeric are refused, as documented."""
    idempotency_key_kept_on_refusal: bool = False
    """Whether a refused request uses up its key."""
    idempotency_stuck_creates: int = 0
    """The number of creates that use up their key, store nothing and give 500 (reported by CONFAC)."""
    idempotency_lifetime_seconds: int | None = None
    """How long a used key is remembered; None: for ever."""


@dataclass
class DocumentSwitches:
    """Creating and changing documents (§3, §8.4, §8.5, §9.2)."""

    order_create_status: Literal[200, 201] = 200
    """The status of a create; some clients report 201 (§3.5)."""
    bare_integer_type: Literal["json", "text"] = "json"
    """The content type of a bare integer; some clients report text/plain (§3.5)."""
    duplicate_order_number: Refusal = "reject"
    """An OrderNumber that is taken (§9.2)."""
    duplicate_order_number_code: str = "GenericError"
    """The error code for it, which is not documented."""
    duplicate_number_scope: Literal["direction", "type"] = "direction"
    """Where a number must be unique: "type" lets a credit note have the number of an invoice."""
    duplicate_counts_deleted: bool = False
    """Whether the number of a deleted document stays taken."""
    omitted_order_number: Literal["sequence", "reject"] = "sequence"
    """Whether Billit numbers a document without OrderNumber (§15 m)."""
    post_with_order_id: Literal["reject", "update", "ignore"] = "reject"
    """A POST with an OrderID (§15 l)."""
    explicit_nulls: Refusal = "reject"
    """Explicit nulls on POST (§2)."""
    unknown_members: Refusal = "accept"
    """Members that Billit does not know; "accept" means that they are ignored (§2)."""
    any_letter_case: bool = True
    """Whether member names are read in any letter case (§2)."""
    too_long: Literal["reject", "cut"] = "reject"
    """Texts of more than 512 characters (§3.2)."""
    zero_total: Refusal = "accept"
    """A document with a total of 0.00."""
    negative_invoice_total: Refusal = "reject"
    """An invoice with a negative total."""
    paid_with_to_pay: Refusal = "reject"
    """`Paid` and `ToPay` together (§3.1)."""
    paid_unsent_status: Literal["ToSend", "Paid"] = "ToSend"
    """OrderStatus of a document that is paid and not sent (§15 e)."""
    oss_foreign_rate: Refusal = "accept"
    """A foreign rate with code 104 (§15 c)."""
    foreign_rate_without_oss: Refusal = "reject"
    """A foreign rate without code 104 (§4)."""
    credited_status: bool = True
    """Whether a credit note sets the status of its invoice to Credited (§12)."""
    credit_settles: bool = False
    """Whether a credit note makes its invoice paid, with nothing left to pay (§8.3, §12)."""
    patch_unknown: Literal["reject", "ignore"] = "reject"
    """PATCH of a property that cannot be patched (§8.4)."""
    patch_payment_method: Refusal = "accept"
    """PATCH of PaymentMethod, on which the documentation contradicts itself (§8.4)."""
    paid_date_needs_time: bool = True
    """Whether PATCH refuses a PaidDate without time (§8.4)."""
    overpayment: Refusal = "accept"
    """A payment of more than the amount to pay (§8.5)."""
    payment_paid_date: Literal["now", "given"] = "now"
    """Whether a payment sets PaidDate to now, or to its own date (§8.5)."""
    delete_sent: Refusal = "reject"
    """DELETE of a sent document (§15 j)."""
    delete_sent_code: str = "OrderAlreadySent"
    """The error code for it, known only from a test fixture."""


@dataclass
class ArithmeticSwitches:
    """Computing totals (§5)."""

    unit_price_decimals: int = 2
    """Account setting: further decimals are accepted and ignored."""
    quantity_decimals: int = 2
    """Account setting, as above."""
    decimals_mode: Literal["cut", "round"] = "cut"
    """How further decimals are ignored."""
    gross_group_vat: Literal["difference", "recomputed"] = "difference"
    """VAT of the gross-led lines in a VAT group: Σincl - Σexcl, or round2(Σexcl × rate)."""
    total_incl_before_reduction: bool = False
    """Whether ReductionPercentage is still subtracted from a posted TotalIncl."""


@dataclass
class PartySwitches:
    """Matching and changing debtors (§3.4, §8.6)."""

    match_vat: bool = True
    """Whether a customer without PartyID is matched by VAT number,"""
    match_email: bool = True
    """by e-mail address, also with a business,"""
    match_number: bool = False
    """by customer number (an account setting),"""
    match_address: bool = True
    """by the whole address without the name,"""
    match_external_id: bool = False
    """or by ExternalProviderID (§15 f)."""
    match_overwrites: bool = True
    """Whether a matched party is overwritten with what was sent, with or without a VAT number."""
    pinned_overwrites: bool = True
    """Whether a party given by PartyID is overwritten, if more than the id was sent."""
    pinned_needs_name: bool = False
    """Whether `Customer: {PartyID}` alone is refused because it has no name."""
    party_upsert: Literal["party_id", "matching"] = "party_id"
    """When POST /v1/parties is an update: with a PartyID only, or with any match as above (§8.6)."""
    party_patch_address: Literal["invoice_address", "beside"] = "invoice_address"
    """Where PATCH puts a flat address: into the InvoiceAddress of `Addresses`, or beside it (§8.4)."""
    party_patch_nulls: Refusal = "accept"
    """Explicit nulls in a PATCH of a party; accepted, they remove a member (§8.4)."""
    party_lists_addresses: bool = True
    """Whether lists of parties show addresses; lists of orders show less than a single read (§8.1, §8.6)."""
    party_lists_external_id: bool = True
    """Whether lists of parties show ExternalProviderID; for lists of orders it is not known (§8.1, §8.6)."""
    party_email_filter: Refusal = "reject"
    """`$filter=Email eq …` on parties."""
    party_external_id_filter: Refusal = "accept"
    """`$filter=ExternalProviderID eq …` on parties."""
    search_covers_email: bool = True
    """Whether fullTextSearch of parties searches e-mail addresses."""
    vat_checksum: bool = True
    """Whether the check digits of Belgian VAT numbers are checked (§3.3)."""


@dataclass
class ListSwitches:
    """Lists, and the form of responses (§8)."""

    page_size: int = 120
    """The largest number of rows on a page."""
    next_page_link: Literal["full", "relative", "foreign", "absent"] = "full"
    """The form of the link to the next page; a foreign one points to a host that is not Billit."""
    top_ends_paging: bool = False
    """Whether a page of `$top` rows has no link to a next page, as in OData."""
    inline_count: bool = True
    """Whether `$inlinecount=allpages` sets Count."""
    equal_keys: Literal["stable", "shuffled"] = "stable"
    """The order of rows with equal sort keys: always the same, or another one at each request."""
    substring_functions: bool = False
    """Whether $filter has `substringof` and `startswith`."""
    text_compare: Literal["exact", "ignore_case"] = "exact"
    """How `eq` compares text; the usual collation of SQL Server ignores case."""
    search_lag_seconds: float = 0
    """How long lists do not show a new document or debtor; reading by id does."""
    drift: Literal["none", "touch", "insert", "delete"] = "none"
    """What happens to the documents after a page of their list was read."""
    drift_times: int = 1
    """How often this still happens."""
    summary_external_id: bool = True
    """Whether lists of orders show ExternalProviderID, which is not documented for them (§8.1)."""
    unknown_fields: bool = False
    """Whether responses have undocumented members."""
    unknown_enums: bool = False
    """Whether responses have undocumented status words."""
    nulls: bool = False
    """Whether members without value are null, not left out."""
    time_zone: Literal["local", "utc"] = "local"
    """Whether zone-less timestamps, in responses and filters, are Belgian time or UTC."""


@dataclass
class SendingSwitches:
    """The send command, deliveries, Peppol (§6, §7)."""

    delivery_seconds: float = 5
    """How long a document is Pending."""
    delivery_result: Literal["Delivered", "Error", "never"] = "Delivered"
    """What it becomes then; set when the document is sent."""
    delivery_words: Literal["documented", "confac"] = "documented"
    """Delivered/Error, or the Sent/Failed that CONFAC lists (§6.1)."""
    delivery_info: str = "Ontvangen"
    """DocumentDeliveryInfo of a delivery, the receiver's answer in the user's language."""
    refused_reason: str = "InvalidInvoice"
    """DocumentRefusedReasonTC of a failed delivery."""
    refused_info: str = "BR-S-08: the VAT category taxable amount does not add up"
    """DocumentRefusedInfo of a failed delivery; none if empty."""
    error_keeps_sent: bool = True
    """Whether IsSent stays true after a failed delivery."""
    resend_minutes: int = 10
    """How long a second send is refused; later it sends a second time."""
    batch: Literal["all_or_nothing", "one_by_one"] = "all_or_nothing"
    """What is sent of a batch in which one document fails (§15 i)."""
    peppol_falls_back: bool = False
    """Whether `Peppol` falls back to e-mail, as before February 2026."""
    letter_fallback: bool = True
    """Whether a letter is sent without TransportType, if there is neither Peppol nor an e-mail address."""
    auto_send: bool = False
    """The account setting that sends every unsent invoice at 09:00 (§6)."""
    po_number_vats: tuple[str, ...] = ()
    """VAT numbers of customers who require a Reference."""
    peppol_rules: bool = True
    """Whether Peppol's rules are checked at sending (§4)."""
    peppol_unlisted: bool = False
    """Whether participants that were not added are registered as well."""
    peppol_vat_finds_cbe: bool = True
    """Whether a look-up by Belgian VAT number finds a registration by company number."""


@dataclass
class BillitSwitches(
    AccountSwitches,
    IdempotencySwitches,
    DocumentSwitches,
    ArithmeticSwitches,
    PartySwitches,
    ListSwitches,
    SendingSwitches,
    Switches,
):
    """All switches of Billit."""
