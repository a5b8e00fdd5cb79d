//! How often somebody may try: buckets that fill again with time, by what is asked and by who asks.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::reply::Refusal;

/// More buckets than this are swept of those that are full again.
const MOST_BUCKETS: usize = 100_000;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Signing in, by account: a password is guessed slowly.
    SignIn,
    /// Trying a code, by account.
    Code,
    /// Sending a mail, by address: nobody's mailbox is filled by us.
    Mail,
    /// Sending points, by device: a month's backlog of thousands of batches passes at once.
    Points,
    /// Anything of these but points, by network address.
    Network,
}

impl Rule {
    /// How many at once, and how many a second after that.
    fn measure(self) -> (f64, f64) {
        match self {
            Self::SignIn => (10.0, 10.0 / 60.0),
            Self::Code => (10.0, 10.0 / 900.0),
            Self::Mail => (5.0, 5.0 / 900.0),
            Self::Points => (10_000.0, 20.0),
            Self::Network => (100.0, 1.0),
        }
    }
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// All buckets; none when limits are off.
pub struct Limits(Option<Mutex<HashMap<(Rule, String), Bucket>>>);

impl Limits {
    /// On or off.
    #[must_use]
    pub fn new(on: bool) -> Self {
        Self(on.then(Mutex::default))
    }

    /// Takes one from the bucket of `who`, and from the network address's.
    ///
    /// # Errors
    /// When either is empty.
    pub fn pass(&self, rule: Rule, who: &str, from: IpAddr) -> Result<(), Refusal> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|(rule, _), b| {
                let (most, rate) = rule.measure();
                b.left + now.duration_since(b.at).as_secs_f64() * rate < most
            });
        }
        if rule != Rule::Points {
            // An IPv6 network is one neighbour, however many addresses it has.
            let neighbour = match from {
                IpAddr::V4(ip) => ip.to_string(),
                IpAddr::V6(ip) => format!("{:x?}", &ip.segments()[..4]),
            };
            take(&mut buckets, Rule::Network, neighbour, now)?;
        }
        take(&mut buckets, rule, who.to_owned(), now)
    }

    /// Fills the bucket of `who` again.
    pub fn forgive(&self, rule: Rule, who: &str) {
        if let Some(buckets) = &self.0 {
            buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(&(rule, who.to_owned()));
        }
    }
}

fn take(
    buckets: &mut HashMap<(Rule, String), Bucket>,
    rule: Rule,
    who: String,
    now: Instant,
) -> Result<(), Refusal> {
    let (most, rate) = rule.measure();
    let bucket = buckets.entry((rule, who)).or_insert(Bucket { left: most, at: now });
    bucket.left = (bucket.left + now.duration_since(bucket.at).as_secs_f64() * rate).min(most);
    bucket.at = now;
    if bucket.left >= 1.0 {
        bucket.left -= 1.0;
        return Ok(());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few seconds, never negative"
    )]
    let seconds = ((1.0 - bucket.left) / rate).ceil() as u64;
    Err(Refusal::TooMany(seconds.max(1)))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_password_is_guessed_slowly_and_others_are_not_held_up() {
        let limits = Limits::new(true);
        assert!((0..10).all(|_| limits.pass(Rule::SignIn, "a", HERE).is_ok()));
        assert!(matches!(limits.pass(Rule::SignIn, "a", HERE), Err(Refusal::TooMany(1..=6))));
        assert!(limits.pass(Rule::SignIn, "b", HERE).is_ok());
        limits.forgive(Rule::SignIn, "a");
        assert!(limits.pass(Rule::SignIn, "a", HERE).is_ok());
    }

    #[test]
    fn a_months_backlog_passes() {
        let limits = Limits::new(true);
        assert!((0..3_100).all(|_| limits.pass(Rule::Points, "bracelet", HERE).is_ok()));
    }

    #[test]
    fn off_is_off() {
        let limits = Limits::new(false);
        assert!((0..1_000).all(|_| limits.pass(Rule::Mail, "a", HERE).is_ok()));
    }
}
