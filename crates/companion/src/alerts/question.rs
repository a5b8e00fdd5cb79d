//! A fall and an SOS begin as a question: for some seconds the wearer may say that all is well. Without an answer it is an
//! emergency, until somebody says that they are fine.
//!
//! A function of when the app heard of it and of the time: whoever asks, the window, a notification or an app that was started
//! anew, gets the same answer, and nothing counts down twice.

use vitals::{AlertRule, UnixMillis};

/// "Did you fall?" waits for an answer for so long.
const FALL_MS: i64 = 30_000;
/// An SOS can be taken back for so long: the bracelet's own countdown.
const SOS_MS: i64 = 5_000;

/// Until when an alert that the app heard of at `arrived` is a question. None for what is judged by limits, and for what was
/// history when it arrived (`away`): that is listed, and asks nothing.
#[must_use]
pub fn answer_by(rule: AlertRule, arrived: UnixMillis, away: bool) -> Option<UnixMillis> {
    let countdown = match rule {
        AlertRule::Fall => FALL_MS,
        AlertRule::Sos => SOS_MS,
        _ => return None,
    };
    (!away).then(|| arrived.plus(countdown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bridge::seconds_left;

    const HEARD: UnixMillis = UnixMillis(1_760_000_000_000);

    #[test]
    fn a_fall_asks_for_thirty_seconds_and_an_sos_for_five_and_no_start_of_the_app_asks_anew() {
        let left = |rule, ms| seconds_left(answer_by(rule, HEARD, false).unwrap(), HEARD.plus(ms));
        for (rule, ms, seconds) in [
            (AlertRule::Fall, 0, 30),
            (AlertRule::Fall, 1, 30),
            (AlertRule::Fall, 29_001, 1),
            (AlertRule::Fall, 30_000, 0),
            (AlertRule::Fall, 3_600_000, 0),
            (AlertRule::Fall, -600_000, 30),
            (AlertRule::Sos, 0, 5),
            (AlertRule::Sos, 4_999, 1),
            (AlertRule::Sos, 5_000, 0),
        ] {
            assert_eq!(left(rule, ms), seconds, "{rule:?} after {ms} ms");
        }
    }

    #[test]
    fn history_and_values_beyond_limits_ask_nothing() {
        for rule in AlertRule::ALL {
            assert_eq!(answer_by(rule, HEARD, true), None);
            assert_eq!(answer_by(rule, HEARD, false).is_some(), rule.metric().is_none(), "{rule:?}");
        }
    }
}
