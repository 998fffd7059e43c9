"""How an older state file becomes today's: one step per version, each frozen once it has been released.

A step is whole or not at all, since it runs in the transaction that also raises the version.  A test holds that
a file which has gone through all steps looks the same as a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.state.schema import VERSION

if TYPE_CHECKING:
    import sqlite3

# SQLite cannot change a CHECK: such a table is made anew beside the old one, filled from it, and given its name.
_TO_2 = """
CREATE TABLE new_orders (
    order_id    INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    stage       TEXT NOT NULL CHECK (stage IN ('waiting', 'parked', 'skipped', 'creating', 'created', 'held',
                                               'checked', 'sending', 'sent', 'delivered', 'failed', 'deleted')),
    number      TEXT,
    invoice_day TEXT,
    total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
    slack_cents INTEGER NOT NULL DEFAULT 0 CHECK (slack_cents >= 0),
    backfill    INTEGER NOT NULL CHECK (backfill IN (0, 1)),
    channel     TEXT NOT NULL CHECK (channel IN ('none', 'auto', 'peppol', 'email', 'letter')),
    buyer       TEXT CHECK (buyer IN ('business', 'consumer')),
    adopted     INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)),
    billit_id   INTEGER UNIQUE,
    digest      TEXT,
    reasons     TEXT NOT NULL DEFAULT '[]',
    modified    TEXT,
    party_id    INTEGER,
    sent_at     TEXT,
    dismissed   TEXT,
    failure     TEXT,
    updated_at  TEXT NOT NULL,
    CHECK (backfill = 0 OR channel = 'none'),
    CHECK (channel <> 'none' OR stage NOT IN ('sending', 'sent', 'delivered', 'failed')),
    CHECK ((billit_id IS NOT NULL) = (stage IN ('created', 'held', 'checked', 'sending', 'sent', 'delivered',
                                                'failed', 'deleted')))
) STRICT;
INSERT INTO new_orders (order_id, kind, stage, number, invoice_day, total_cents, slack_cents, backfill, channel,
                        buyer, adopted, billit_id, digest, reasons, modified, sent_at, updated_at)
    SELECT order_id, kind, stage, number, invoice_day, total_cents, slack_cents, backfill, channel, buyer, adopted,
           billit_id, digest, reasons, modified, CASE WHEN stage = 'sent' THEN updated_at END, updated_at
    FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE INDEX orders_by_stage ON orders (stage);

CREATE TABLE new_attempts (
    subject       TEXT NOT NULL CHECK (subject IN ('document', 'debtor', 'sending', 'shop_payment',
                                                   'billit_payment')),
    key           TEXT NOT NULL,
    number        INTEGER NOT NULL CHECK (number >= 1),
    token         TEXT NOT NULL UNIQUE,
    digest        TEXT NOT NULL,
    unknown_since TEXT NOT NULL,
    misses        INTEGER NOT NULL DEFAULT 0,
    missed_at     TEXT,
    contested     INTEGER NOT NULL DEFAULT 0 CHECK (contested IN (0, 1)),
    outcome       TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'refused', 'lost')),
    PRIMARY KEY (subject, key, number)
) STRICT;
INSERT INTO new_attempts SELECT * FROM attempts;
DROP TABLE attempts;
ALTER TABLE new_attempts RENAME TO attempts;
CREATE UNIQUE INDEX one_open_attempt ON attempts (subject, key) WHERE outcome = 'open';

-- A mirror: made anew, and read again in full by the next run that needs it.
DROP TABLE debtor_emails;
DROP TABLE debtors;
CREATE TABLE debtors (
    party_id   INTEGER PRIMARY KEY,
    key        TEXT,
    vat_number TEXT,
    nr         TEXT,
    card       TEXT NOT NULL DEFAULT '{}',
    address    TEXT
) STRICT;
CREATE INDEX debtors_by_key ON debtors (key);
CREATE INDEX debtors_by_vat_number ON debtors (vat_number);
CREATE INDEX debtors_by_nr ON debtors (nr);
CREATE INDEX debtors_by_address ON debtors (address);
CREATE TABLE debtor_emails (
    email    TEXT NOT NULL,
    party_id INTEGER NOT NULL REFERENCES debtors (party_id) ON DELETE CASCADE,
    PRIMARY KEY (email, party_id)
) STRICT;
DELETE FROM meta WHERE name = 'debtors_read';

CREATE TABLE debtor_notes (
    party_id INTEGER NOT NULL,
    code     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (party_id, code)
) STRICT;
CREATE TABLE receivers (
    identifier TEXT PRIMARY KEY,
    takes      TEXT NOT NULL,
    asked_at   TEXT NOT NULL
) STRICT;
"""

_TO_3 = """
CREATE TABLE payments (
    order_id       INTEGER PRIMARY KEY,
    stage          TEXT NOT NULL DEFAULT 'open' CHECK (stage IN ('open', 'paid', 'reversed', 'reopened')),
    source         TEXT CHECK (source IN ('plugandpay', 'billit')),
    amount_cents   INTEGER,
    shop_status    TEXT,
    shop_paid_at   TEXT,
    method         TEXT,
    billit_status  TEXT CHECK (billit_status IN ('open', 'open_differs', 'partly', 'paid', 'differs', 'closed')),
    billit_cents   INTEGER,
    billit_total   INTEGER,
    billit_paid_on TEXT,
    agreed_on      TEXT,
    pending        TEXT CHECK (pending IN ('plugandpay', 'billit', 'reopening')),
    looked_on      TEXT,
    unread         INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
    refused        INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
    reasons        TEXT NOT NULL DEFAULT '[]',
    dismissed      TEXT,
    updated_at     TEXT NOT NULL
) STRICT;

ALTER TABLE events ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

ALTER TABLE debtors ADD COLUMN vat_shown TEXT;
ALTER TABLE debtors ADD COLUMN is_firm INTEGER NOT NULL DEFAULT 0 CHECK (is_firm IN (0, 1));
-- So that the next run that needs the mirror fills them.
DELETE FROM meta WHERE name = 'debtors_read';

DROP TABLE debtor_notes;
CREATE TABLE debtor_notes (
    party_id INTEGER NOT NULL,
    code     TEXT NOT NULL,
    shown    TEXT NOT NULL,
    said     TEXT NOT NULL,
    PRIMARY KEY (party_id, code, shown, said)
) STRICT;
"""

STEPS = {1: _TO_2, 2: _TO_3}  # by the version they start from


def migrate(database: sqlite3.Connection) -> None:
    """Bring the database of an older version to today's, a step at a time."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    while version < VERSION:
        try:
            database.executescript(
                f"BEGIN IMMEDIATE; {STEPS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
            )
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        version += 1
