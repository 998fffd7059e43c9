"""Which ledger account a line is booked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.reasons import Reason, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppbillit.mapping.amounts import Part
    from ppbillit.mapping.rules import LedgerRules

LONGEST_ACCOUNT = 9  # digits, for the 32-bit number Billit takes


def accounts_for(parts: Sequence[Part], rules: LedgerRules) -> list[int | Reason | None]:
    """Give the account of every part: a discount on the order is booked where all of it was, if that is one."""
    own = [account_for(part, rules) for part in parts]
    sold = {account for account, part in zip(own, parts, strict=True) if part.origin == "item"}
    if len(sold) != 1:
        return own
    [account] = sold
    return [account if part.origin == "discount" else found for found, part in zip(own, parts, strict=True)]


def account_for(part: Part, rules: LedgerRules) -> int | Reason | None:
    """Give the account: the config's for this product, else the product's own, else the default, else none.

    Billit takes 32-bit whole numbers only (billit.md §11); another code of the shop is a reason to park.
    """
    if part.product_id is not None and part.product_id in rules.products:
        return rules.products[part.product_id]
    if rules.from_product and part.product and part.product.ledger:
        ledger = part.product.ledger
        if not (ledger.isascii() and ledger.isdigit() and len(ledger) <= LONGEST_ACCOUNT):
            return reason("ledger_not_a_number", line=part.label or part.origin)
        return int(ledger)
    return rules.default
