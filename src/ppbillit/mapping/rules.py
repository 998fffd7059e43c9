"""The rules of the mapping: what the config says, as plain values, and nothing of how it was loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ppbillit.mapping.shop_profile import ShopProfile


@dataclass(frozen=True)
class VatRules:
    """The seller's country and Billit's ventilation codes (billit.md §4); "" means: park instead."""

    seller_country: str = "BE"
    eu_services: str = "55"
    eu_goods: str = "51"
    domestic_reverse_charge: str = "21"
    outside_eu: str = "70"
    zero_rate: str = ""
    oss: str = "104"
    rounding: str = "1"


@dataclass(frozen=True)
class LedgerRules:
    """Which ledger account a line is booked on: by product id, else the product's own, else the default."""

    default: int | None = None
    from_product: bool = True
    products: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """Everything that decides how an order of this shop becomes a document."""

    tenant_id: str
    zone: ZoneInfo
    number: Literal["invoice_number", "order_number", "billit"] = "invoice_number"
    payment_term_days: int = 14
    payment_reference: Literal["billit", "number"] = "billit"
    buyer_reference_question: str = ""
    zero_total: Literal["skip", "export"] = "skip"
    group_lines: bool = False
    on_cent_difference: Literal["hold", "accept", "rounding_line"] = "hold"
    tells_payment: bool = True  # whether a document says that it was paid, when and how
    vat: VatRules = field(default_factory=VatRules)
    ledger: LedgerRules = field(default_factory=LedgerRules)
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
