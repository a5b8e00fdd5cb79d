CREATE TABLE users (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hashed_password TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    token_version INTEGER NOT NULL DEFAULT 0,
    email_verified_at INTEGER,
    verify_code TEXT,
    verify_expires_at INTEGER,
    verify_attempts INTEGER NOT NULL DEFAULT 0,
    reset_code TEXT,
    reset_expires_at INTEGER,
    reset_attempts INTEGER NOT NULL DEFAULT 0,
    points_seq INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_no INTEGER NOT NULL REFERENCES users (no),
    family TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_no);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE TABLE devices (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_no INTEGER NOT NULL REFERENCES users (no),
    serial_number TEXT NOT NULL,
    api_key_hash TEXT NOT NULL UNIQUE,
    name TEXT,
    model TEXT,
    firmware_version TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    registered_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX devices_user ON devices (user_no);
-- A deleted bracelet's serial number is free: a bracelet can change hands.
CREATE UNIQUE INDEX devices_live_serial ON devices (serial_number) WHERE deleted_at IS NULL;
-- No references: the one statement that inserts points reads both rows and holds the person's, and to ask again for each row
-- would cost as much as the insert. A point's public id is made of (user_no, seq), so it needs no index of its own.
CREATE TABLE metrics (
    user_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    device_no INTEGER NOT NULL,
    metric_type INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    value REAL NOT NULL,
    unit TEXT,
    sensor_model TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_no, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metrics_natural ON metrics (device_no, metric_type, ts);
CREATE INDEX metrics_time ON metrics (user_no, ts);
CREATE TABLE issues (
    id TEXT NOT NULL PRIMARY KEY,
    user_no INTEGER NOT NULL REFERENCES users (no),
    device_id TEXT REFERENCES devices (id),
    issue_type TEXT NOT NULL,
    description TEXT NOT NULL,
    severity TEXT NOT NULL,
    detected_at INTEGER NOT NULL,
    resolved INTEGER NOT NULL DEFAULT 0,
    change_seq INTEGER NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX issues_user ON issues (user_no, change_seq);
CREATE INDEX issues_device ON issues (device_id);
CREATE TABLE user_settings (
    user_no INTEGER NOT NULL PRIMARY KEY REFERENCES users (no),
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT;
INSERT INTO counters (name, n) VALUES ('issues', 0);
