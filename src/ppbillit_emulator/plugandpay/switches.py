"""Switches for all that is unproven about Plug&Pay (plugandpay.md).

The default is the stricter behaviour, except where that would disturb every ordinary run (rows that move, foreign
links).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppbillit_emulator.switches import Switches


@dataclass
class ShopSwitches(Switches):
    """All switches of Plug&Pay."""

    # --- access ---
    wrong_user_agent: Literal["accept", "refuse"] = "refuse"
    """Another user agent than the documented one, which most clients do not send; refused with 403 (§2)."""
    tenants_me: Literal["allowed", "forbidden", "missing"] = "allowed"
    """Whether an API key may read the tenant: 200, 403 or 404 (§3)."""
    rate_limit_headers: bool = True
    """Whether responses have X-RateLimit-Limit and -Remaining (§4)."""
    rate_limit_per_minute: int = 120
    """The limit of requests per minute (§4)."""
    rate_limit_enforced: bool = False
    """Whether requests over the limit get 429 (§4)."""
    retry_after: Literal["seconds", "date", "absent"] = "seconds"
    """The format of Retry-After with that 429 (§4)."""

    # --- lists ---
    default_page_size: int = 15
    """The page size without `limit`: 15 or 25 (§6.3)."""
    max_page_size: int = 100
    """The largest page size (§6.3)."""
    default_mode: Literal["live", "both"] = "both"
    """Whether test orders are listed without `mode` (§6.1)."""
    default_hidden: Literal["both", "visible"] = "both"
    """Whether hidden orders are listed without `is_hidden` (§14 i)."""
    default_direction: Literal["asc", "desc"] = "desc"
    """The sort direction without `direction` (§6.1)."""
    known_includes: Literal["all", "sdk"] = "all"
    """Whether all includes ever seen exist, or only the seven of the SDK (§6.2)."""
    unknown_include: Literal["ignore", "refuse"] = "ignore"
    """Whether an unknown include is ignored, or gets 422 (§6.2)."""
    unknown_filter: Literal["ignore", "refuse"] = "ignore"
    """Whether an unknown query parameter is ignored, or gets 422 (§6.1)."""
    bad_enum: Literal["refuse", "ignore"] = "refuse"
    """Whether an unknown value of an enum in a filter gets 422, or is ignored (§6.1)."""
    boolean_words: Literal["understood", "truthy", "refused"] = "understood"
    """What the words `false` and `true` mean; "truthy": every word is true, as in PHP (§6.1)."""
    date_filter: Literal["local", "utc", "ignored"] = "local"
    """The day that since_/until_invoice_date compare, unless they are ignored (§6.1)."""
    until_inclusive: bool = True
    """Whether until_invoice_date includes that day (§6.1)."""
    concepts_in_date_filter: bool = False
    """Whether a date filter uses the creation of an order without invoice date, or excludes it (§6.1)."""
    paid_at_zone: Literal["utc", "local"] = "local"
    """The time zone of since_/until_paid_at (§6.1)."""
    payment_filters: Literal["work", "ignored"] = "work"
    """Whether the filters payment_status and since_/until_paid_at have an effect (§6.1)."""
    links_lose_filters: bool = True
    """Whether links to other pages have `page` only, without the filters (§6.3)."""
    links_host: str = ""
    """Scheme and host of links, as "https://api.plugandpay.invalid"; empty: the host of the request (§6.3)."""
    links_in_meta: bool = False
    """Whether the links are repeated in `meta.links`, as in newer Laravel (§6.3)."""
    shuffle_ties: bool = False
    """Whether rows with equal sort keys have another order at each request (§6.3)."""
    drift: Literal["none", "insert", "move"] = "none"
    """What happens after page one was read: an order is inserted on it, or one moves to the end (§6.3)."""
    drift_times: int = 1
    """How often this still happens."""

    # --- bodies: format ---
    wrap_single: bool = True
    """Whether a single object is inside `data` (§5)."""
    amounts: Literal["strings", "numbers"] = "strings"
    """Amounts as JSON strings or as JSON numbers (§7)."""
    quantities: Literal["numbers", "text"] = "numbers"
    """Quantities as whole numbers, or as text with decimals, "3.00" (§7.3)."""
    extra_decimals: Literal["none", "parts", "all"] = "none"
    """Which amounts have four decimals, as "40.4959": those of the parts, or the total of the order too (§12)."""
    short_timestamps: bool = False
    """Whether timestamps have no fraction (§7)."""
    extra_fields: bool = False
    """Whether every object has undocumented members (§13.22)."""
    invoice_date: Literal["date", "absent", "null", "timestamp_local", "timestamp_utc"] = "date"
    """The format of invoice_date; a timestamp is midnight in the shop's zone, or in UTC (§7.1)."""
    related_orders: Literal["both", "credit", "absent"] = "both"
    """Which order refers to the other: the credit and the credited one, or the credit only (§8.4)."""
    null_source: bool = False
    """Whether source is null on every order (§7.1)."""
    null_product: bool = False
    """Whether product is null on every line, as of one that was deleted (§7.3)."""
    null_address: bool = False
    """Whether every member of the address is null (§7.2)."""
    sparse_contact: bool = False
    """Whether the contact has no tax_exempt, invoice_email and website, as in older responses (§7.2)."""
    null_item_type: bool = False
    """Whether type is null on every line (§7.3)."""
    empty_paid_at: bool = False
    """Whether paid_at is an empty string instead of null (§8.1)."""
    unknown_source: str | None = None
    """An undocumented source, on every order (§13.22)."""
    unknown_item_type: str | None = None
    """An undocumented type, on every line (§13.22)."""
    unknown_method: str | None = None
    """A new payment method, such as "wero" (§8.1)."""
    unknown_provider: str | None = None
    """A new payment provider, such as "whop" (§8.1)."""
    unknown_tax_exempt: str | None = None
    """An undocumented tax exemption (§13.22)."""
    unknown_payment_status: str | None = None
    """An undocumented payment status (§13.22)."""
    ledger: Literal["seen", "text", "number"] = "seen"
    """The type of a ledger code; "seen": a number from /v2/products, text in orders (§9)."""

    # --- bodies: meaning ---
    tax_amount: Literal["vat", "base"] = "vat"
    """What tax.amount is (§7.5)."""
    tax_amount_with_tax: bool = False
    """Whether each tax has amount_with_tax too, as in the SDK's mocks (§7.4)."""
    credit_form: Literal["negative_amount", "negative_quantity", "both"] = "negative_amount"
    """Which numbers of a credited line are negative (§8.4)."""

    # --- writes ---
    patch_credited: Literal["refuse", "accept"] = "refuse"
    """Changing the payment of a credited order or a credit, or making it one (§8.3)."""
    patch_processing: Literal["accept", "refuse"] = "accept"
    """Setting an order to paid whose direct debit is being collected (§13.9)."""
    lists_on_patch: Literal["replace", "append"] = "replace"
    """What PATCH does with tags and comments (§6.4)."""
