"""What is news: the orders that are stuck and were not told of, and a failure that was not told of today; pure."""

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

# The next run is the cure, or whoever stopped this one knows it.
_NO_FAILURE = {ExitCode.TRY_LATER, ExitCode.INTERRUPTED, ExitCode.TERMINATED}

_HOW_OFTEN = {
    (True, False): "The same failure is told once a day.",
    (False, True): "This is told once.",
    (True, True): "Orders are told once, the same failure once a day.",
}

_UNKNOWN = {Stage.CREATING, Stage.SENDING}


@dataclass(frozen=True)
class SentNews:
    """What was told: of each order how it was stuck, by its number; of each failure when."""

    orders: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, datetime] = field(default_factory=dict)


def news_of_orders(told: SentNews, stuck: Sequence[OrderRecord]) -> tuple[list[OrderRecord], SentNews]:
    """Give those that are stuck and were not, or were otherwise; and what is told when that has been said.

    An order that is not stuck any more is forgotten, so that it is news when it is stuck again.  One that only
    waits for the next run, since this one was cut off before its sending, is no news.
    """
    waiting = [record for record in stuck if record.reasons or record.stage is not Stage.CHECKED]
    now = {str(record.order_id): _how(record) for record in waiting}
    news = [record for record in waiting if told.orders.get(str(record.order_id)) != _how(record)]
    return news, replace(told, orders=now)


def _how(record: OrderRecord) -> str:
    return " ".join([record.stage, *sorted(reason.code for reason in record.reasons)])


def is_news(
    told: SentNews, code: ExitCode, error: PpbillitError | None, now: datetime
) -> tuple[bool, SentNews]:
    """Tell whether a run failed in a way that was not told in the last day; and what is told when it has been."""
    # Either way round: what was told while the clock was ahead must not be silent until then.
    recent = {what: when for what, when in told.failures.items() if abs(now - when) < ONCE_A_DAY}
    forgotten = replace(told, failures=recent)
    if error is None or code in _NO_FAILURE:
        return False, forgotten
    what = (
        f"{int(code)} {re.sub(r'[0-9]+', '0', error.message)}"  # the same failure, with other numbers in it
    )
    if what in recent:
        return False, forgotten
    return True, replace(told, failures={**recent, what: now})


def message(
    command: str,
    run_id: str,
    news: Sequence[OrderRecord],
    failure: tuple[ExitCode, PpbillitError] | None,
    language: Language = "en",
) -> Message:
    """Put the news into words: orders by their numbers, what is wrong with each, what to do about it."""
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
    return (
        f"{phrase('order {order_id} is {stage}', language, order_id=record.order_id, stage=stage)}{reasons}"
    )
