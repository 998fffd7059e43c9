"""The checks at Plug&Pay. They only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.cli.commands.doctor.checks import Check, check_clock, checked, failed, good, note, unchecked
from ppbillit.errors import PpbillitError
from ppbillit.invoicing.identity import identify_shop
from ppbillit.plugandpay.models import UnreadableProduct
from ppbillit.plugandpay.relations import Relations, relations_taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.config import Config
    from ppbillit.http import HttpClient
    from ppbillit.plugandpay.client import PlugAndPayClient
    from ppbillit.plugandpay.models import PricedProduct

KEY, CLOCK, INCLUDES, PRODUCTS = "Plug&Pay key", "clock, Plug&Pay", "Plug&Pay includes", "products' ledger"
_AFTER_KEY = (CLOCK, INCLUDES, PRODUCTS)
_MOST_NAMED = 10


class ShopChecks:
    """All checks at Plug&Pay; `tenant_id` is set when the first one is good."""

    def __init__(self, config: Config, client: PlugAndPayClient, http: HttpClient) -> None:
        self._config = config
        self._client = client
        self._http = http
        self.tenant_id: str | None = None

    def checks(self) -> Iterator[Check]:
        """Make all checks, one by one."""
        try:
            yield self._key()
        except PpbillitError as error:
            yield failed(KEY, error)
            yield from unchecked(_AFTER_KEY, "the shop does not open")
            return
        yield check_clock(CLOCK, self._http)
        yield checked(INCLUDES, self._includes)
        yield checked(PRODUCTS, self._products)

    def _key(self) -> Check:
        shop = self._client.shop()
        own_name = self._config.plugandpay.shop
        if shop is None:
            self.tenant_id = identify_shop(self._client, own_name)
            return good(KEY, f"opens the shop you call {own_name}; it may not tell more")
        self.tenant_id = own_name or shop.tenant_id
        return good(KEY, f"opens {shop.name} (shop {shop.tenant_id}), plan {shop.plan or 'not told'}")

    def _includes(self) -> Check:
        relations = relations_taken(self._http)
        if not isinstance(relations, Relations):
            raise self._client.api.read_refused(relations)
        if relations.are_refused:
            return note(
                INCLUDES,
                "the shop refuses some relations: no shipping, no checkout questions, no link to credit invoices",
                "nothing to do: ppbillit asks for less then; orders with shipping may be parked",
            )
        if relations.absent is None:
            return good(INCLUDES, "accepted; there is no order yet to see them in")
        if relations.absent:
            return note(
                INCLUDES,
                f"accepted, but not given: {', '.join(relations.absent)}",
                "run `ppbillit probe` and send its report along when you report this",
            )
        return good(INCLUDES, "all accepted and given")

    def _products(self) -> Check:
        ledger = self._config.ledger
        products = self._client.products()
        bare = [product.id for product in products if not self._has_account(product)]
        if not bare:
            return good(PRODUCTS, f"all {len(products)} products have an account")
        if ledger.default is not None:
            return good(PRODUCTS, f"{len(bare)} of {len(products)} have none, and go to {ledger.default}")
        if len(bare) == len(products) and not ledger.products:
            return good(PRODUCTS, "no accounts are used: Billit decides")
        some = ", ".join(map(str, bare[:_MOST_NAMED])) + (" …" if len(bare) > _MOST_NAMED else "")
        return note(
            PRODUCTS,
            f"{len(bare)} of {len(products)} products have none: {some}",
            "give them one in Plug&Pay or under [ledger.products], or set default under [ledger]",
        )

    def _has_account(self, product: PricedProduct | UnreadableProduct) -> bool:
        if product.id in self._config.ledger.products:
            return True
        own = None if isinstance(product, UnreadableProduct) else product.ledger
        return self._config.ledger.from_product and own is not None
