-- One person's readings. Times are Unix milliseconds; minutes and quarter hours are counted from 1970 in UTC.

CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('demo', 'journal', 'classic', 'standard')),
    serial   TEXT NOT NULL,
    name     TEXT NOT NULL,
    firmware TEXT,
    UNIQUE (kind, serial)
) STRICT;

-- One start of a bracelet. `journal` holds the 64 bits of the journal's id as a signed number.
CREATE TABLE boot (
    id      INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    journal INTEGER NOT NULL,
    boot    INTEGER NOT NULL,
    -- The first place that the bracelet still had when we first met: what lies before was never ours to fetch.
    first   INTEGER NOT NULL DEFAULT 0,
    -- What was stored below this place has gone to the cloud, but for what stands in `late`.
    sent    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, journal, boot)
) STRICT;

-- What the bracelet told about time, as it told it.
CREATE TABLE anchor (
    boot   INTEGER NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    uptime INTEGER NOT NULL,
    time   INTEGER NOT NULL,
    PRIMARY KEY (boot, uptime)
) STRICT, WITHOUT ROWID;

-- One second of the journal. Its name is (boot, seq); nothing is null unless it was not measured then.
CREATE TABLE record (
    boot             INTEGER NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    seq              INTEGER NOT NULL,
    time             INTEGER NOT NULL,
    uptime           INTEGER NOT NULL,
    heart_rate       INTEGER, -- bpm
    spo2             INTEGER, -- percent
    skin_temperature INTEGER, -- hundredths of a degree Celsius
    battery          INTEGER, -- percent
    steps            INTEGER NOT NULL, -- since the record before
    quality          INTEGER NOT NULL, -- 0 to 100
    worn             INTEGER NOT NULL, -- 0 or 1
    activity         INTEGER NOT NULL, -- 0 still, 1 moving, 2 asleep
    anchored         INTEGER NOT NULL, -- 0: placed by rule, the boot never heard the time
    rr               BLOB,    -- intervals in milliseconds, 16 bits each, little-endian
    event            INTEGER, -- kind + 256 * detail
    PRIMARY KEY (boot, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_event ON record (boot, time) WHERE event IS NOT NULL;

-- Places of which the bracelet said that their records will never come.
CREATE TABLE gap (
    boot  INTEGER NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    why   TEXT NOT NULL CHECK (why IN ('full', 'damaged', 'power_cut')),
    PRIMARY KEY (boot, first, last)
) STRICT, WITHOUT ROWID;

-- Unbroken stretches of places that need not be fetched again: records and gaps together. The first hole is the cursor.
CREATE TABLE run (
    boot  INTEGER NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (boot, first)
) STRICT, WITHOUT ROWID;

-- Stored below `boot.sent` and not gone to the cloud: what filled a hole after the cursor had passed it.
CREATE TABLE late (
    boot  INTEGER NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (boot, first)
) STRICT, WITHOUT ROWID;

-- What a minute holds of a boot: the way from a time to the records, and how much was worn and how.
CREATE TABLE minute (
    source    INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    minute    INTEGER NOT NULL,
    boot      INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    records   INTEGER NOT NULL,
    worn      INTEGER NOT NULL,
    good      INTEGER NOT NULL,
    moving    INTEGER NOT NULL,
    asleep    INTEGER NOT NULL,
    PRIMARY KEY (source, minute, boot)
) STRICT, WITHOUT ROWID;

-- Values in the metric's stored unit (bpm, percent, hundredths of a degree, steps). `histogram` holds every value's count.
CREATE TABLE minute_metric (
    source    INTEGER NOT NULL,
    metric    INTEGER NOT NULL,
    minute    INTEGER NOT NULL,
    boot      INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       INTEGER NOT NULL,
    min       INTEGER NOT NULL,
    max       INTEGER NOT NULL,
    histogram BLOB,
    PRIMARY KEY (source, metric, minute, boot)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarter_metric (
    source    INTEGER NOT NULL,
    metric    INTEGER NOT NULL,
    quarter   INTEGER NOT NULL,
    boot      INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       INTEGER NOT NULL,
    min       INTEGER NOT NULL,
    max       INTEGER NOT NULL,
    histogram BLOB,
    PRIMARY KEY (source, metric, quarter, boot)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER source_forgotten BEFORE DELETE ON source BEGIN
    DELETE FROM minute_metric WHERE source = old.id;
    DELETE FROM quarter_metric WHERE source = old.id;
END;

-- Who it is. One row at most.
CREATE TABLE profile (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    name       TEXT,
    birth_year INTEGER,
    sex        TEXT CHECK (sex IN ('female', 'male', 'other')),
    height_cm  INTEGER,
    weight_g   INTEGER
) STRICT;

-- Limits and goals with the time from which they hold: a chart shows the value in force then.
CREATE TABLE threshold (
    valid_from INTEGER PRIMARY KEY,
    limits     TEXT NOT NULL CHECK (json_valid(limits))
) STRICT;

CREATE TABLE goal (
    valid_from INTEGER PRIMARY KEY,
    steps      INTEGER NOT NULL
) STRICT;

CREATE TABLE preference (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Values and limits in hundredths of the metric's unit.
CREATE TABLE alert (
    id     TEXT PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    rule   TEXT NOT NULL,
    level  TEXT NOT NULL CHECK (level IN ('attention', 'alert')),
    since  INTEGER NOT NULL,
    raised INTEGER NOT NULL,
    peak   INTEGER NOT NULL,
    limit_then INTEGER NOT NULL, -- in force when it was raised
    closed INTEGER               -- null while open
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_since ON alert (source, since);
