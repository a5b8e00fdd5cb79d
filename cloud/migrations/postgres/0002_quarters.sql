-- Quarter-hours of points, for summaries. They hold the points up to a number (`rolled`); what came after it is read from the
-- points themselves. So nothing is wrong while a server without quarter-hours writes to the same database.
-- `total` holds each value rounded to a 2^20th, whose sums are exact, `rest` what is missing to it: the sum of both does not
-- depend on the order of adding.
CREATE TABLE quarters (
    user_no BIGINT NOT NULL,
    metric_type BIGINT NOT NULL,
    quarter BIGINT NOT NULL,
    n BIGINT NOT NULL,
    total DOUBLE PRECISION NOT NULL,
    rest DOUBLE PRECISION NOT NULL,
    least DOUBLE PRECISION NOT NULL,
    most DOUBLE PRECISION NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (user_no, metric_type, quarter)
);
CREATE TABLE rolled (user_no BIGINT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL);
