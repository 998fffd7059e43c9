"""The trace file holds what is needed to find a fault, and no names or keys."""

from __future__ import annotations

import errno
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import respx
import simplejson

from ppbillit.errors import CannotWrite
from ppbillit.http.trace import HIDDEN, Exchange, Trace, redact
from support.http_servers import CUSTOMER, SECRET, URL, http_client, lines

if TYPE_CHECKING:
    from pathlib import Path

SENT = {"OrderNumber": "20260417", "Customer": {"PartyID": 5, "Name": CUSTOMER}, "Email": "sanne@example.org"}
EXCHANGE = Exchange("Billit", "POST", "/v1/orders", outcome="200", milliseconds=31, received="1684998")


def _entries(path: Path) -> list[dict[str, Any]]:
    return [simplejson.loads(line, use_decimal=True) for line in lines(path)]


def test_ids_amounts_dates_and_states_can_be_read_and_nothing_else() -> None:
    order = {
        "id": 810001,
        "invoice_date": "2026-10-05",
        "amount_with_tax": Decimal("49.00"),
        "payment": {"status": "paid", "paid_at": None, "url": "https://shop.example.org/pay/5f0c"},
        "billing": {"contact": {"firstname": "Sanne", "email": "s@example.org", "tax_exempt": "none"}},
        "items": [{"label": "Cursus", "amount": "40.50"}],
        "a new field": True,
        "surprise": 3,
    }
    assert redact(order) == {
        "id": 810001,
        "invoice_date": "2026-10-05",
        "amount_with_tax": Decimal("49.00"),
        "payment": {"status": "paid", "paid_at": None, "url": HIDDEN},
        "billing": {"contact": {"firstname": HIDDEN, "email": HIDDEN, "tax_exempt": "none"}},
        "items": [{"label": HIDDEN, "amount": "40.50"}],
        HIDDEN: HIDDEN,
        "surprise": HIDDEN,
    }


def test_a_list_of_ids_can_be_read_but_not_what_stands_below_an_innocent_key() -> None:
    assert redact({"OrderIDs": [1, 2], "status": {"name": CUSTOMER}, "code": ["x" * 200]}) == {
        "OrderIDs": [1, 2],
        "status": {"name": HIDDEN},
        "code": [HIDDEN],
    }


def test_each_try_is_one_line_and_holds_no_secret_and_no_name(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    with respx.mock(base_url=URL) as api, Trace(path) as trace, http_client(trace=trace) as http:
        api.post("/v1/orders").respond(200, text="1684998", headers={"X-Request-Id": "r-1"})
        api.get("/v1/parties").mock(side_effect=[respx.MockResponse(503, html=f"<p>{CUSTOMER}"), _parties()])
        http.write("POST", "/v1/orders", SENT, {"Idempotency-Key": "a1"})
        http.read("/v1/parties", {"$top": 120, "fullTextSearch": CUSTOMER})
    text = path.read_text(encoding="utf-8")
    for private in (SECRET, CUSTOMER, "Sanne", "example.org", "Authorization", "a1"):
        assert private not in text
    created, lost, found = _entries(path)
    assert (created["method"], created["path"], created["outcome"]) == ("POST", "/v1/orders", "200")
    assert created["sent"]["Customer"] == {"PartyID": 5, "Name": HIDDEN}
    assert (created["received"], created["request_id"]) == (1684998, "r-1")
    assert (lost["outcome"], lost["received"]) == ("503", "<16 characters, not JSON>")
    assert found["params"] == {"$top": "120", "fullTextSearch": HIDDEN}
    assert found["received"] == {"Items": [{"PartyID": 7, "DisplayName": HIDDEN}]}


def _parties() -> respx.MockResponse:
    return respx.MockResponse(200, json={"Items": [{"PartyID": 7, "DisplayName": CUSTOMER}]})


def replace_owner(path: Path) -> os.stat_result:
    """Return what the disk says of a file, as if it were somebody else's."""
    found = list(path.lstat())
    found[4] = os.geteuid() + 1
    return os.stat_result(found)


def test_the_file_is_made_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Trace(tmp_path / "trace.jsonl") as trace:
            trace.record(EXCHANGE)
    finally:
        os.umask(before)
    assert (tmp_path / "trace.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_second_run_adds_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    for _ in range(2):
        with Trace(path) as trace:
            trace.record(EXCHANGE)
    assert len(lines(path)) == 2


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.touch()
    path.chmod(0o644)
    Trace(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_somebody_else_that_others_may_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trace.jsonl"
    path.touch()
    path.chmod(0o644)
    monkeypatch.setattr("os.geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(CannotWrite, match="somebody else's, and others may read it"):
        Trace(path)


def test_a_link_that_somebody_else_planted_in_its_place_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise: in /tmp anybody could say which file of ours is written to."""
    link = tmp_path / "trace.jsonl"
    link.symlink_to(tmp_path / "elsewhere")
    made_by = replace_owner(link)
    monkeypatch.setattr("pathlib.Path.lstat", lambda _path: made_by)
    with pytest.raises(CannotWrite, match="a link that somebody else made"):
        Trace(link)
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_of_ones_own_is_followed(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").symlink_to(tmp_path / "elsewhere")
    Trace(tmp_path / "trace.jsonl").close()
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_made_is_said_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="No such file or directory"):
        Trace(tmp_path / "missing" / "trace.jsonl")


@pytest.mark.parametrize("closing_fails", [False, True])
def test_a_full_disk_ends_the_trace_and_not_the_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, closing_fails: bool
) -> None:
    class FullDisk:
        closed = False

        def write(self, _: str) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            self.closed = True
            if closing_fails:
                raise OSError(errno.ENOSPC, "No space left on device")

    caplog.set_level(logging.WARNING)
    trace = Trace(tmp_path / "trace.jsonl")
    trace.close()
    trace._file = FullDisk()  # type: ignore[assignment]
    trace.record(EXCHANGE)
    trace.record(EXCHANGE)
    assert caplog.messages == ["the trace file cannot be written any more; the run goes on without it"]


def test_lines_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    with Trace(path) as trace, ThreadPoolExecutor(8) as pool:
        list(pool.map(trace.record, [EXCHANGE] * 200))
    assert len(_entries(path)) == 200
