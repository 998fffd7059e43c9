"""Turn the orders of a Plug&Pay shop into sales invoices in Billit: exactly once, to the cent.

The way of an order (`invoicing.pipeline`): 0 resolve what an earlier run created without an answer, 1 select
orders, 2 plan drafts, 3 find existing documents, 4 create, 5 verify, 6 send, 7 track.  `run.record` stores and
reports what each step does.  The way of a payment: `payments.reconcile`.  How no order is invoiced twice:
`exactly_once`.  The folders, and what each may import: docs/architecture.md.

One word for one thing:

order        what was bought in Plug&Pay; a credit is an order of its own
document     an invoice or credit note in Billit, which calls both "order"
buyer        who ordered
debtor       the customer as Billit has it, which says "party"
draft        a document or debtor as it would be posted
attempt      one try at a write, with its idempotency key, on disk before it leaves
document key `plugandpay-<tenant>-<order>`, which every document of ours carries
parked       refused, by us or by Billit, until somebody acts; has reasons
held         in Billit with a total that is not what was paid; not sent
unknown      we asked, and do not know whether Billit did it
adopted      found in Billit, not created by an attempt of this state file; never sent by us
go-live date orders invoiced from then on are synced and sent; older ones only exported, never sent
backfill     what `export-existing` creates
channel      the way a document is sent: Peppol, e-mail, letter, or none
skip         what a person says of an order that needs nothing more (`dismissed` in the state file)
mark         the day up to which every order has its document or is on record
brake        what stops a run that would create more than `max_new_per_run`
mirror       Billit's debtors as last read, in the state file
outcome      what a run reports of an order; `stage`: where the order stands in the state file
"""

__version__ = "0.1.0"
