-- Calls for help that the person made in the app, and tests of the alarm. They are the person's, of no bracelet.
CREATE TABLE own_alert (
    id            TEXT PRIMARY KEY,
    test          INTEGER NOT NULL, -- 1: made to see what an alarm is like
    since         INTEGER NOT NULL,
    closed        INTEGER,          -- null while open
    answer        TEXT,
    answered      INTEGER,
    snoozed_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX own_alert_since ON own_alert (since);
