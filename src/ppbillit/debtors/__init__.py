"""The debtor of an order: one that Billit has already, or one that is created, once.

mirror   keep Billit's debtors in the state file, so that matching one costs no request
card     compare the name and address of a debtor and an order (pure)
match    find the buyer among the debtors
create   create a debtor where nobody matches
update   change debtors after the run's orders, which only a person can ask for
redact   take names out of what is reported
review   what a person should look at among Billit's debtors, for `ppbillit debtors`
"""

from ppbillit.debtors.create import debtor_for
from ppbillit.debtors.match import MatchedDebtor, NoDebtor, match_debtor, new_notes
from ppbillit.debtors.mirror import refresh_debtors
from ppbillit.debtors.update import update_debtors

__all__ = [
    "MatchedDebtor",
    "NoDebtor",
    "debtor_for",
    "match_debtor",
    "new_notes",
    "refresh_debtors",
    "update_debtors",
]
