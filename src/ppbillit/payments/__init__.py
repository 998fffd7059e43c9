"""Payments, both ways.  Read `reconcile` first; it calls the steps below in this order.

0  resume      a write that was not answered: read back before anything is repeated
1  read        what both sides say of payments, into the state file
2  decide      what follows from what both sides say (pure)
   limits      how many payments a run may write before a person has seen their number
3  to_shop     set an order to paid whose invoice was paid in Billit
   to_billit   mark an invoice as paid whose order was paid in Plug&Pay; after a charge-back report it, and where
               the config says so mark the invoice as unpaid again

`payment_run` is what each step is given: a run, the two ports that write payments, and what steps have in common.

A payment is carried over once.  What a person undoes by hand on either side is reported, and left as it is.
"""
