"""The verbs: what a run does, in the order it does it.  Begin with `run`.

settle   attempts whose outcome an earlier run did not learn
read     the shop's orders: the window since the mark, and those on record as unfinished
products of the orders that do not carry them, fetched once
plan     what becomes of each; set aside what cannot become a document
look     what Billit already has of the plan
create   the rest: attempt on record, POST, outcome on record; its debtor comes from `debtors`
verify   read back, compare totals
send     what may be sent and is to the cent, by the way that `route` finds: it asks the Peppol `directory`;
         `send_refusals` says why one was not sent, `delivery` what a document shows of its sending
follow   what became of what was sent; once a day `reconsider` what a person may have put right in Billit
shown    a document that Billit hides, cannot give or has deleted: what that means, wherever one is read
payments both ways, a run of their own: see `payments`

What a person asks for besides: `retry` goes on with what is stuck, `dismiss` settles it, `rebuild` makes a lost
state anew.
"""
