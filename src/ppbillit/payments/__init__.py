"""Payments, both ways.  Begin with `run`.

look         ask both sides what changed, or about the orders that a person names
learn        what either side says of a payment, into the state; nothing is written elsewhere
at_shop      one order's payment as the shop shows it now
steps        what follows from what both say: pure
to_shop      set an order to paid whose invoice was paid in Billit
to_billit    mark an invoice as paid whose order was paid in Plug&Pay
reversal     a charge-back: said, and where the config says so, the invoice is marked as unpaid again
limits       how many a run may write before a person has seen their number
pending      a write whose outcome is not known: read back before anything is repeated

A payment is carried over once.  What a person undoes by hand on either side is said, and left as it is.
"""
