"""What nobody has proven about Plug&Pay: one field per open point, so that a test can turn each of them.

The sections named are those of the Plug&Pay reference sheet. Where a point is open the default is the harsher
reading, unless the harsher one would make every ordinary run unreadable (rows that move, foreign links).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppbillit_emulator.switches import Switches


@dataclass
class ShopSwitches(Switches):
    """The open points of the shop's API, each with the value it starts with."""

    # --- at the door ---
    wrong_user_agent: Literal["accept", "refuse"] = "refuse"
    """§2: listed as required, yet most clients never send it; refused with 403 and HTML."""
    tenants_me: Literal["allowed", "forbidden", "missing"] = "allowed"
    """§3: whether a plain API key may ask which shop it opens (200, 403 or 404)."""
    rate_limit_headers: bool = True
    """§4: X-RateLimit-Limit and -Remaining on every answer."""
    rate_limit_per_minute: int = 120
    """§4: the number these headers name."""
    rate_limit_enforced: bool = False
    """§4: whether going over it is answered with 429."""
    retry_after: Literal["seconds", "date", "absent"] = "seconds"
    """§4: the form of Retry-After on that 429."""

    # --- lists ---
    default_page_size: int = 15
    """§6.3: page size without `limit` (15 or 25)."""
    max_page_size: int = 100
    """§6.3: larger limits are clamped to this."""
    default_mode: Literal["live", "both"] = "both"
    """§6.1: whether test orders are listed when `mode` is not sent."""
    default_hidden: Literal["both", "visible"] = "both"
    """§14 i: whether hidden orders are listed when `is_hidden` is not sent."""
    default_direction: Literal["asc", "desc"] = "desc"
    """§6.1: the direction without `direction`."""
    known_includes: Literal["all", "sdk"] = "all"
    """§6.2: every include seen anywhere exists, or the SDK's own seven alone."""
    unknown_include: Literal["ignore", "refuse"] = "ignore"
    """§6.2: an include that does not exist is passed over, or 422."""
    unknown_filter: Literal["ignore", "refuse"] = "ignore"
    """§6.1: a query parameter that does not exist."""
    bad_enum: Literal["refuse", "ignore"] = "refuse"
    """§6.1: a value that an enum does not have, in a filter."""
    boolean_words: Literal["understood", "truthy", "refused"] = "understood"
    """§6.1: `false` and `true` as words; "truthy" is PHP, for which every word is true."""
    date_filter: Literal["local", "utc", "ignored"] = "local"
    """§6.1: which day since_/until_invoice_date compare with, if they do anything at all."""
    until_inclusive: bool = True
    """§6.1: whether the last day named belongs to the list."""
    concepts_in_date_filter: bool = False
    """§6.1: whether an order without invoice date passes a date filter (by its creation) or never does."""
    paid_at_zone: Literal["utc", "local"] = "local"
    """§6.1: the zone of since_/until_paid_at."""
    payment_filters: Literal["work", "ignored"] = "work"
    """§6.1: whether payment_status and since_/until_paid_at do anything; filters of no effect may be ignored."""
    links_lose_filters: bool = True
    """§6.3: `links.next` carries `page` alone."""
    links_host: str = ""
    """§6.3: scheme and host of all links, such as "https://api.plugandpay.invalid"; empty: the host asked."""
    links_in_meta: bool = False
    """§6.3: newer Laravel repeats the links in `meta.links`."""
    shuffle_ties: bool = False
    """§6.3: rows with equal sort keys come in another order on each request."""
    drift: Literal["none", "insert", "move"] = "none"
    """§6.3: what happens between page one and two: an order joins page one, or one leaves it for the end."""
    drift_times: int = 1
    """How often that happens; counts down."""

    # --- bodies: form ---
    wrap_single: bool = True
    """§5: a single object inside `data`, or bare."""
    amounts: Literal["strings", "numbers"] = "strings"
    """§7: amounts as JSON strings or as JSON numbers."""
    quantities: Literal["numbers", "text"] = "numbers"
    """§7.3: quantities as whole numbers, or as text with decimals ("3.00")."""
    extra_decimals: Literal["none", "parts", "all"] = "none"
    """§12: net amounts such as "40.4959", of the parts alone or of the order's total too."""
    short_timestamps: bool = False
    """§7: timestamps without fraction."""
    extra_fields: bool = False
    """§13.22: members nobody has told us about, on every object."""
    invoice_date: Literal["date", "absent", "null", "timestamp_local", "timestamp_utc"] = "date"
    """§7.1: form of invoice_date; a timestamp names midnight of the shop's zone, or midnight UTC."""
    related_orders: Literal["both", "credit", "absent"] = "both"
    """§8.4: which side of a credit names the other."""
    null_source: bool = False
    """§7.1: source null on every order."""
    null_product: bool = False
    """§7.3: product null on every line, as for one deleted for good."""
    null_address: bool = False
    """§7.2: every part of the address null."""
    sparse_contact: bool = False
    """§7.2: the contact without tax_exempt, invoice_email and website, which older answers lack."""
    null_item_type: bool = False
    """§7.3: type null on every line."""
    empty_paid_at: bool = False
    """§8.1: paid_at an empty string where it would be null."""
    unknown_source: str | None = None
    """§13.22: a source that the sheet does not list, on every order."""
    unknown_item_type: str | None = None
    """§13.22: a line type that the sheet does not list."""
    unknown_method: str | None = None
    """§8.1: a new payment method, such as "wero"."""
    unknown_provider: str | None = None
    """§8.1: a new payment provider, such as "whop"."""
    unknown_tax_exempt: str | None = None
    """§13.22: a kind of exemption that the sheet does not list."""
    unknown_payment_status: str | None = None
    """§13.22: a payment status that the sheet does not list."""
    ledger: Literal["seen", "text", "number"] = "seen"
    """§9: "seen": a number from /v2/products, text inside orders."""

    # --- bodies: meaning ---
    tax_amount: Literal["vat", "base"] = "vat"
    """§7.5: what tax.amount says."""
    tax_amount_with_tax: bool = False
    """§7.4: the mocks' third number beside each tax."""
    credit_form: Literal["negative_amount", "negative_quantity", "both"] = "negative_amount"
    """§8.4: which number of a credited line carries the minus sign."""

    # --- writes ---
    patch_credited: Literal["refuse", "accept"] = "refuse"
    """§8.3: changing a credited order or a credit invoice, or making one."""
    patch_processing: Literal["accept", "refuse"] = "accept"
    """§13.9: marking paid what the provider is collecting just now."""
    lists_on_patch: Literal["replace", "append"] = "replace"
    """§6.4: tags and comments sent by PATCH."""
