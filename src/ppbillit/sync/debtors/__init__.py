"""The debtor of an order (DESIGN §6): recognised among Billit's in `recognise`, or made, once, in `make`.

`mirror` keeps what Billit has, so that recognising costs no request; `update` changes debtors, which only a person
can ask for.
"""

from ppbillit.sync.debtors.make import debtor_for
from ppbillit.sync.debtors.mirror import refresh_debtors
from ppbillit.sync.debtors.recognise import Found, NotFound, recognise, unsaid
from ppbillit.sync.debtors.update import update_debtors

__all__ = ["Found", "NotFound", "debtor_for", "recognise", "refresh_debtors", "unsaid", "update_debtors"]
