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
    """The seller's country and Billit's ventilation codes (billit.md §4); "" parks the order instead."""

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
    """The ledger account of a line: by product id, else the product's own, else the default."""

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
    shop_profile: ShopProfile | None = None  # as `probe` found it

    def document_key(self, order_id: int) -> str:
        """Return the key of the document of an order: its ExternalProviderID (docs/exactly-once.md)."""
        return f"{document_key_prefix(self.tenant_id)}{order_id}"


_DOCUMENT_KEY = re.compile(r"plugandpay-(?P<tenant>.+)-(?P<order_id>[0-9]+)")


def parts_of_key(key: str | None) -> tuple[str, int] | None:
    """Return shop and order of a document key that ppbillit made, None for any other key."""
    found = _DOCUMENT_KEY.fullmatch(key or "")
    return (found["tenant"], int(found["order_id"])) if found else None


def document_key_prefix(tenant_id: str) -> str:
    """Return the prefix of all document keys of one shop."""
    return f"plugandpay-{tenant_id}-"
