"""The notices of one run: one call when it begins, one when it ends, and in between what it saw in the state."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ppbillit.notifications.apprise import send
from ppbillit.notifications.news import is_news, message, news_of_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ppbillit.errors import ExitCode, PpbillitError
    from ppbillit.notifications.heartbeat import Heartbeat
    from ppbillit.notifications.news import SentNews
    from ppbillit.notifications.sent_file import SentFile
    from ppbillit.reasons import Language
    from ppbillit.report import RunReport
    from ppbillit.state import OrderRecord

logger = logging.getLogger("ppbillit.notices")


@contextmanager
def _harmless() -> Iterator[None]:
    """Make a warning of whatever goes wrong: invoices were made, and no message about them may say otherwise."""
    try:
        yield
    except Exception as trouble:  # noqa: BLE001
        logger.warning("a notice failed (%s); the run is not touched by it", type(trouble).__name__)


class NullNotifier:
    """Nobody is told anything: a dry run, a command by hand, or a config that names nobody."""

    def begin(self, report: RunReport) -> None:
        """Tell nobody."""

    def saw(self, stuck: Callable[[], Sequence[OrderRecord]]) -> None:
        """Do not even look."""

    def end(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        """Tell nobody."""


class Notifier(NullNotifier):
    """Tells of one run, and changes nothing about it: a bug in here is a warning too."""

    def __init__(
        self,
        heartbeat: Heartbeat | None,
        urls: Sequence[str],
        told: SentFile,
        now: datetime | None = None,
        language: Language = "en",
    ) -> None:
        self._heartbeat = heartbeat
        self._urls = urls
        self._told = told
        self._language = language
        self._now = now or datetime.now(UTC)
        self._has_begun = self._is_deaf = False
        self._stuck: Sequence[OrderRecord] | None = None

    def begin(self, report: RunReport) -> None:
        """Say that the run begins: to be called when nothing is in its way any more."""
        self._has_begun = True
        with _harmless():
            if self._heartbeat:
                self._note(self._heartbeat.begin({"command": report.command, "run_id": report.run_id}))

    def saw(self, stuck: Callable[[], Sequence[OrderRecord]]) -> None:
        """Keep which orders are stuck, before the state is closed."""
        with _harmless():
            if self._urls:
                self._stuck = stuck()

    def end(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        """Say how it ended, and what is news."""
        with _harmless():
            # A run that gave way to another one has not begun, and says nothing in its place.
            if self._heartbeat and self._has_begun:
                facts = {"command": report.command, "run_id": report.run_id, "exit_code": int(code)}
                self._note(self._heartbeat.end(code, {**facts, "counts": report.counts()}))
        with _harmless():
            if self._urls:
                self._tell(code, error, report)

    def _note(self, trouble: str | None) -> None:
        if trouble and not self._is_deaf:
            self._is_deaf = True  # once a run is enough
            logger.warning("the heartbeat %s; the run goes on without it", trouble)

    def _tell(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        before = self._told.read()
        failed, after = is_news(before, code, error, self._now)
        news: list[OrderRecord] = []
        if self._stuck is not None:
            news, after = news_of_orders(after, self._stuck)
        # Remembered first: what cannot be remembered would be told again by every run of the day.
        if after == before or not self._remembered(after) or not (failed or news):
            return
        failure = (code, error) if failed and error else None
        deliveries = send(self._urls, message(report.command, report.run_id, news, failure, self._language))
        for delivery in deliveries:
            if delivery.trouble:
                logger.warning("the notice was not sent: %s %s", delivery.address, delivery.trouble)
        if all(delivery.trouble for delivery in deliveries):
            self._remembered(before)  # nobody heard it: the next run says it

    def _remembered(self, told: SentNews) -> bool:
        try:
            self._told.write(told)
        except OSError as error:
            logger.warning(
                "no notice is sent, since it cannot be remembered that it was: %s cannot be written (%s)",
                *(self._told.path, error.strerror),
            )
            return False
        return True
