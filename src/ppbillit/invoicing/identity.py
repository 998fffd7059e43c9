"""Before a run: which shop and which company the keys belong to, and whether a first run may start."""

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

_SAMPLE_SIZE = 3


class ShopSource(Protocol):
    """Plug&Pay, as far as it says which shop the key belongs to."""

    def shop(self) -> Shop | None:
        """Return the shop; None where the key is valid but may not ask."""
        ...


def identify_shop(source: ShopSource, own_name: str) -> str:
    """Return the tenant id for our keys in Billit: the name from the config, else the one from Plug&Pay.

    Raise SetupWrong where there is neither, and the errors of the service.
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
    """Raise KeysRefused where the Billit key does not reach the company that is to make the invoices."""
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
    """Raise SetupWrong where there is no state file although Billit holds documents that ppbillit created.

    A lost file and a second machine look the same (docs/exactly-once.md).  So does a shop that got another name:
    then the keys in Billit have the old name, and the orders in them are this shop's.
    """
    names: dict[int, str] = {}
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
            names[found[1]] = found[0]
    # Another shop of the same company is fine.  It is that, unless this shop has one of these few orders.
    for order_id in sorted(names)[-_SAMPLE_SIZE:]:
        if source.order(order_id) is not None:
            raise SetupWrong(
                f"Billit holds an invoice of order {order_id} of this shop under the shop name "
                f"{names[order_id]}, and this run's is {tenant_id}.",
                f'Write shop = "{names[order_id]}" under [plugandpay]; with a new name all would be made again.',
            )
