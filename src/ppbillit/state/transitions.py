"""The order's state machine, as one table: every way in which an order may move from one stage to another.

Read a row as: *an order in one of `leaves` enters `enters`; its attempt is opened or ends; these columns are set*.
`Orders.apply` carries a row out, in one transaction that is on disk before it returns, and raises `WrongStage`
where the order is in no stage that the row leaves.  `docs/exactly-once.md` shows this table (`make docs`).  Tests
hold that the page is the table, that no sequence of rows breaks a CHECK of the schema, and that every row can be
reached.

What does not move an order (a remark, another channel, a skip by a person) is no row: see `Orders`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ppbillit.report import Outcome
from ppbillit.state.records import IN_BILLIT, Stage

if TYPE_CHECKING:
    from collections.abc import Collection

    from ppbillit.state.records import Subject

# What a row does to the attempt: "begin" opens it before the request; "done", "refused" and "lost" end it;
# "forget" deletes it, since its request never left this machine: its number and token serve the next try.
AttemptChange = Literal["begin", "done", "refused", "lost", "forget"]


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    `gives` are the columns that the caller gives, `clears` those that are emptied.  With `whole_row` the order may
    be new: all that is known of it is written, and every column that is not given is reset.  `outcome` is what the
    run reports, None where there is nothing to report.  With `repeats` it may happen again in every run: the
    history tells of it once, as long as its reasons stay the same.
    """

    name: str
    leaves: Collection[Stage]
    enters: Stage
    attempt: tuple[Subject, AttemptChange] | None = None
    gives: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    outcome: Outcome | None = None
    whole_row: bool = False
    repeats: bool = False

    @property
    def adopts(self) -> bool:
        """Whether it takes over a document that no attempt of this state file made; it is never sent."""
        return self.whole_row and "billit_id" in self.gives

    @property
    def sets_aside(self) -> bool:
        """Whether it leaves the order without a document; doing so again for the same reasons changes nothing."""
        return self.whole_row and not self.adopts and self.attempt is None

    @property
    def sends(self) -> bool:
        """Whether it enters a stage of sending, which is only for an order with a channel."""
        return self.enters in {Stage.SENDING, Stage.SENT, Stage.DELIVERED, Stage.FAILED}


def _whole(name: str, enters: Stage, gives: str, outcome: Outcome | None = None) -> Transition:
    """Return a row that starts from an order without a document, which may be new."""
    attempt: tuple[Subject, AttemptChange] | None = (
        ("document", "begin") if enters is Stage.CREATING else None
    )
    return Transition(
        name, _NO_DOCUMENT, enters, attempt, tuple(gives.split()), outcome=outcome, whole_row=True
    )


# Nothing in Billit, as far as is known.
_NO_DOCUMENT = (Stage.WAITING, Stage.PARKED, Stage.SKIPPED, Stage.CREATING)

# fmt: off
# --- set aside: no document now -----------------------------------------------------------------------------
# With a digest, a draft with this digest was refused: it is not tried again as it is.
WAIT            = _whole("wait",   Stage.WAITING,  "digest", Outcome.SKIPPED)
PARK            = _whole("park",   Stage.PARKED,   "digest", Outcome.PARKED)
SKIP            = _whole("skip",   Stage.SKIPPED,  "digest", Outcome.SKIPPED)

# --- create the document ------------------------------------------------------------------------------------
CREATE          = _whole("create", Stage.CREATING, "channel buyer digest party_id")
CREATED         = Transition("created",         (Stage.CREATING,), Stage.CREATED,  ("document", "done"),
                             gives=("billit_id",), outcome=Outcome.CREATED)
# Not tried again before the order or the config changes, which the digest tells.
REFUSED         = Transition("refused",         (Stage.CREATING,), Stage.PARKED,   ("document", "refused"),
                             outcome=Outcome.PARKED)
# What it was refused for may go without the draft changing: the next run tries the same draft.
REFUSED_FOR_NOW = Transition("refused for now", (Stage.CREATING,), Stage.PARKED,   ("document", "refused"),
                             clears=("digest",), outcome=Outcome.PARKED)
CREATE_NOT_SENT = Transition("create not sent", (Stage.CREATING,), Stage.PARKED,   ("document", "forget"),
                             clears=("digest",))
# Missed as often as it takes, and not wanted any more: the shop has no such order.
GIVEN_UP        = Transition("given up",        (Stage.CREATING,), Stage.SKIPPED,  ("document", "lost"),
                             outcome=Outcome.SKIPPED)
# Parked, and one document with its key is there: what its own attempt made, which keeps its channel.
SINGLED_OUT     = Transition("singled out",     (Stage.PARKED,),   Stage.CREATED,
                             gives=("billit_id",), outcome=Outcome.CREATED)

# --- adopt a document that no attempt of this state file made --------------------------------------------------
ADOPT           = _whole("adopt",            Stage.CREATED, "billit_id", Outcome.ADOPTED)
ADOPT_CHECKED   = _whole("adopt as checked", Stage.CHECKED, "billit_id", Outcome.ADOPTED)
ADOPT_HELD      = _whole("adopt as held",    Stage.HELD,    "billit_id", Outcome.HELD)
ADOPT_DELETED   = _whole("adopt as deleted", Stage.DELETED, "billit_id", Outcome.DELETED)

# --- compare it with what the customer paid -----------------------------------------------------------------
CHECKED         = Transition("checked",         (Stage.CREATED, Stage.HELD),    Stage.CHECKED, gives=("number",))
HELD            = Transition("held",            (Stage.CREATED, Stage.CHECKED), Stage.HELD, outcome=Outcome.HELD)

# --- send it ------------------------------------------------------------------------------------------------
SEND            = Transition("send",            (Stage.CHECKED,), Stage.SENDING, ("sending", "begin"),
                             repeats=True)
SENT            = Transition("sent",            (Stage.SENDING,), Stage.SENT,    ("sending", "done"),
                             outcome=Outcome.SENT)
# By a person or by Billit itself; an attempt of ours that was missed may still be open.
SENT_ELSEWHERE  = Transition("sent elsewhere",  (Stage.CHECKED, Stage.FAILED), Stage.SENT, ("sending", "done"),
                             outcome=Outcome.SENT)
SEND_NOT_SENT   = Transition("send not sent",   (Stage.SENDING,), Stage.CHECKED, ("sending", "forget"))
# No answer came, and the document does not show it.  The attempt stays open: its token serves the next try, so
# that Billit itself stops a second sending if the first did arrive after all.
SEND_MISSED     = Transition("send missed",     (Stage.SENDING,), Stage.CHECKED, repeats=True)
SEND_POSTPONED  = Transition("send postponed",  (Stage.SENDING,), Stage.CHECKED, ("sending", "refused"))
SEND_REFUSED    = Transition("send refused",    (Stage.SENDING,), Stage.FAILED,  ("sending", "refused"),
                             outcome=Outcome.FAILED)

# --- what became of it --------------------------------------------------------------------------------------
DELIVERED       = Transition("delivered",       (Stage.SENT,),    Stage.DELIVERED, outcome=Outcome.DELIVERED)
# A person who skipped a slow delivery did not speak of one that failed.
UNDELIVERED     = Transition("undelivered",     (Stage.SENT,),    Stage.FAILED, clears=("dismissed",),
                             outcome=Outcome.FAILED)
REOPEN          = Transition("reopen",          (Stage.FAILED,),  Stage.CHECKED, gives=("failure",))  # by a person
DELETED         = Transition("deleted",         IN_BILLIT,        Stage.DELETED, outcome=Outcome.DELETED)
# fmt: on

TABLE: tuple[Transition, ...] = tuple(row for row in list(globals().values()) if isinstance(row, Transition))
