"""The table of the config about payments."""

from __future__ import annotations

from pydantic import Field

from ppbillit.config.section import Section


class Payments(Section):
    """Payments, between Plug&Pay and Billit, for `sync-payments` and `sync --with-payments`."""

    to_plugandpay: bool = Field(
        default=True,
        description="Whether an order is set to paid in Plug&Pay once its invoice is paid in Billit. Plug&Pay "
        "may then do what it does for every paid order: give access, send mails.",
    )
    to_billit: bool = Field(
        default=True,
        description="Whether an invoice is marked as paid in Billit once its order is paid in Plug&Pay, also "
        "when the invoice is made. Switch it off where your bookkeeper books payments from the bank.",
    )
    reopen_reversed: bool = Field(
        default=False,
        description="Whether an invoice is marked as unpaid again in Billit when its payment was charged back in "
        "Plug&Pay. Without it you are told, and nothing is changed.",
    )
