"""An older state file is brought up to date, and nothing in it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ppbillit.errors import SetupWrong
from ppbillit.reasons import Reason, translate
from ppbillit.state import Identity, PaymentRecord, Stage, create_state, dry_copy, open_state
from ppbillit.state.schema import APPLICATION_ID, VERSION

SHOP = Identity("4711", 588708, "https://api.billit.be")
FROZEN = Path(__file__).parents[1] / "golden" / "state"
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
INSERT INTO events (at, run_id, order_id, what, detail)
VALUES ('2026-10-06T08:00:00.000+00:00', 'r', 1, 'sent', ''),
       ('2026-10-06T08:00:00.000+00:00', 'r', 2, 'parked', 'it has no lines (no_lines)');
"""


# What is new in the content of later versions.
CONTENT_2 = """
UPDATE orders SET sent_at = '2026-10-06T08:00:00.000+00:00', party_id = 501, dismissed = 'paid by hand'
WHERE order_id = 1;
INSERT INTO attempts (subject, key, number, token, digest, unknown_since)
VALUES ('shop_payment', 'k1', 1, 'cc', '', '2026-10-06T08:00:00.000+00:00');
INSERT INTO debtors (party_id, nr) VALUES (502, 'WEBSHOP');
INSERT INTO receivers VALUES ('BE0563846944', 'BISv3Invoice', '2026-10-06T08:00:00.000+00:00');
"""


def made(folder: Path, version: int, content: str) -> Path:
    """Make a state file as that version did."""
    path = folder / "state.sqlite3"
    layout = (FROZEN / f"version-{version}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            f"{layout} {content}PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};"
        )
    return path


@pytest.fixture(name="old")
def _old(tmp_path: Path) -> Path:
    return made(tmp_path, 1, CONTENT)


@pytest.fixture(name="second")
def _second(tmp_path: Path) -> Path:
    # Its table of debtors has more columns.
    content = CONTENT.replace("INTO debtors VALUES", "INTO debtors (party_id, key, vat_number) VALUES")
    return made(tmp_path, 2, content + CONTENT_2)


def sign(path: Path) -> None:
    """Say whose an otherwise empty file is."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(name, str(value)) for name, value in vars(SHOP).items()]
        )


def layout(path: Path) -> dict[str, str]:
    """Give every table and index as SQLite would make it again; spaces and quotes do not count."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
        found = database.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: "".join(sql.replace('"', "").split()) for name, sql in found}


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_file_that_went_through_all_steps_looks_like_a_new_one(tmp_path: Path, version: int) -> None:
    old = made(tmp_path, version, "")
    sign(old)
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


def test_reasons_of_an_older_file_are_told_as_they_were_kept(old: Path) -> None:
    """Otherwise: what was said before the update is gone, or cannot be told in the reader's language."""
    with open_state(old, SHOP) as state:
        parked = state.orders.get(2)
        assert parked
        assert parked.reasons == (Reason("c", "m", "f"),)
        assert translate(parked.reasons, "nl") == parked.reasons
        assert [event.why for event in state.events()] == ["", "it has no lines (no_lines)"]


def test_since_when_a_document_is_under_way_is_known_after_the_step(old: Path) -> None:
    """Otherwise: what was sent before the update could be pending for ever, unseen."""
    with open_state(old, SHOP) as state:
        sent = state.orders.get(1)
        assert sent
        assert sent.sent_at
        assert sent.sent_at.isoformat() == "2026-10-06T08:00:00+00:00"


@pytest.mark.parametrize("version", ["old", "second"])
def test_the_mirror_of_debtors_is_read_anew_after_each_step(
    version: str, request: pytest.FixtureRequest
) -> None:
    """Otherwise: its new columns would stay empty for every debtor that nobody touches in Billit."""
    with open_state(request.getfixturevalue(version), SHOP) as state:
        assert state.remembered("debtors_read") is None


def test_the_mirror_of_debtors_of_version_one_is_made_anew(old: Path) -> None:
    with open_state(old, SHOP) as state:
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


def test_nothing_in_a_file_of_version_two_is_lost(second: Path) -> None:
    with open_state(second, SHOP) as state:
        sent = state.orders.get(1)
        assert sent
        assert (sent.stage, sent.party_id, sent.dismissed) == (Stage.SENT, 501, "paid by hand")
        assert {debtor.party_id for debtor in state.debtors.by("nr", "WEBSHOP")} == {502}
        assert state.receivers.get("BE0563846944")
        attempt = state.attempts.open("shop_payment", "k1")
        assert attempt
        assert attempt.token == "cc"


def test_of_payments_an_older_file_knows_nothing_and_can_learn(second: Path) -> None:
    """Otherwise: the first run after the update takes every invoice for unpaid, or for paid."""
    with open_state(second, SHOP) as state:
        assert state.payments.of(1) == PaymentRecord(1)
        assert state.payments.awaited() == [1]
        state.payments.learn_from_shop(1, "open", None, "banktransfer", None)
        assert state.payments.of(1).shop_status == "open"
