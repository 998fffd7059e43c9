"""The rules of the mapping: values of the config, whose schema alone has defaults for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ppbillit.mapping.shop_profile import ShopProfile


@dataclass(frozen=True)
class VatRules:
    """The seller's country and Billit's ventilation codes (billit.md §4); "" means: park instead."""

    seller_country: str
    eu_services: str
    eu_goods: str
    domestic_reverse_charge: str
    outside_eu: str
    zero_rate: str
    oss: str
    rounding: str


@dataclass(frozen=True)
class LedgerRules:
    """Which ledger account a line is booked on: by product id, else the product's own, else the default."""

    default: int | None
    from_product: bool
    products: Mapping[int, int]


@dataclass(frozen=True)
class Rules:
    """Everything that decides how an order of this shop becomes a document."""

    tenant_id: str
    zone: ZoneInfo
    number: Literal["invoice_number", "order_number", "billit"]
    payment_term_days: int
    payment_reference: Literal["billit", "number"]
    buyer_reference_question: str
    zero_total: Literal["skip", "export"]
    group_lines: bool
    on_cent_difference: Literal["hold", "accept", "rounding_line"]
    tells_payment: bool  # whether a document says that it was paid, when and how
    vat: VatRules
    ledger: LedgerRules
    settled: ShopProfile | None = None  # what a probe found to be so in this shop

    def document_key(self, order_id: int) -> str:
        """Give the key every document of ours carries as ExternalProviderID (docs/exactly-once.md)."""
        return f"{document_key_prefix(self.tenant_id)}{order_id}"


_DOCUMENT_KEY = re.compile(r"plugandpay-(?P<tenant>.+)-(?P<order_id>[0-9]+)")


def parts_of_key(key: str | None) -> tuple[str, int] | None:
    """Give the shop and the order of a document key that ppbillit made, None for any other key."""
    found = _DOCUMENT_KEY.fullmatch(key or "")
    return (found["tenant"], int(found["order_id"])) if found else None


def document_key_prefix(tenant_id: str) -> str:
    """Give what all document keys of one shop begin with."""
    return f"plugandpay-{tenant_id}-"
