"""The tables of the state file.

Once version 1 is released, every change here needs a new version and a step in `migrations`.
"""

VERSION = 1
# In the header of every state file ("ppbl"), by which `file(1)` and this program recognise one.
APPLICATION_ID = 0x7070626C

# Times are UTC in ISO 8601, days are the shop's calendar days, money is whole cents.
#
# The first two CHECKs on `orders` hold, whatever the code does, that no backfilled invoice is ever sent: such a
# row cannot have a channel, and without a channel it cannot enter any stage of sending.
SCHEMA = """
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    run_id      TEXT PRIMARY KEY,
    command     TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    exit_code   INTEGER,
    counts      TEXT
) STRICT;

-- One row per order.  `slack_cents`: how far Billit's total may be from the order's, by the owner's choice.
-- `digest`: of the draft that was posted last; a refused one is not posted again.  `modified`: the version of the
-- document that was read last.  `party_id`: its debtor in Billit.  `dismissed`: why a person skipped it.
-- `failure`: the failed delivery after which a person wanted it sent again.
CREATE TABLE orders (
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
CREATE INDEX orders_by_stage ON orders (stage);

-- One try at a write that must not be lost or made twice: a document, a debtor, a sending, a payment.
-- `unknown_since` is when it began, or later, when its answer was lost: the settle delay counts from then, and
-- after a miss from `missed_at`.  `contested`: Billit said that the token was used before.
CREATE TABLE attempts (
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
CREATE UNIQUE INDEX one_open_attempt ON attempts (subject, key) WHERE outcome = 'open';

-- Billit's debtors as last read, so that matching one costs no request.
-- `card` is what Billit shows of name and address, as JSON; `address` is the address in a form that can be
-- compared.  `vat_shown` is the VAT number as Billit shows it, valid or not; `vat_number` is the valid one read
-- from it.
CREATE TABLE debtors (
    party_id   INTEGER PRIMARY KEY,
    key        TEXT,
    vat_number TEXT,
    nr         TEXT,
    card       TEXT NOT NULL DEFAULT '{}',
    address    TEXT,
    vat_shown  TEXT,
    is_firm    INTEGER NOT NULL DEFAULT 0 CHECK (is_firm IN (0, 1))
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

-- What was said of a debtor, as fingerprints of what the debtor showed then and of what was said: it is said once,
-- and again when it was corrected and comes back.  Code 'given': what ppbillit gave the debtor (`said`), and what
-- the debtor showed after that.
CREATE TABLE debtor_notes (
    party_id INTEGER NOT NULL,
    code     TEXT NOT NULL,
    shown    TEXT NOT NULL,
    said     TEXT NOT NULL,
    PRIMARY KEY (party_id, code, shown, said)
) STRICT;

-- The Peppol directory's last answer about a receiver: the document types that it takes, separated by spaces.
-- `failures`: how often the directory gave no answer since then.
CREATE TABLE receivers (
    identifier TEXT PRIMARY KEY,
    takes      TEXT,
    asked_at   TEXT,
    failures   INTEGER NOT NULL DEFAULT 0,
    failed_at  TEXT,
    CHECK ((takes IS NULL) = (asked_at IS NULL)),
    CHECK ((failures = 0) = (failed_at IS NULL))
) STRICT;

-- What is known of the payment of each order, on both sides, and the write that is pending.
-- `stage`: open until both sides say paid; after a charge-back reversed while Billit says paid, and reopened once
-- Billit says unpaid.  `source` is the side that said paid first; `pending` a write whose outcome is not known;
-- `looked_on` the local day on which it was read and nothing could be done; `unread`: the shop could not be read
-- for it the last time; `dismissed` why a person skipped it, which holds until either side says something new.
-- `billit_cents` of `billit_total` cents are paid.  Billit's dates have no zone; `agreed_on` is the date that
-- Billit gave when both sides said paid.
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

-- What happened, append-only.
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    run_id   TEXT NOT NULL,
    order_id INTEGER,
    what     TEXT NOT NULL,
    detail   TEXT NOT NULL DEFAULT '',
    reasons  TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX events_by_order ON events (order_id);
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
"""
