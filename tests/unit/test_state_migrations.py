"""An older state file is brought up to date, and nothing in it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ppbillit.errors import SetupWrong
from ppbillit.state import Identity, Stage, create_state, dry_copy, open_state
from ppbillit.state.schema import APPLICATION_ID, VERSION

SHOP = Identity("4711", 588708, "https://api.billit.be")
VERSION_1 = Path(__file__).parents[1] / "golden" / "state" / "version-1.sql"
CONTENT = """
INSERT INTO orders (order_id, kind, stage, number, invoice_day, total_cents, backfill, channel, buyer, billit_id,
                    digest, reasons, updated_at)
VALUES (1, 'invoice', 'sent', '2026001', '2026-10-05', 9700, 0, 'email', 'consumer', 77, 'd', '[]',
        '2026-10-06T08:00:00.000+00:00'),
       (2, 'credit_note', 'parked', NULL, NULL, 100, 1, 'none', NULL, NULL, NULL,
        '[{"code": "c", "message": "m", "fix": "f"}]', '2026-10-06T08:00:00.000+00:00');
INSERT INTO attempts (subject, key, number, token, digest, unknown_since, outcome)
VALUES ('document', 'k1', 1, 'aa', 'd', '2026-10-06T08:00:00.000+00:00', 'done'),
       ('sending', 'k1', 1, 'bb', '', '2026-10-06T08:00:00.000+00:00', 'open');
INSERT INTO debtors VALUES (501, 'k', 'BE0563846944');
INSERT INTO debtor_emails VALUES ('an@example.be', 501);
INSERT INTO meta VALUES ('mark', '2026-10-05'), ('debtors_read', '2026-10-06T08:00:00+00:00'),
                        ('tenant_id', '4711'), ('party_id', '588708'), ('billit_url', 'https://api.billit.be');
INSERT INTO events (at, run_id, order_id, what) VALUES ('2026-10-06T08:00:00.000+00:00', 'r', 1, 'sent');
"""


@pytest.fixture(name="old")
def _old(tmp_path: Path) -> Path:
    path = tmp_path / "state.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            f"{VERSION_1.read_text(encoding='utf-8')} {CONTENT}"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;"
        )
    return path


def layout(path: Path) -> dict[str, str]:
    """Give every table and index as SQLite would make it again; spaces and quotes do not count."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
        found = database.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: "".join(sql.replace('"', "").split()) for name, sql in found}


def test_a_file_that_went_through_all_steps_looks_like_a_new_one(old: Path, tmp_path: Path) -> None:
    open_state(old, SHOP).__exit__()
    new = tmp_path / "new" / "state.sqlite3"
    create_state(new, SHOP).__exit__()
    assert layout(old) == layout(new)


def test_nothing_in_an_older_file_is_lost(old: Path) -> None:
    with open_state(old, SHOP) as state:
        sent, parked = state.orders.get(1), state.orders.get(2)
        assert sent
        assert parked
        assert (sent.stage, sent.billit_id, sent.channel, str(sent.total)) == (
            Stage.SENT,
            77,
            "email",
            "97.00",
        )
        assert (parked.stage, parked.backfill, parked.reasons[0].code) == (Stage.PARKED, True, "c")
        attempt = state.attempts.open("sending", "k1")
        assert attempt
        assert attempt.token == "bb"
        assert state.remembered("mark") == "2026-10-05"


def test_since_when_a_document_is_under_way_is_known_after_the_step(old: Path) -> None:
    """Otherwise: what was sent before the update could be pending for ever, unseen."""
    with open_state(old, SHOP) as state:
        sent = state.orders.get(1)
        assert sent
        assert sent.sent_at
        assert sent.sent_at.isoformat() == "2026-10-06T08:00:00+00:00"


def test_the_mirror_of_debtors_is_read_anew_after_the_step(old: Path) -> None:
    """Otherwise: its new columns would stay empty for every debtor that nobody touches in Billit."""
    with open_state(old, SHOP) as state:
        assert state.remembered("debtors_read") is None
        assert state.debtors.by("vat_number", "BE0563846944") == []


def test_a_dry_run_reads_an_older_file_and_leaves_it_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    with dry_copy(old, SHOP) as state:
        assert state.orders.get(1)
    assert old.read_bytes() == before


def test_an_older_file_of_another_shop_is_not_touched(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(SetupWrong, match="belongs to another set-up"):
        open_state(old, Identity("4712", 588708, "https://api.billit.be"))
    assert old.read_bytes() == before
