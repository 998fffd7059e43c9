"""Whose orders and whose books: asked of both services before anything else in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ppbillit.errors import KeysRefused, SetupWrong
from ppbillit.invoicing.document_keys import read_with_keys
from ppbillit.mapping.rules import parts_of_key

if TYPE_CHECKING:
    from pathlib import Path

    from ppbillit.billit.ports import BillitReader
    from ppbillit.plugandpay.models import Shop
    from ppbillit.plugandpay.ports import OrderSource

_SAMPLE = 3


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


def refuse_second_start(source: OrderSource, reader: BillitReader, tenant_id: str, state_file: Path) -> None:
    """Raise SetupWrong where a run without a state file would begin although Billit holds our documents.

    A lost file and a second machine look the same (docs/exactly-once.md).  So does a shop that got another name:
    then the keys in Billit are under the old name, and the orders in them are this shop's.
    """
    strange: dict[int, str] = {}
    for document in read_with_keys(reader, list(reader.all_documents())):
        found = parts_of_key(document.external_provider_id)
        if found and found[0] == tenant_id:
            raise SetupWrong(
                f"There is no state file at {state_file}, but Billit already holds invoices of this shop "
                f"made by ppbillit (for example {document.order_number or document.order_id}).",
                "If the file was lost, run `ppbillit rebuild-state`; if another machine does this job, "
                "let only one of them.",
            )
        if found:
            strange[found[1]] = found[0]
    # Another shop of the same company is no trouble; a few orders tell which it is.
    for order_id in sorted(strange)[-_SAMPLE:]:
        if source.order(order_id) is not None:
            raise SetupWrong(
                f"Billit holds an invoice of order {order_id} of this shop under the shop name "
                f"{strange[order_id]}, and this run's is {tenant_id}.",
                f'Write shop = "{strange[order_id]}" under [plugandpay]; with a new name all would be made again.',
            )
