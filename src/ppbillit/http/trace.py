"""`--trace FILE`: what went over the wire, one JSON line per try, with everything private blotted out.

What may be read is listed by key; the value of any other key becomes "…".  So a field that the services
invent tomorrow is hidden until somebody has looked at it.  Headers are not written at all.
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

# Lower case, without underscores: `order_id`, `OrderID` and `orderId` are one.  Ids and numbers of documents,
# money, dates, kinds and states, paging; never what leads to a person: VAT and account numbers, e-mail, links.
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
    """.split()  # noqa: SIM905  (a list of a hundred quoted words is not read by anybody)
)


@dataclass(frozen=True)
class Exchange:
    """One try: what was asked, what came; bodies as text, still unredacted."""

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
    """Give JSON values with the same shape, in which only what stands under a key of the list can be read."""
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
    """Redact a body; a bare number (an id, billit.md §3.5) is shown, what is not JSON only measured."""
    if not text:
        return None
    try:
        return redact(simplejson.loads(text, use_decimal=True), shown=text.strip().isdigit())
    except (ValueError, ArithmeticError, RecursionError):
        return f"<{len(text)} characters, not JSON>"


class Trace(AbstractContextManager["Trace"]):
    """An open trace file; its lines may come from several threads.

    One that is there already is made its owner's alone.  Raises CannotWrite where it cannot be made, or is
    somebody else's and others may read it.
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
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Close the file; what is recorded later is lost."""
        with self._lock:
            self._file.close()

    def record(self, exchange: Exchange) -> None:
        """Write one line.

        A full disk ends the trace, not the run: an invoice that was made must not become one we know nothing of.
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
