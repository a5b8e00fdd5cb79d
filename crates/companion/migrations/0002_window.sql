-- What the window lets a person decide and write.

ALTER TABLE profile ADD COLUMN athlete INTEGER;
ALTER TABLE profile ADD COLUMN beta_blocker INTEGER;
ALTER TABLE profile ADD COLUMN blood_type TEXT;
ALTER TABLE profile ADD COLUMN conditions TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN allergies TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN medication TEXT NOT NULL DEFAULT '';

-- Whom to call, in the person's order.
CREATE TABLE contact (
    place    INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    phone    TEXT NOT NULL,
    email    TEXT NOT NULL,
    relation TEXT NOT NULL
) STRICT;

ALTER TABLE goal ADD COLUMN sleep_minutes INTEGER NOT NULL DEFAULT 480;

-- Every preference is JSON from now on; until now two were plain words.
UPDATE preference SET value = json_quote(value);

-- What is known of an alert beside the episode itself: the episode is written anew when the journal says more of it.
ALTER TABLE alert ADD COLUMN activity INTEGER;      -- when it was raised; null: not known
ALTER TABLE alert ADD COLUMN arrived INTEGER;       -- when this app first heard of it
ALTER TABLE alert ADD COLUMN answer TEXT;           -- what the person said last
ALTER TABLE alert ADD COLUMN answered INTEGER;      -- when
ALTER TABLE alert ADD COLUMN snoozed_until INTEGER;

CREATE INDEX alert_open ON alert (source) WHERE closed IS NULL;

-- What was told through the system, so that a restart does not ring again.
CREATE TABLE told (
    alert TEXT NOT NULL,
    rule  TEXT NOT NULL,
    level TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (alert, at)
) STRICT, WITHOUT ROWID;

-- Stretches of time that the person named.
CREATE TABLE session (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    name  TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop  INTEGER CHECK (stop >= start), -- null while it goes on
    note  TEXT NOT NULL
) STRICT;

CREATE INDEX session_start ON session (start);

-- Messages to a bracelet's display.
CREATE TABLE message (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    source  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    body    TEXT NOT NULL,
    written INTEGER NOT NULL,
    command INTEGER, -- the number under which it was said to the bracelet; null: not yet
    state   TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE INDEX message_source ON message (source, id);

-- What a bracelet shall have, and whether it has it: one row a kind (thresholds, goals, led, find).
CREATE TABLE sending (
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    what   TEXT NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body)),
    state  TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    at     INTEGER NOT NULL,
    PRIMARY KEY (source, what)
) STRICT, WITHOUT ROWID;

-- Single facts: when the last backup was made.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
