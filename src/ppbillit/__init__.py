"""Turn the orders of a Plug&Pay shop into sales invoices in Billit: exactly once, to the cent.

An order's way: `plugandpay.client` reads it -> `mapping` makes a draft of it or says why not -> `state` records
the attempt -> `billit.client` creates -> `sync.verify` reads back and compares -> `sync.send` -> `sync.follow`.
Each verb is told from top to bottom in `sync.run`; `cli` is the only part that prints.

The words, everywhere the same:

order        what was bought in Plug&Pay; a credit is an order of its own
document     an invoice or credit note in Billit, which calls both "order"
debtor       the customer in Billit, which says "party"
draft        a document or debtor as we would post it
attempt      one try at a write, with its idempotency key, on disk before it leaves
parked       refused, by us or by Billit, until somebody acts; has reasons
held         in Billit with a total that is not what was paid; not sent
unknown      we asked, and do not know whether Billit did it
adopted      found in Billit, not made by an attempt of this state file; never sent by us
go-live date orders invoiced from then on are synced and sent; older ones only exported, never sent
mark         the day up to which every order is settled or on record
run          one command's work, with an id of its own
"""

__version__ = "0.1.0"
