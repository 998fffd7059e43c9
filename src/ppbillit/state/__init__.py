"""The state file: one SQLite database, and the only package that speaks SQL.

file         create, open and copy it
schema       its tables; `migrations` brings the file of an older version up to date
database     the open connection: transactions, queries, the history of events
store        the open state file: its parts below, its runs, and what one run keeps for the next
attempts     a write on record before it leaves, with its idempotency key (docs/exactly-once.md)
transitions  the order's state machine, as a table; `orders` stores orders, and moves them by a row of it
debtors      Billit's debtors as last read
peppol       what the Peppol directory answered
payments     the payment of each order, as both sides show it
records      what all of these return

A method that changes something is one transaction, on disk before it returns; or where it says so, a part of the
transaction of its caller.
"""

from ppbillit.state.attempts import Attempts
from ppbillit.state.file import create_state, dry_copy, is_there, open_state, refuse_stale_journal
from ppbillit.state.orders import Applied
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
    Subject,
    Tally,
)
from ppbillit.state.store import Remembered, StateStore
from ppbillit.state.transitions import Transition

__all__ = [
    "HAS_DOCUMENT",
    "IN_BILLIT",
    "Account",
    "Applied",
    "Attempt",
    "Attempts",
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
    "Remembered",
    "RunRecord",
    "Stage",
    "StateStore",
    "Subject",
    "Tally",
    "Transition",
    "create_state",
    "dry_copy",
    "is_there",
    "open_state",
    "refuse_stale_journal",
]
