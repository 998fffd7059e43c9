"""`--trace FILE`: every request and response, one JSON line per try, with private values redacted.

The keys whose values are shown are listed; the value of any other key becomes "…".  So a field that a service adds
later is hidden until it is listed here.  Headers are not written at all.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any

import simplejson

from ppbillit.errors import CannotWrite
from ppbillit.files import is_open_to_others, open_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger("ppbillit.trace")

HIDDEN = "…"
_LONGEST = 128
_KEY = re.compile(r"[A-Za-z0-9_.$-]{1,64}")

# Lower case, without underscores: `order_id`, `OrderID` and `orderId` are the same key.  Ids and document numbers,
# amounts, dates, types, statuses, paging; never what identifies a person: VAT and account numbers, e-mail, links.
_SHOWN = frozenset(
    """
    id orderid orderids partyid companyid productid externalproviderid ordernumber invoicenumber nr fileid
    aboutinvoicenumber accountcode ledger sku
    amount amountwithtax quantity totalexcl totalvat totalincl unitpriceexcl topay vatpercentage percentage
    ventilationcode currency inclleading istaxincluded
    invoicedate orderdate expirydate createdat updatedat deletedat paidat paiddate created lastmodified
    documentdeliverydate documentrefuseddate
    status invoicestatus paymentstatus mode source type method provider taxexempt kind plan isphysical
    ordertype orderdirection orderstatus paid issent overdue partytype transporttype success trials
    isdocumentdelivered documentdeliverystatus documentrefusedreasontc apiallowed vatliable vatdeductable
    country countrycode language paymentmethod code addresstype registered documenttypes
    currentpage lastpage perpage total from to count page limit include sort direction sinceinvoicedate
    untilinvoicedate $top $skip $orderby $filter
    """.split()  # noqa: SIM905  (a list of a hundred quoted words is hard to read)
)


@dataclass(frozen=True)
class Exchange:
    """One try: request and response, with bodies as text and not redacted."""

    service: str
    method: str
    path: str
    outcome: str
    milliseconds: int
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    sent: str | None = field(default=None, repr=False)
    received: str = field(default="", repr=False)
    request_id: str = ""


def redact(value: Any, *, shown: bool = False) -> Any:
    """Return JSON of the same shape in which only the values of the listed keys can be read."""
    if isinstance(value, Mapping):
        return {
            (key if _KEY.fullmatch(key) else HIDDEN): redact(item, shown=_may_show(key))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [redact(item, shown=shown) for item in value]
    if value is None or (shown and isinstance(value, bool | int | Decimal)):
        return value
    return value if shown and isinstance(value, str) and len(value) <= _LONGEST else HIDDEN


def _may_show(key: str) -> bool:
    return key.lower().replace("_", "") in _SHOWN


def _redact_text(text: str | None) -> Any:
    """Redact a body.  A bare number (an id, billit.md §3.5) is shown; of what is not JSON only the length."""
    if not text:
        return None
    try:
        return redact(simplejson.loads(text, use_decimal=True), shown=text.strip().isdigit())
    except (ValueError, ArithmeticError, RecursionError):
        return f"<{len(text)} characters, not JSON>"


class Trace(AbstractContextManager["Trace"]):
    """An open trace file.  Safe to share between threads.

    An existing file is restricted to its owner.  Raise CannotWrite if the file cannot be created, or belongs to
    another user and others may read it.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._lock = Lock()
        fix = "Give --trace another file, in a directory you may write to."
        try:
            descriptor = open_private(path)
        except OSError as error:
            raise CannotWrite(f"The trace file {path} cannot be written: {error.strerror}.", fix) from None
        if is_open_to_others(descriptor):
            os.close(descriptor)
            raise CannotWrite(
                f"The trace file {path} is there already, is somebody else's, and others may read it.", fix
            )
        self._file = os.fdopen(descriptor, "a", encoding="utf-8")

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; later exchanges are not recorded."""
        with self._lock:
            self._file.close()

    def record(self, exchange: Exchange) -> None:
        """Write one line.

        A full disk ends the trace and not the run: otherwise an invoice could be created and not recorded.
        """
        line = {
            "at": self._now().isoformat(),
            "service": exchange.service,
            "method": exchange.method,
            "path": exchange.path,
            "params": redact(exchange.params),
            "sent": _redact_text(exchange.sent),
            "outcome": exchange.outcome,
            "received": _redact_text(exchange.received),
            "milliseconds": exchange.milliseconds,
            "request_id": exchange.request_id,
        }
        with self._lock:
            if self._file.closed:
                return
            try:
                self._file.write(simplejson.dumps(line, use_decimal=True, ensure_ascii=False) + "\n")
                self._file.flush()
            except OSError:
                logger.warning("the trace file cannot be written any more; the run goes on without it")
                self._drop()

    def _drop(self) -> None:
        try:
            self._file.close()
        except OSError:
            logger.debug("closing the trace file failed too")
