"""What is news: orders that are stuck since the last message, and a failure not yet reported today. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ppbillit.errors import ExitCode
from ppbillit.notifications.apprise import Message
from ppbillit.reasons import translate
from ppbillit.reasons.words import phrase, word
from ppbillit.state import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ppbillit.errors import PpbillitError
    from ppbillit.reasons import Language
    from ppbillit.state import OrderRecord

ONCE_A_DAY = timedelta(days=1)
_SHOWN = 10

# The next run solves these, or a person stopped the run and knows.
_NO_FAILURE = {ExitCode.TRY_LATER, ExitCode.INTERRUPTED, ExitCode.TERMINATED}

_HOW_OFTEN = {
    (True, False): "The same failure is told once a day.",
    (False, True): "This is told once.",
    (True, True): "Orders are told once, the same failure once a day.",
}

_UNKNOWN = {Stage.CREATING, Stage.SENDING}


@dataclass(frozen=True)
class SentNews:
    """What was sent: for each order number, how it was stuck; for each failure, when (UTC)."""

    orders: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, datetime] = field(default_factory=dict)


def news_of_orders(sent: SentNews, stuck: Sequence[OrderRecord]) -> tuple[list[OrderRecord], SentNews]:
    """Return the orders that were not stuck before, or for other reasons, and what is sent once they are.

    An order that is no longer stuck is forgotten, so that it is news when it is stuck again. One that only waits
    for the next run, since this one was cut off before it was sent, is no news.
    """
    waiting = [record for record in stuck if record.reasons or record.stage is not Stage.CHECKED]
    now = {str(record.order_id): _how(record) for record in waiting}
    news = [record for record in waiting if sent.orders.get(str(record.order_id)) != _how(record)]
    return news, replace(sent, orders=now)


def _how(record: OrderRecord) -> str:
    return " ".join([record.stage, *sorted(reason.code for reason in record.reasons)])


def is_news(
    sent: SentNews, code: ExitCode, error: PpbillitError | None, now: datetime
) -> tuple[bool, SentNews]:
    """Return whether a run failed in a way not reported in the last day, and what is sent once that is."""
    # In both directions: a failure reported while the clock was ahead must not be silent until then.
    recent = {what: when for what, when in sent.failures.items() if abs(now - when) < ONCE_A_DAY}
    forgotten = replace(sent, failures=recent)
    if error is None or code in _NO_FAILURE:
        return False, forgotten
    what = f"{int(code)} {re.sub('[0-9]+', '0', error.message)}"  # other numbers make no other failure
    if what in recent:
        return False, forgotten
    return True, replace(sent, failures={**recent, what: now})


def message(
    command: str,
    run_id: str,
    news: Sequence[OrderRecord],
    failure: tuple[ExitCode, PpbillitError] | None,
    language: Language = "en",
) -> Message:
    """Write the message: the failure, and each order by its number with what is wrong and what to do."""
    titles, parts = [], []
    if failure:
        code, error = failure
        titles.append(
            phrase("{command} failed (exit code {code})", language, command=command, code=int(code))
        )
        parts.append(f"{error.message}\n  → {error.fix}")
    if news:
        many = "an order needs you" if len(news) == 1 else "{count} orders need you"
        titles.append(phrase(many, language, count=len(news)))
        parts += [_words(record, language) for record in news[:_SHOWN]]
    if len(news) > _SHOWN:
        parts.append(phrase("… and {count} more", language, count=len(news) - _SHOWN))
    parts.append(f"{phrase(_HOW_OFTEN[bool(failure), bool(news)], language)} Run {run_id}")
    return Message(f"ppbillit: {', '.join(titles)}", "\n\n".join(parts))


def _words(record: OrderRecord, language: Language) -> str:
    unknown = phrase("unknown to be in Billit or sent", language)
    is_unsent = record.stage is Stage.CHECKED and record.channel != "none"
    stage = unknown if record.stage in _UNKNOWN else word("unsent" if is_unsent else record.stage, language)
    reasons = "".join(
        f"\n  {reason.message}\n  → {reason.fix}" for reason in translate(record.reasons, language)
    )
    return phrase("order {order_id} is {stage}", language, order_id=record.order_id, stage=stage) + reasons
