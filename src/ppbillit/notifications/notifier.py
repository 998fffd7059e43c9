"""The notifications of one run: a ping when it begins, a ping and a message with what is news when it ends."""

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
def _errors_are_warnings() -> Iterator[None]:
    """Log any error as a warning: the run has made its invoices, and must not fail over a message about them."""
    try:
        yield
    except Exception as trouble:  # noqa: BLE001
        logger.warning("a notice failed (%s); the run is not touched by it", type(trouble).__name__)


class NullNotifier:
    """Notifies nobody: for a dry run, a command by hand, or a config without addresses."""

    def begin(self, report: RunReport) -> None:
        """Do nothing."""

    def note_stuck(self, stuck: Callable[[], Sequence[OrderRecord]]) -> None:
        """Do nothing."""

    def end(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        """Do nothing."""


class Notifier(NullNotifier):
    """Notifies of one run, without any effect on it: even a bug in here is only a warning."""

    def __init__(
        self,
        heartbeat: Heartbeat | None,
        urls: Sequence[str],
        sent_file: SentFile,
        now: datetime | None = None,
        language: Language = "en",
    ) -> None:
        self._heartbeat = heartbeat
        self._urls = urls
        self._sent_file = sent_file
        self._language = language
        self._now = now or datetime.now(UTC)
        self._has_begun = self._has_warned = False
        self._stuck: Sequence[OrderRecord] | None = None

    def begin(self, report: RunReport) -> None:
        """Report that the run begins; call it once the run has its config and its lock."""
        self._has_begun = True
        with _errors_are_warnings():
            if self._heartbeat:
                self._warn(self._heartbeat.begin({"command": report.command, "run_id": report.run_id}))

    def note_stuck(self, stuck: Callable[[], Sequence[OrderRecord]]) -> None:
        """Keep which orders are stuck; call it before the state is closed."""
        with _errors_are_warnings():
            if self._urls:
                self._stuck = stuck()

    def end(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        """Report how the run ended, and send what is news."""
        with _errors_are_warnings():
            # A run that gave way to another has not begun, and must not end in its place.
            if self._heartbeat and self._has_begun:
                facts = {"command": report.command, "run_id": report.run_id, "exit_code": int(code)}
                self._warn(self._heartbeat.end(code, {**facts, "counts": report.counts()}))
        with _errors_are_warnings():
            if self._urls:
                self._send_news(code, error, report)

    def _warn(self, trouble: str | None) -> None:
        if trouble and not self._has_warned:
            self._has_warned = True  # once a run
            logger.warning("the heartbeat %s; the run goes on without it", trouble)

    def _send_news(self, code: ExitCode, error: PpbillitError | None, report: RunReport) -> None:
        before = self._sent_file.read()
        failed, after = is_news(before, code, error, self._now)
        news: list[OrderRecord] = []
        if self._stuck is not None:
            news, after = news_of_orders(after, self._stuck)
        # Saved first: what cannot be saved would be sent again by every run of the day.
        if after == before or not self._save(after) or not (failed or news):
            return
        failure = (code, error) if failed and error else None
        deliveries = send(self._urls, message(report.command, report.run_id, news, failure, self._language))
        for delivery in deliveries:
            if delivery.trouble:
                logger.warning("the notice was not sent: %s %s", delivery.address, delivery.trouble)
        if all(delivery.trouble for delivery in deliveries):
            self._save(before)  # nobody got it: the next run sends it

    def _save(self, sent: SentNews) -> bool:
        try:
            self._sent_file.write(sent)
        except OSError as error:
            logger.warning(
                "no notice is sent, since it cannot be remembered that it was: %s cannot be written (%s)",
                *(self._sent_file.path, error.strerror),
            )
            return False
        return True
