"""Invoicing, in the steps of a run.  Read `pipeline` first; it calls the steps in this order.

0  resolve            look up what an earlier run created without an answer
1  select             which orders this run looks at, with their products
2  plan               order to draft, or why not; `credit_notes` finds the invoice that an order credits
3  existing           what Billit already has of the plan; `document_keys` reads our keys there
4  create             the order's debtor, then the document
5  verify             read the document back, compare its total with what was paid
6  send               by the way that `channel` chooses, which asks the `peppol_directory`; `delivery_errors` says
                      why a document was not sent
7  track              what became of what was sent

lookup                what Billit shows of a document, and why it is missing where it is not shown
document_facts        what a document shows of its sending, delivery and total (pure)
payment_facts         what orders and documents say of payments, stored while they are read

identity              before a run: which shop, which company, and whether this may be a first run
retry, skip           what a person asks for: try a stuck order again, or say that it needs nothing more
stuck                 all that needs a person, orders and payments
rebuild_state         create a lost state file again from what Billit holds
"""
