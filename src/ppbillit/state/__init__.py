"""The state file: one SQLite database, and the only package that speaks SQL.

`file` makes, opens and copies it; `schema` is what it looks like, `migrations` how an older one gets there;
`records` is what comes out of it; `store` is the open file, whose `orders`, `debtors`, `receivers`, `payments` and
`attempts` change by named transitions, each durable on disk before the method returns.
"""

from ppbillit.state.file import create_state, dry_copy, is_there, open_state, refuse_stale_journal
from ppbillit.state.records import (
    HAS_DOCUMENT,
    IN_BILLIT,
    Account,
    Attempt,
    BillitSays,
    BuyerKind,
    Channel,
    DebtorRecord,
    Event,
    Identity,
    OrderFacts,
    OrderRecord,
    PaymentRecord,
    PaymentWrite,
    Receiver,
    RunRecord,
    Stage,
    Tally,
)
from ppbillit.state.store import StateStore

__all__ = [
    "HAS_DOCUMENT",
    "IN_BILLIT",
    "Account",
    "Attempt",
    "BillitSays",
    "BuyerKind",
    "Channel",
    "DebtorRecord",
    "Event",
    "Identity",
    "OrderFacts",
    "OrderRecord",
    "PaymentRecord",
    "PaymentWrite",
    "Receiver",
    "RunRecord",
    "Stage",
    "StateStore",
    "Tally",
    "create_state",
    "dry_copy",
    "is_there",
    "open_state",
    "refuse_stale_journal",
]
