"""Everything the billit sheet calls unproven, undocumented or configurable, as switches with a default.

A client must survive every setting of every switch; the defaults are what the sheet thinks most likely, or the
stricter reading where it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppbillit_emulator.switches import Switches

Refusal = Literal["reject", "accept"]


@dataclass
class AccountSwitches:
    """Credentials, companies, environment (§1), and the words of errors (§9.4)."""

    environment: Literal["production", "sandbox"] = "production"
    """Letters are off on sandbox (§1.1)."""
    party_id_header: Literal["required", "optional"] = "required"
    """Whether a request without PartyID is refused with 401; WAPO reads without it (§1.2)."""
    second_company: bool = False
    """The key reaches a second company too (§1.4)."""
    api_allowed: bool = True
    """`APIAllowed` of the company; off, everything but accountInformation answers 401."""
    gl_accounts: bool = True
    """`APIEnabledFeatures.GLAccounts`; off, an AccountCode is refused."""
    unknown_account_code: Refusal = "accept"
    """An AccountCode nobody imported (§11: undocumented)."""
    account_verified: bool = True
    """Off: nothing can be sent (§1.1)."""
    sender_email_validated: bool = True
    """Off: nothing can be e-mailed (§6)."""
    wrong_id_status: Literal[401, 404] = 401
    """An id that is unknown or not yours (§8.2: 401, the Swagger also lists 404)."""
    language: Literal["NL", "EN"] = "NL"
    """Error descriptions come in the user's language (§9.4)."""
    descriptions: bool = True
    """`Description` is optional (§9.4)."""
    plain_text_errors: bool = False
    """Some failures answer plain text (§9.4)."""
    request_id_header: str = "X-Correlation-Id"
    """The correlation id has no known name (§9.4)."""


@dataclass
class IdempotencySwitches:
    """Idempotency keys (§9.1)."""

    idempotency_header: Literal["Idempotency-Key", "Idempotent-Key", "both", "neither"] = "Idempotency-Key"
    """Which spelling works; the other one is ignored without a word."""
    idempotency_scope: Literal["company", "endpoint", "account"] = "company"
    """Where a key must be unique."""
    idempotency_other_body: Literal["conflict", "new"] = "conflict"
    """The same key with another body."""
    idempotency_alphanumeric: bool = True
    """Keys are said to be alphanumeric; others are refused."""
    idempotency_key_kept_on_refusal: bool = False
    """A refused request uses its key up all the same."""
    idempotency_stuck_creates: int = 0
    """So many creates keep their key, store nothing and answer 500 (seen by CONFAC)."""
    idempotency_lifetime_seconds: int | None = None
    """After so long a key is forgotten; None: never."""


@dataclass
class DocumentSwitches:
    """Creating and changing documents (§3, §8.4, §8.5, §9.2)."""

    order_create_status: Literal[200, 201] = 200
    """Some readers report 201 (§3.5)."""
    bare_integer_type: Literal["json", "text"] = "json"
    """Some readers report text/plain for the bare integer (§3.5)."""
    duplicate_order_number: Refusal = "reject"
    """An OrderNumber that is taken (§9.2)."""
    duplicate_order_number_code: str = "GenericError"
    """The code of that refusal is not documented."""
    duplicate_number_scope: Literal["direction", "type"] = "direction"
    """Whether a credit note may carry an invoice's number."""
    duplicate_counts_deleted: bool = False
    """A deleted document keeps its number taken."""
    omitted_order_number: Literal["sequence", "reject"] = "sequence"
    """Billit numbers a document without OrderNumber (§15 m)."""
    post_with_order_id: Literal["reject", "update", "ignore"] = "reject"
    """A POST that carries an OrderID (§15 l)."""
    explicit_nulls: Refusal = "reject"
    """Explicit nulls on POST (§2)."""
    unknown_members: Refusal = "accept"
    """Members that Billit does not know; accepted means ignored (§2)."""
    any_letter_case: bool = True
    """Member names bind in any letter case (§2)."""
    too_long: Literal["reject", "cut"] = "reject"
    """Texts of more than 512 characters (§3.2)."""
    zero_total: Refusal = "accept"
    """A document of 0.00."""
    negative_invoice_total: Refusal = "reject"
    """An invoice below zero."""
    paid_with_to_pay: Refusal = "reject"
    """`Paid` and `ToPay` together (§3.1)."""
    paid_unsent_status: Literal["ToSend", "Paid"] = "ToSend"
    """OrderStatus of a document that is paid and not sent (§15 e)."""
    oss_foreign_rate: Refusal = "accept"
    """A foreign rate with code 104 (§15 c)."""
    foreign_rate_without_oss: Refusal = "reject"
    """A foreign rate without code 104 (§4)."""
    credited_status: bool = True
    """A credit note turns its invoice's status to Credited (§12)."""
    credit_settles: bool = False
    """A credit note leaves nothing to pay on its invoice, which then counts as paid (§8.3, §12)."""
    patch_unknown: Literal["reject", "ignore"] = "reject"
    """PATCH of a property that cannot be patched (§8.4)."""
    patch_payment_method: Refusal = "accept"
    """PATCH of PaymentMethod: its own page has it, the page of what can be patched does not (§8.4)."""
    paid_date_needs_time: bool = True
    """PATCH refuses a PaidDate without time (§8.4)."""
    overpayment: Refusal = "accept"
    """A payment of more than what is open (§8.5)."""
    payment_paid_date: Literal["now", "given"] = "now"
    """A payment sets PaidDate to now, whatever its own date (§8.5)."""
    delete_sent: Literal["reject", "accept"] = "reject"
    """DELETE of a sent document (§15 j)."""
    delete_sent_code: str = "OrderAlreadySent"
    """The code of that refusal is known from a test fixture only."""


@dataclass
class BookSwitches:
    """How totals are recalculated (§5)."""

    unit_price_decimals: int = 2
    """Account setting; further decimals are accepted and ignored."""
    quantity_decimals: int = 2
    """Account setting, as above."""
    decimals_mode: Literal["cut", "round"] = "cut"
    """How the further decimals are ignored."""
    gross_group_vat: Literal["difference", "recomputed"] = "difference"
    """VAT of gross-led lines in a rate group: Σincl - Σexcl, or round2(Σexcl × rate)."""
    total_incl_before_reduction: bool = False
    """Whether ReductionPercentage still comes off a TotalIncl that was given."""


@dataclass
class PartySwitches:
    """Recognising and changing debtors (§3.4, §8.6)."""

    match_vat: bool = True
    """A customer without PartyID is matched by VAT number."""
    match_email: bool = True
    """… by e-mail address, also to a business."""
    match_number: bool = False
    """… by customer number: an account setting."""
    match_address: bool = True
    """… by the whole address, whoever lives there."""
    match_external_id: bool = False
    """… by ExternalProviderID (§15 f)."""
    match_overwrites: bool = True
    """A matched party is overwritten with what was sent, VAT number or not."""
    pinned_overwrites: bool = True
    """So is a party pinned by PartyID, where more than the id was sent."""
    pinned_needs_name: bool = False
    """Whether `Customer: {PartyID}` alone is refused for want of a name."""
    party_upsert: Literal["party_id", "matching"] = "party_id"
    """What makes POST /v1/parties an update: its PartyID only, or any match as above (§8.6)."""
    party_patch_address: Literal["invoice_address", "beside"] = "invoice_address"
    """PATCH takes an address flat (§8.4): it changes the InvoiceAddress of `Addresses`, or stands beside it."""
    party_patch_nulls: Refusal = "accept"
    """Explicit nulls in a PATCH of a party: accepted, they empty a member, as PaidDate's does (§8.4)."""
    party_lists_addresses: bool = True
    """Whether lists of parties show addresses; those of orders show less than a single read does (§8.1, §8.6)."""
    party_lists_external_id: bool = True
    """Whether lists of parties show ExternalProviderID; those of orders are not known to (§8.1, §8.6)."""
    party_email_filter: Refusal = "reject"
    """`$filter=Email eq …` on parties."""
    party_external_id_filter: Refusal = "accept"
    """`$filter=ExternalProviderID eq …` on parties."""
    search_covers_email: bool = True
    """fullTextSearch of parties looks at e-mail addresses."""
    vat_checksum: bool = True
    """Belgian VAT numbers are checked (§3.3)."""


@dataclass
class ListSwitches:
    """Lists and the shape of answers (§8)."""

    page_size: int = 120
    """The cap of a page."""
    next_page_link: Literal["full", "relative", "foreign", "absent"] = "full"
    """How the link to the next page looks; a foreign one points to a host that is not Billit."""
    top_ends_paging: bool = False
    """A page of `$top` rows has no link to a next one (as OData says)."""
    inline_count: bool = True
    """`$inlinecount=allpages` fills Count."""
    equal_keys: Literal["stable", "shuffled"] = "stable"
    """Rows with equal sort keys keep their order, or come in another one at each request."""
    substring_functions: bool = False
    """`substringof` and `startswith` in $filter."""
    text_compare: Literal["exact", "ignore_case"] = "exact"
    """How `eq` compares texts: SQL Server's usual collation ignores case."""
    search_lag_seconds: float = 0
    """For so long lists do not find what was newly created; reading by id does."""
    drift: Literal["none", "touch", "insert", "delete"] = "none"
    """What happens to the books after each page of a list."""
    drift_times: int = 1
    """How often that happens; counts down."""
    summary_external_id: bool = True
    """Whether list items show ExternalProviderID; the sheet does not name it among theirs (§8.1)."""
    unknown_fields: bool = False
    """Answers carry members that no sheet knows."""
    unknown_enums: bool = False
    """Status words in answers are ones that no sheet knows."""
    nulls: bool = False
    """Members without value come as null instead of being left out."""
    time_zone: Literal["local", "utc"] = "local"
    """Whether zone-less timestamps, out and in filters, are Belgian time or UTC."""


@dataclass
class SendingSwitches:
    """The send command, delivery, Peppol (§6, §7)."""

    delivery_seconds: float = 5
    """How long a document is Pending."""
    delivery_result: Literal["Delivered", "Error", "never"] = "Delivered"
    """What it becomes then; fixed when the document is sent."""
    delivery_words: Literal["documented", "confac"] = "documented"
    """Delivered/Error, or the Sent/Failed that CONFAC lists (§6.1)."""
    delivery_info: str = "Ontvangen"
    """The localised label of the receiver's answer."""
    refused_reason: str = "InvalidInvoice"
    """DocumentRefusedReasonTC of a failed delivery."""
    refused_info: str = "BR-S-08: the VAT category taxable amount does not add up"
    """DocumentRefusedInfo of a failed delivery; empty: there is none."""
    error_keeps_sent: bool = True
    """A failed delivery leaves IsSent true."""
    resend_minutes: int = 10
    """A second send within so long is refused; later it is sent a second time."""
    batch: Literal["all_or_nothing", "one_by_one"] = "all_or_nothing"
    """A batch in which one document fails (§15 i)."""
    peppol_falls_back: bool = False
    """`Peppol` falls back to e-mail, as it did before February 2026."""
    letter_fallback: bool = True
    """Without TransportType, without Peppol and without e-mail address, a paper letter is sent."""
    auto_send: bool = False
    """The account option that sends every unsent invoice at 09:00 (§6)."""
    po_number_vats: tuple[str, ...] = ()
    """VAT numbers of customers who insist on a Reference."""
    peppol_rules: bool = True
    """Peppol's rules are checked at sending (§4)."""
    peppol_unlisted: bool = False
    """What participantInformation says of those who are not in the list."""
    peppol_vat_finds_cbe: bool = True
    """A look-up by Belgian VAT number finds a registration by company number."""


@dataclass
class BillitSwitches(
    AccountSwitches,
    IdempotencySwitches,
    DocumentSwitches,
    BookSwitches,
    PartySwitches,
    ListSwitches,
    SendingSwitches,
    Switches,
):
    """All switches of the Billit side."""
