"""The debtor of an order: recognised among Billit's in `recognise`, or made, once, in `make`.

`mirror` keeps what Billit has, so that recognising costs no request; `update` changes debtors, which only a person
can ask for.
"""

from ppbillit.debtors.create import debtor_for
from ppbillit.debtors.match import MatchedDebtor, NoDebtor, match_debtor, unsaid_notes
from ppbillit.debtors.mirror import refresh_debtors
from ppbillit.debtors.update import update_debtors

__all__ = [
    "MatchedDebtor",
    "NoDebtor",
    "debtor_for",
    "match_debtor",
    "refresh_debtors",
    "unsaid_notes",
    "update_debtors",
]
