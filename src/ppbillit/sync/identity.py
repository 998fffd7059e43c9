"""Whose orders and whose books: asked of both services before anything else in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ppbillit.errors import KeysRefused, SetupWrong

if TYPE_CHECKING:
    from ppbillit.billit.gateway import BillitReader
    from ppbillit.plugandpay.models import Shop


class ShopSource(Protocol):
    """Who can say whose shop the key opens."""

    def shop(self) -> Shop | None:
        """Give the shop, None where the key is good but may not ask."""
        ...


def identify_shop(source: ShopSource, own_name: str) -> str:
    """Give the tenant id that all our keys in Billit carry; the owner's own name for it leads where there is one.

    Raises SetupWrong where neither is to be had, and the errors of the service.
    """
    shop = source.shop()
    if own_name:
        return own_name
    if shop is None:
        raise SetupWrong(
            "The Plug&Pay key may not ask which shop it belongs to.",
            'Give the shop a name of your own: shop = "my-shop" under [plugandpay], and never change it.',
        )
    return shop.tenant_id


def check_company(reader: BillitReader, party_id: int) -> None:
    """Raise KeysRefused where the Billit key does not reach the company it is to invoice for."""
    companies = reader.companies()
    company = next((company for company in companies if company.party_id == party_id), None)
    if company is None:
        reached = ", ".join(f"{company.party_id} ({company.name})" for company in companies) or "none"
        raise KeysRefused(
            f"The Billit key does not reach company {party_id}. It reaches: {reached}.",
            "Set party_id under [billit] to the company that makes the invoices, or use its key.",
        )
    if company.api_allowed is False:
        raise KeysRefused(
            f"Billit does not allow the API for company {party_id}.",
            "Switch the API on for this company in Billit, or ask Billit's support.",
        )
