-- Quarter-hours of points, for summaries. They hold the points up to a number (`rolled`); what came after it is read from the
-- points themselves. So nothing is wrong while a server without quarter-hours writes to the same database.
-- `total` holds each value rounded to a 2^20th, whose sums are exact, `rest` what is missing to it: the sum of both does not
-- depend on the order of adding.
CREATE TABLE quarters (
    user_no INTEGER NOT NULL,
    metric_type INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    n INTEGER NOT NULL,
    total REAL NOT NULL,
    rest REAL NOT NULL,
    least REAL NOT NULL,
    most REAL NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (user_no, metric_type, quarter)
) STRICT, WITHOUT ROWID;
CREATE TABLE rolled (user_no INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
